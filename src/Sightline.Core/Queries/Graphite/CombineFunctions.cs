namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that make one series of several.</summary>
internal static class CombineFunctions
{
    public static void Register(FunctionSet set)
    {
        foreach (var (names, function, what) in ((string, string, string)[])[
            ("sumSeries/sum", "sum", "The sum"), ("averageSeries/avg", "average", "The mean"), ("minSeries", "min", "The least"), ("maxSeries", "max", "The greatest"),
            ("diffSeries", "diff", "The first less all others"), ("stddevSeries", "stddev", "The standard deviation"), ("rangeOfSeries", "rangeOf", "Greatest less least"),
            ("medianSeries", "median", "The median")])
        {
            set.Add(names, "seriesLists!*", $"{what} of the values of all series at each time.", call => Aggregate(call, call.AllLists(), function));
        }

        set.Add("multiplySeries", "seriesLists!*", "The product of the values of all series at each time; nothing where one has none.", Multiply);
        foreach (var (name, function) in ((string, string)[])[("sum", "sum"), ("average", "average"), ("multiply", "multiply")])
        {
            set.Add(name + "SeriesWithWildcards", "seriesList! position:node*", $"As {name}Series, of each group of series whose names are alike but for the elements at the positions.",
                call => WithWildcards(call, function));
        }

        set.Add("aggregate", "seriesList! func:aggFunc! xFilesFactor:float", "One series of several, by a function of their values at each time.",
            static call => Aggregate(call, call.List(), call.Words("func"), xFilesFactor: call.Value("xFilesFactor") as double?));
        set.Add("aggregateWithWildcards", "seriesList! func:aggFunc! position:node*", "As aggregate, of each group of series whose names are alike but for the elements at the positions.",
            static call => WithWildcards(call, call.Words("func")));
        set.Add("countSeries", "seriesLists*", "How many series there are.", Count);
        set.Add("group", "seriesLists*", "All series of several lists in one.", static call => call.AllLists());
        set.Add("percentileOfSeries", "seriesList! n:float! interpolate:boolean=false", "The n-th percentile of the values of all series at each time.", OfPercentile);
        set.Add("powSeries", "seriesList!*", "The values of the first series to the power of those of the second, and so on.", Power);
    }

    /// <summary>One value of each row of values. As in graphite-web, rows are taken from the first value of each on, whenever that was.</summary>
    internal static IReadOnlyList<Series> Aggregate(FunctionCall call, IReadOnlyList<Series> series, string named, string? name = null, double? xFilesFactor = null)
    {
        if (series.Count == 0)
        {
            return [];
        }

        var function = Aggregates.Require(named);
        named = Aggregates.Short(named);
        var path = $"{named}Series({SeriesNames.Paths(series)})";
        var factor = xFilesFactor ?? call.Evaluator.XFilesFactor(call.Context);
        var rows = Rows.Of(series);
        var made = rows.Series(path, rows.Map(row => Aggregates.Apply(function, row, factor)), factor, SeriesNames.CommonTags(series, path, named));
        return [name is null ? made : made with { Name = name }];
    }

    /// <summary>Groups in the order of their first series.</summary>
    internal static IEnumerable<IGrouping<string, Series>> Groups(IEnumerable<Series> series, Func<Series, string> key) => series.GroupBy(key, StringComparer.Ordinal);

    private static IReadOnlyList<Series> Multiply(FunctionCall call) =>
        call.Lists("seriesLists") is [[var only]] ? [only] : Aggregate(call, call.AllLists(), "multiply");

    private static IEnumerable<Series> WithWildcards(FunctionCall call, string function)
    {
        var positions = call.Nodes("position").OfType<long>().ToHashSet();
        return Groups(call.List(), one => string.Join('.', one.Name.Split('.').Where((_, index) => !positions.Contains(index)))).SelectMany(group => Aggregate(call, [.. group], function, group.Key));
    }

    private static IReadOnlyList<Series> Count(FunctionCall call)
    {
        if (call.Lists("seriesLists").Count == 0)
        {
            return [LineFunctions.Constant(call, 0, "0") with { PathExpression = "countSeries()" }];
        }

        var series = call.AllLists();
        if (series.Count == 0)
        {
            return [];
        }

        var rows = Rows.Of(series);
        var values = new double[rows.Length];
        Array.Fill(values, series.Count);
        return [rows.Series($"countSeries({SeriesNames.Paths(series)})", values, call.Evaluator.XFilesFactor(call.Context))];
    }

    private static IReadOnlyList<Series> OfPercentile(FunctionCall call)
    {
        var series = call.List();
        var n = call.Number("n");
        if (n <= 0)
        {
            throw new GraphiteException("The requested percent is required to be greater than 0");
        }

        if (series.Count == 0)
        {
            return [];
        }

        var interpolate = call.Flag("interpolate");
        var rows = Rows.Of(series);
        return [rows.Series($"percentileOfSeries({series[0].PathExpression},{PyText.General(n)})", rows.Map(row => Percentile(row, n, interpolate)), call.Evaluator.XFilesFactor(call.Context))];
    }

    private static IReadOnlyList<Series> Power(FunctionCall call)
    {
        var series = call.AllLists();
        if (series.Count == 0)
        {
            return [];
        }

        var rows = Rows.Of(series);
        var values = rows.Map(static row =>
        {
            var value = row[0];
            foreach (var exponent in row[1..])
            {
                value = TransformFunctions.Power(value, exponent);
            }

            return value;
        });
        return [rows.Series($"powSeries({string.Join(',', series.Select(static one => one.Name))})", values, call.Evaluator.XFilesFactor(call.Context))];
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
        var rank = (int)Math.Clamp(fraction, 0, sorted.Count + 1);
        var part = fraction - rank;
        if (!interpolate)
        {
            rank += (int)Math.Ceiling(Math.Min(part, 1));
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
