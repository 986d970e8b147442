namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that change each value by itself.</summary>
internal static class TransformFunctions
{
    public static void Register(FunctionSet set)
    {
        set.Add("absolute", "seriesList!", "Each value without its sign.", static call => Each(call, 1, Math.Abs));
        set.Add("invert", "seriesList!", "One divided by each value.", static call => Each(call, 1, static value => Power(value, -1)));
        set.Add("squareRoot", "seriesList!", "The square root of each value.", static call => Each(call, 1, static value => Power(value, 0.5)));
        set.Add("exp", "seriesList!", "e to the power of each value.", static call => Each(call, "e", static value => Finite(Math.Exp(value))));
        set.Add("sigmoid", "seriesList!", "1 / (1 + e^-x) of each value.", static call => Each(call, "sigmoid", static value => Finite(1 / (1 + Math.Exp(-value)))));
        set.Add("logit", "seriesList!", "log(x / (1 - x)) of each value between 0 and 1.",
            static call => Each(call, "logit", static value => value is > 0 and < 1 ? Math.Log(value / (1 - value)) : double.NaN));
        set.Add("scale", "seriesList! factor:float!", "Each value times a factor.",
            static call => call.Number("factor") is var factor ? Each(call, factor, value => value * factor, "," + PyText.General(factor)) : []);
        set.Add("offset", "seriesList! factor:float!", "A constant added to each value.",
            static call => call.Number("factor") is var factor ? Each(call, factor, value => value + factor, "," + PyText.General(factor)) : []);
        set.Add("add", "seriesList! constant:float!", "A constant added to each value.",
            static call => call.Number("constant") is var constant ? Each(call, constant, value => value + constant, "," + PyText.Format("%d", constant)) : []);
        set.Add("pow", "seriesList! factor:float!", "Each value to a power.",
            static call => call.Number("factor") is var factor ? Each(call, factor, value => Power(value, factor), "," + PyText.General(factor)) : []);
        set.Add("log", "seriesList! base:integer=10", "The logarithm of each value above 0.", static call => call.Whole("base", 10) is var radix
            ? Each(call, radix, value => value <= 0 ? double.NaN : Math.Log(value) / Math.Log(radix), ", " + PyText.Str(radix)) : []);
        set.Add("round", "seriesList! precision:integer=0", "Each value rounded to so many decimals.", static call => call.Whole("precision") is var digits
            ? Each(call, digits, value => PyText.Round(value, (int)Math.Clamp(digits, -30, 30)), call.Has("precision") ? "," + PyText.General(digits) : "") : []);
        set.Add("scaleToSeconds", "seriesList! seconds:float!", "Each value as if it were of so many seconds.", static call => call.Map(one =>
        {
            var seconds = call.Number("seconds");
            var factor = seconds / one.Step;
            return one.As($"scaleToSeconds({one.Name},{PyText.Format("%d", seconds)})", [.. one.Values.Select(value => PyText.Round(value * factor, 6))]).With("scaleToSeconds", seconds);
        }));
        set.Add("offsetToZero", "seriesList!", "Each value less the least of its series.", static call => call.Map(static one =>
        {
            var least = Aggregates.Of("min", one.Values);
            return one.As($"offsetToZero({one.Name})", [.. one.Values.Select(value => value - least)]).With("offsetToZero", least);
        }));
        set.Add("minMax", "seriesList!", "Each value between the least (0) and the greatest (1) of its series.", static call => call.Map(static one =>
        {
            var (least, most) = (Aggregates.Of("min", one.Values), Aggregates.Of("max", one.Values));
            return one.As($"minMax({one.Name})", [.. one.Values.Select(value => double.IsNaN(value) ? value : most == least ? 0 : (value - least) / (most - least))]);
        }));
        set.Add("isNonNull", "seriesList!", "1 where there is a value, 0 where there is none.", static call => Each(call, 1, static value => double.IsNaN(value) ? 0 : 1));
        set.Add("upper", "seriesList!", "Names in capital letters.", static call => call.Map(static one => one with { Name = one.Name.ToUpperInvariant() }));
        set.Add("lower", "seriesList!", "Names in small letters.", static call => call.Map(static one => one with { Name = one.Name.ToLowerInvariant() }));
    }

    /// <summary>What C's <c>pow</c> gives; NaN where it has none, or none that is finite.</summary>
    internal static double Power(double value, double exponent) =>
        double.IsNaN(value) || double.IsNaN(exponent) ? double.NaN : Finite(Math.Pow(value, exponent));

    private static IEnumerable<Series> Each(FunctionCall call, object tag, Func<double, double> function, string arguments = "") =>
        call.Map(one => one.As($"{call.Name}({one.Name}{arguments})", [.. one.Values.Select(function)]).With(call.Name, tag));

    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;
}
