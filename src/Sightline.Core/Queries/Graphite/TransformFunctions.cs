namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that change the values of each series.</summary>
internal static class TransformFunctions
{
    public static void Register(Dictionary<string, Func<FunctionCall, IReadOnlyList<Series>>> table)
    {
        table["scale"] = call => call.Number(1, "factor") is var factor ? Each(call, $",{PyText.General(factor)}", value => value * factor) : [];
        table["offset"] = call => call.Number(1, "factor") is var factor ? Each(call, $",{PyText.General(factor)}", value => value + factor) : [];
        table["add"] = call => call.Number(1, "constant") is var constant ? Each(call, $",{PyText.General(constant)}", value => value + constant) : [];
        table["absolute"] = call => Each(call, "", Math.Abs);
        table["invert"] = call => Each(call, "", static value => value == 0 ? double.NaN : 1 / value);
        table["squareRoot"] = call => Each(call, "", static value => value < 0 ? double.NaN : Math.Sqrt(value));
        table["pow"] = call => call.Number(1, "factor") is var factor ? Each(call, $",{PyText.General(factor)}", value => Finite(Math.Pow(value, factor))) : [];
        table["exp"] = call => Each(call, "", static value => Finite(Math.Exp(value)));
        table["logarithm"] = table["log"] = call => call.Number(1, "base", 10) is var radix
            ? Each(call, $", {PyText.General(radix)}", value => value <= 0 ? double.NaN : radix == 10 ? Math.Log10(value) : Math.Log(value) / Math.Log(radix), "log")
            : [];
        table["derivative"] = call => call.Map(one => Renamed(one, $"derivative({one.Name})", Differences(one.Values, static (value, before) => value - before), "derivative"));
        table["nonNegativeDerivative"] = call => call.Map(one => Renamed(one, $"nonNegativeDerivative({one.Name})", NonNegative(call, one.Values), "nonNegativeDerivative"));
        table["perSecond"] = call => call.Map(one =>
            Renamed(one, $"perSecond({one.Name})", [.. NonNegative(call, one.Values).Select(value => PyText.Round6(value / one.Step))], "perSecond"));
        table["integral"] = call => call.Map(one => Renamed(one, $"integral({one.Name})", Integral(one.Values), "integral"));
        table["scaleToSeconds"] = call => call.Number(1, "seconds") is var seconds
            ? call.Map(one => Renamed(one, $"scaleToSeconds({one.Name},{PyText.General(seconds)})", [.. one.Values.Select(value => PyText.Round6(value * seconds / one.Step))], "scaleToSeconds"))
            : [];
        table["offsetToZero"] = call => call.Map(one => Aggregates.Apply("min", one.Values, 0) is var least
            ? Renamed(one, $"offsetToZero({one.Name})", [.. one.Values.Select(value => value - least)], "offsetToZero") : one);
        table["transformNull"] = call => call.Number(1, "default", 0) is var otherwise
            ? Each(call, $",{PyText.General(otherwise)}", value => double.IsNaN(value) ? otherwise : value)
            : [];
        table["isNonNull"] = call => Each(call, "", static value => double.IsNaN(value) ? 0 : 1);
        table["keepLastValue"] = call => call.Number(1, "limit", double.PositiveInfinity) is var limit
            ? call.Map(one => Renamed(one, $"keepLastValue({one.Name})", KeepLast(one.Values, limit), null)) : [];
        table["changed"] = call => call.Map(one => Renamed(one, $"changed({one.Name})", Changed(one.Values), null));
        table["summarize"] = Summarize;
    }

    internal static Series Renamed(Series one, string name, double[] values, string? tag) =>
        one with { Name = name, PathExpression = name, Values = values, Tags = tag is null ? one.Tags : SeriesNames.With(one, tag, "1") };

