namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that take series two by two.</summary>
internal static class PairFunctions
{
    public static void Register(FunctionSet set)
    {
        const string lists = "seriesListFirstPos! seriesListSecondPos!";
        set.Add("aggregateSeriesLists", lists + " func:aggFunc! xFilesFactor:float", "A series of each pair: the first of both lists, the second, and so on.",
            static call => Pairs(call, call.Words("func"), call.Value("xFilesFactor") as double?));
        foreach (var (name, function, what) in ((string, string, string)[])[("sum", "sum", "sum"), ("diff", "diff", "difference"), ("multiply", "multiply", "product")])
        {
            set.Add(name + "SeriesLists", lists, $"The {what} of each pair: the first of both lists, the second, and so on.", call => Pairs(call, function, null));
        }

        set.Add("divideSeries", "dividendSeriesList! divisorSeries!", "Each series divided by one series.", Divide);
        set.Add("divideSeriesLists", "dividendSeriesList! divisorSeriesList!", "The quotient of each pair: the first of both lists, the second, and so on.", DivideLists);
        set.Add("weightedAverage", "seriesListAvg! seriesListWeight! nodes:nodeOrTag*", "The mean of series weighed by others; nodes tell which belong together.", Weighted);
    }

    private static IReadOnlyList<Series> Pairs(FunctionCall call, string function, double? xFilesFactor)
    {
        var (first, second) = (call.List("seriesListFirstPos"), call.List("seriesListSecondPos"));
        if (first.Count != second.Count)
        {
            throw new GraphiteException("seriesListFirstPos and seriesListSecondPos argument must have equal length");
        }

        return [.. first.Zip(second).SelectMany(pair =>
            CombineFunctions.Aggregate(call, [pair.First, pair.Second], function, $"{Aggregates.Short(function)}Series({pair.First.Name},{pair.Second.Name})", xFilesFactor))];
    }

    private static IEnumerable<Series> Divide(FunctionCall call)
    {
        var divisors = call.List("divisorSeries");
        return divisors.Count switch
        {
            0 => call.Map(one => one.As($"divideSeries({one.Name},MISSING)", Rows.Nothing(one.Values.Length))),
            1 => call.Map(one => Quotient(call, one, divisors[0])),
            _ => throw new GraphiteException($"divideSeries second argument must reference exactly 1 series (got {divisors.Count})"),
        };
    }

    private static IEnumerable<Series> DivideLists(FunctionCall call)
    {
        var (dividends, divisors) = (call.List(), call.List("divisorSeriesList"));
        return dividends.Count == divisors.Count
            ? dividends.Zip(divisors, (dividend, divisor) => Quotient(call, dividend, divisor))
            : throw new GraphiteException("dividendSeriesList and divisorSeriesList argument must have equal length");
    }

    private static Series Quotient(FunctionCall call, Series dividend, Series divisor)
    {
        var rows = Rows.Of([dividend, divisor]);
        return rows.Series($"divideSeries({dividend.Name},{divisor.Name})", rows.Map(static row => row[1] == 0 ? double.NaN : row[0] / row[1]), call.Evaluator.XFilesFactor(call.Context));
    }

    private static IReadOnlyList<Series> Weighted(FunctionCall call)
    {
        var (averages, weights, nodes) = (call.List("seriesListAvg"), call.List("seriesListWeight"), call.Nodes("nodes"));
        if (averages.Count != weights.Count)
        {
            throw new GraphiteException(
                $"weightedAverage must receive the same number of series for seriesListAvg and seriesListWeight but received respectively {averages.Count} and {weights.Count}");
        }

        // Of several with one key the last counts.
        var keys = new List<string>();
        var byKey = new Dictionary<string, (Series? Average, Series? Weight)>(StringComparer.Ordinal);
        void Put(string key, Series? average, Series? weight)
        {
            if (!byKey.TryGetValue(key, out var both))
            {
                keys.Add(key);
            }

            byKey[key] = (average ?? both.Average, weight ?? both.Weight);
        }

        foreach (var (average, weight) in averages.Zip(weights))
        {
            Put(SeriesNames.Key(average, nodes), average, null);
            Put(SeriesNames.Key(weight, nodes), null, weight);
        }

        var factor = call.Evaluator.XFilesFactor(call.Context);
        List<Series> products = [.. keys.Select(key => byKey[key]).Where(static both => both is { Average: not null, Weight: not null }).Select(both =>
            Series.New($"product({both.Weight!.Name},{both.Average!.Name})", both.Average.Start, both.Average.End, both.Average.Step,
                Rows.Zip(both.Average.Values, both.Weight.Values, static (average, weight) => average * weight), factor))];
        if (products.Count == 0)
        {
            return [];
        }

        var top = CombineFunctions.Aggregate(call, products, "sum")[0];
        var bottom = CombineFunctions.Aggregate(call, weights, "sum")[0];
        var name = $"weightedAverage({Sorted(averages)}, {Sorted(weights)}, {string.Join(',', nodes.Select(PyText.Str))})";
        return [Series.New(name, top.Start, top.End, top.Step, Rows.Zip(top.Values, bottom.Values, static (value, weight) => weight == 0 ? double.NaN : value / weight), factor)];
    }

    private static string Sorted(IEnumerable<Series> series) => string.Join(',', series.Select(static one => one.PathExpression).Distinct().Order(StringComparer.Ordinal));
}
