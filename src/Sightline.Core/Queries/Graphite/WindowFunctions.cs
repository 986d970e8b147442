namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that look back, or at another time: they evaluate their argument over another range.</summary>
internal static class WindowFunctions
{
    public static void Register(Dictionary<string, Func<FunctionCall, IReadOnlyList<Series>>> table)
    {
        foreach (var (name, function) in ((string, string)[])[("movingAverage", "average"), ("movingSum", "sum"), ("movingMin", "min"), ("movingMax", "max"), ("movingMedian", "median")])
        {
            table[name] = call => Moving(call, function, function, 2);
        }

        table["movingWindow"] = call => call.Text(2, "func", "average") is var function ? Moving(call, Aggregates.Require(function), function, 3) : [];
        table["timeShift"] = TimeShift;
        table["nPercentile"] = NPercentile;
    }

    private static IReadOnlyList<Series> Moving(FunctionCall call, string function, string named, int factorAt)
    {
        var plain = call.List(0);
        if (plain.Count == 0)
        {
            return [];
        }

        var text = call.Literal(1, "windowSize") is double ? null : call.Text(1, "windowSize");
        var points = text is null ? (long)call.Number(1, "windowSize") : 0;
        var preview = text is null ? plain.Max(static one => one.Step) * points : Math.Abs(AtTime.Interval(text));
        var factor = call.Number(factorAt, "xFilesFactor", call.Context.XFilesFactor);
        if (preview <= 0)
        {
            throw new GraphiteException("windowSize must be greater than 0");
        }

        var earlier = call.Context with { From = call.Context.From - preview };
        return [.. call.List(0, earlier).Select(one =>
        {
            var window = (int)Math.Min(text is null ? points : preview / one.Step, int.MaxValue / 2);
            var values = Rows.Nothing(Math.Max(0, one.Values.Length - window));
            for (var i = 0; i < values.Length && window > 0; i++)
            {
                values[i] = Aggregates.Apply(function, one.Values.AsSpan(i + 1, window), factor);
            }

            var label = text is null ? PyText.General(points) : $"\"{text}\"";
            var tag = "moving" + char.ToUpperInvariant(named[0]) + named[1..];
            var name = $"{tag}({one.Name},{label})";
            return one with { Name = name, PathExpression = name, Start = one.Start + preview, Values = values, Tags = SeriesNames.With(one, tag, text ?? label) };
        })];
    }

    private static IReadOnlyList<Series> TimeShift(FunctionCall call)
    {
        var text = call.Text(1, "timeShift");
        text = text.StartsWith('-') || text.StartsWith('+') ? text : "-" + text;
        var shift = AtTime.Interval(text);
        var resetEnd = call.Flag(2, "resetEnd", true);
        var plain = call.List(0);
        if (plain.Count == 0)
        {
            return [];
        }

        var shifted = call.Context with { From = call.Context.From + shift, Until = call.Context.Until + shift };
        return [.. call.List(0, shifted).Select(one =>
        {
            var name = $"timeShift({one.Name}, \"{text}\")";
            return one with
            {
                Name = name, PathExpression = name, Start = plain[0].Start, End = resetEnd ? plain[0].End : one.End - one.Start + plain[0].Start,
                Tags = SeriesNames.With(one, "timeShift", text),
            };
        })];
    }

    private static IReadOnlyList<Series> NPercentile(FunctionCall call)
    {
        var n = call.Number(1, "n");
        return [.. call.List(0).Select(one => (One: one, Value: CombineFunctions.Percentile(one.Values, n, interpolate: false))).Where(pair => !double.IsNaN(pair.Value)).Select(pair =>
        {
            var name = $"nPercentile({pair.One.Name}, {PyText.General(n)})";
            var values = new double[pair.One.Values.Length];
            Array.Fill(values, pair.Value);
            return pair.One with { Name = name, PathExpression = name, Values = values, Tags = SeriesNames.With(pair.One, "nPercentile", PyText.General(n)) };
        })];
    }
}