    private static IReadOnlyList<Series> Each(FunctionCall call, string arguments, Func<double, double> function, string? name = null) =>
        call.Map(one => Renamed(one, $"{name ?? call.Function}({one.Name}{arguments})", [.. one.Values.Select(function)], null) with
        {
            Tags = SeriesNames.With(one, name ?? call.Function, arguments.Length > 0 ? arguments.TrimStart(',', ' ') : "1"),
        });

    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;

    private static double[] Differences(double[] values, Func<double, double, double> difference)
    {
        var result = new double[values.Length];
        var before = double.NaN;
        for (var i = 0; i < values.Length; i++)
        {
            result[i] = difference(values[i], before);
            before = values[i];
        }

        return result;
    }

    private static double[] NonNegative(FunctionCall call, double[] values)
    {
        var most = call.Number(1, "maxValue", double.NaN);
        var least = call.Number(2, "minValue", double.NaN);
        var before = double.NaN;
        var result = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (value > most || value < least)
            {
                value = double.NaN;
            }

            result[i] = value >= before ? value - before
                : double.IsNaN(value) || double.IsNaN(before) ? double.NaN
                // A counter that began anew: at 0, or at its limit.
                : !double.IsNaN(most) ? most + 1 + value - before - (double.IsNaN(least) ? 0 : least)
                : !double.IsNaN(least) ? value - least : double.NaN;
            before = value;
        }

        return result;
    }

    private static double[] Integral(double[] values)
    {
        var sum = 0.0;
        var result = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            sum += double.IsNaN(values[i]) ? 0 : values[i];
            result[i] = double.IsNaN(values[i]) ? double.NaN : sum;
        }

        return result;
    }

    private static double[] KeepLast(double[] values, double limit)
    {
        var result = (double[])values.Clone();
        var gap = 0;
        for (var i = 0; i <= result.Length; i++)
        {
            if (i < result.Length && double.IsNaN(values[i]))
            {
                gap++;
                continue;
            }

            // A gap that is not too long, with a value before it.
            if (gap > 0 && gap <= limit && i - gap > 0)
            {
                Array.Fill(result, values[i - gap - 1], i - gap, gap);
            }

            gap = 0;
        }

        return result;
    }

    private static double[] Changed(double[] values)
    {
        var result = new double[values.Length];
        var before = double.NaN;
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]))
            {
                result[i] = !double.IsNaN(before) && values[i] != before ? 1 : 0;
                before = values[i];
            }
        }

        return result;
    }

    private static IReadOnlyList<Series> Summarize(FunctionCall call)
    {
        var text = call.Text(1, "intervalString");
        var interval = Math.Abs(AtTime.Interval(text));
        if (interval == 0)
        {
            throw new GraphiteException("Invalid interval: 0");
        }

        var function = call.Text(2, "func", "sum");
        var canonical = Aggregates.Require(function);
        var fromStart = call.Flag(3, "alignToFrom", false);
        return call.Map(one =>
        {
            var start = fromStart ? one.Start : one.Start - (one.Start % interval);
            var end = fromStart ? one.End : one.End - (one.End % interval) + interval;
            var values = Rows.Nothing((int)((end - start + interval - 1) / interval));
            var wanted = (double)interval / one.Step;
            for (int bucket = 0, i = 0; bucket < values.Length; bucket++)
            {
                var first = i;
                while (i < one.Values.Length && one.Start + (i * one.Step) < start + ((bucket + 1) * interval))
                {
                    i++;
                }

                var present = one.Values.AsSpan(first, i - first);
                var share = Aggregates.Apply("count", present, 0) / wanted;
                values[bucket] = share >= call.Context.XFilesFactor ? Aggregates.Apply(canonical, present, 0) : double.NaN;
            }

            var name = $"summarize({one.Name}, \"{text}\", \"{function}\"{(fromStart ? ", true" : "")})";
            return one with { Name = name, PathExpression = name, Start = start, End = end, Step = interval, Values = values, Tags = SeriesNames.With(one, "summarize", text) };
        });
    }
}
