namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that make one series of several.</summary>
internal static class CombineFunctions
{
    public static void Register(Dictionary<string, Func<FunctionCall, IReadOnlyList<Series>>> table)
    {
        foreach (var (name, function) in ((string, string)[])[
            ("sumSeries", "sum"), ("sum", "sum"), ("averageSeries", "average"), ("avg", "average"), ("minSeries", "min"), ("maxSeries", "max"), ("diffSeries", "diff"),
            ("multiplySeries", "multiply"), ("stddevSeries", "stddev"), ("rangeOfSeries", "range"), ("rangeOf", "range"), ("medianSeries", "median")])
        {
            table[name] = call => Aggregate(call.AllLists(), function, call.Context.XFilesFactor);
            table[name + "WithWildcards"] = call => WithWildcards(call, function);
        }

        table["countSeries"] = CountSeries;
        table["aggregate"] = call => Aggregate(call.List(0), Aggregates.Require(call.Text(1, "func")), call.Number(2, "xFilesFactor", call.Context.XFilesFactor));
        table["aggregateWithWildcards"] = call => WithWildcards(call, Aggregates.Require(call.Text(1, "func")), 2);
        table["group"] = call => call.AllLists();
        table["groupByNode"] = call => GroupBy(call, [call.Nodes(1)[0]], call.Text(2, "callback", "average"));
        table["groupByNodes"] = call => GroupBy(call, call.Nodes(2), call.Text(1, "callback"));
        table["groupByTags"] = GroupByTags;
        table["divideSeries"] = DivideSeries;
        table["asPercent"] = AsPercent;
        table["pct"] = AsPercent;
        table["percentileOfSeries"] = PercentileOfSeries;
    }

    /// <summary>One value of each row of values. As in graphite-web, rows are taken from the first value of each on, whenever that was.</summary>
    internal static IReadOnlyList<Series> Aggregate(IReadOnlyList<Series> series, string function, double xFilesFactor, string? name = null)
    {
        if (series.Count == 0)
        {
            return [];
        }

        name ??= $"{Named(function)}Series({SeriesNames.Paths(series)})";
        if (function == "multiply" && series.Count == 1)
        {
            return series;
        }

        var rows = Rows.Of(series);
        var values = new double[rows.Length];
        var row = new double[series.Count];
        for (var i = 0; i < values.Length; i++)
        {
            rows.Take(i, row);
            values[i] = Aggregates.Apply(function, row, xFilesFactor);
        }

        return [rows.Series(name, values) with { Tags = SeriesNames.CommonTags(series, Named(function)), XFilesFactor = xFilesFactor }];
    }

    // The name the function goes by in graphite-web's own names.
    private static string Named(string function) => function switch { "range" => "rangeOf", "last" => "current", _ => function };

    private static IReadOnlyList<Series> CountSeries(FunctionCall call)
    {
        var series = call.AllLists();
        if (series.Count == 0)
        {
            return SpecialFunctions.ConstantLine(call, 0);
        }

        var rows = Rows.Of(series);
        var values = new double[rows.Length];
        Array.Fill(values, series.Count);
        return [rows.Series($"countSeries({SeriesNames.Paths(series)})", values) with { Tags = SeriesNames.CommonTags(series, "count") }];
    }

    private static IReadOnlyList<Series> WithWildcards(FunctionCall call, string function, int nodes = 1)
    {
        var positions = call.Nodes(nodes).OfType<int>().ToHashSet();
        return Grouped(call.List(0), one => string.Join('.', one.Name.Split('.').Where((_, index) => !positions.Contains(index))), function, call.Context.XFilesFactor);
    }

    private static IReadOnlyList<Series> GroupBy(FunctionCall call, IReadOnlyList<object> nodes, string function) =>
        Grouped(call.List(0), one => SeriesNames.Key(one, nodes), Aggregates.Require(function), call.Context.XFilesFactor);

    private static IReadOnlyList<Series> GroupByTags(FunctionCall call)
    {
        var series = call.List(0);
        var function = Aggregates.Require(call.Text(1, "callback"));
        var tags = call.Nodes(2).Select(node => node.ToString()!).ToList();
        if (tags.Count == 0)
        {
            throw new GraphiteException("groupByTags(): no tags specified");
        }

        var names = series.Select(one => one.Tags.GetValueOrDefault("name", "")).Distinct().ToList();
        var name = tags.Contains("name") || names.Count != 1 ? null : names[0];
        return Grouped(
            series,
            one => string.Join(';', tags.Where(tag => tag != "name").Order(StringComparer.Ordinal).Select(tag => $"{tag}={one.Tags.GetValueOrDefault(tag, "")}")
                .Prepend(tags.Contains("name") ? one.Tags.GetValueOrDefault("name", "") : name ?? function)),
            function,
            call.Context.XFilesFactor);
    }

    private static List<Series> Grouped(IReadOnlyList<Series> series, Func<Series, string> key, string function, double xFilesFactor) =>
        [.. series.GroupBy(key, StringComparer.Ordinal).SelectMany(group => Aggregate([.. group], function, xFilesFactor, group.Key)).Select((one, _) => one)];

    private static IReadOnlyList<Series> DivideSeries(FunctionCall call)
    {
        var dividends = call.List(0);
        var divisors = call.List(1);
        if (divisors.Count == 0)
        {
            return [.. dividends.Select(one => one with { Name = $"divideSeries({one.Name},MISSING)", Values = Rows.Nothing(one.Values.Length) })];
        }

        if (divisors.Count != 1)
        {
            throw new GraphiteException($"divideSeries second argument must reference exactly 1 series (got {divisors.Count})");
        }

        return [.. dividends.Select(one =>
        {
            var rows = Rows.Of([one, divisors[0]]);
            return rows.Series($"divideSeries({one.Name},{divisors[0].Name})", rows.Map(static row => row[1] == 0 ? double.NaN : row[0] / row[1])) with { Tags = one.Tags };
        })];
    }

    private static IReadOnlyList<Series> AsPercent(FunctionCall call)
    {
        var series = call.List(0);
        if (call.Count > 2)
        {
            throw new GraphiteException("asPercent() with nodes is not supported yet");
        }

        if (series.Count == 0)
        {
            return [];
        }

        if (call.Literal(1, "total") is double number)
        {
            return [.. series.Select(one => one with { Name = $"asPercent({one.Name},{PyText.General(number)})", PathExpression = $"asPercent({one.Name},{PyText.General(number)})", Values = [.. one.Values.Select(value => Percent(value, number))] })];
        }

        IReadOnlyList<Series> totals;
        string? text = null;
        if (call.Has(1, "total") && call.Count > 1)
        {
            totals = call.List(1);
            if (totals.Count != 1 && totals.Count != series.Count)
            {
                throw new GraphiteException("asPercent second argument must be missing, a single digit, reference exactly 1 series or reference the same number of series as the first argument.");
            }
        }
        else
        {
            totals = Aggregate(series, "sum", 0);
            text = $"sumSeries({SeriesNames.Paths(series)})";
        }

        if (totals.Count > 1)
        {
            series = [.. series.OrderBy(one => one.Name, StringComparer.Ordinal)];
            totals = [.. totals.OrderBy(one => one.Name, StringComparer.Ordinal)];
        }

        return [.. series.Select((one, index) =>
        {
            var total = totals.Count == 1 ? totals[0] : totals[index];
            var rows = Rows.Of([one, total]);
            return rows.Series($"asPercent({one.Name},{text ?? total.Name})", rows.Map(static row => Percent(row[0], row[1]))) with { Tags = one.Tags };
        })];
    }

    private static double Percent(double value, double total) => total == 0 ? double.NaN : value / total * 100;

    private static IReadOnlyList<Series> PercentileOfSeries(FunctionCall call)
    {
        var series = call.List(0);
        var n = call.Number(1, "n");
        if (n <= 0)
        {
            throw new GraphiteException("The requested percent is required to be greater than 0");
        }

        if (series.Count == 0)
        {
            return [];
        }

        var interpolate = call.Flag(2, "interpolate", false);
        var rows = Rows.Of(series);
        return [rows.Series($"percentileOfSeries({series[0].PathExpression},{PyText.General(n)})", rows.Map(row => Percentile(row, n, interpolate))) with { Tags = SeriesNames.CommonTags(series, "percentile") }];
    }

    /// <summary>graphite-web's own: rank n/100 of count + 1, rounded up or between the neighbours.</summary>
    internal static double Percentile(ReadOnlySpan<double> values, double n, bool interpolate)
    {
        var sorted = new List<double>(values.Length);
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                sorted.Add(value);
            }
        }

        if (sorted.Count == 0)
        {
            return double.NaN;
        }

        sorted.Sort();
        var fraction = n / 100 * (sorted.Count + 1);
        var rank = (int)fraction;
        var part = fraction - rank;
        if (!interpolate)
        {
            rank += (int)Math.Ceiling(part);
        }

        if (rank == 0)
        {
            return sorted[0];
        }

        if (rank - 1 >= sorted.Count)
        {
            return sorted[^1];
        }

        return interpolate && rank < sorted.Count ? sorted[rank - 1] + (part * (sorted[rank] - sorted[rank - 1])) : sorted[rank - 1];
    }
}
