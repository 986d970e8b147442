using System.Text.RegularExpressions;

namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that choose among series, or among their values.</summary>
internal static class FilterFunctions
{
    private static readonly TimeSpan RegexPatience = TimeSpan.FromMilliseconds(200);

    public static void Register(FunctionSet set)
    {
        foreach (var (name, function, what) in ((string, string, string)[])[("average", "average", "mean"), ("current", "last", "last value"), ("maximum", "max", "greatest value"), ("minimum", "min", "least value")])
        {
            set.Add(name + "Above", "seriesList! n:float!", $"Series whose {what} is above a number.", call => Where(call, function, ">", call.Number("n")));
            set.Add(name + "Below", "seriesList! n:float!", $"Series whose {what} is at or below a number.", call => Where(call, function, "<=", call.Number("n")));
        }

        set.Add("filterSeries", "seriesList! func:aggFunc! operator:string![!=|<|<=|=|>|>=] threshold:float!", "Series of which a value compares so with a number.",
            static call => Where(call, call.Words("func"), call.Words("operator"), call.Number("threshold")));
        set.Add("limit", "seriesList! n:integer!", "The first so many series.", static call => Slice(call.List(), 0, call.Whole("n")));
        set.Add("grep", "seriesList! pattern:string!", "Series whose names match a regular expression.", static call => Matching(call, keep: true));
        set.Add("exclude", "seriesList! pattern:string!", "Series whose names do not match a regular expression.", static call => Matching(call, keep: false));
        set.Add("removeEmptySeries", "seriesList! xFilesFactor:float", "Series with values, or with such a share of values.",
            static call => call.List().Where(one => Aggregates.Of("count", one.Values) is > 0 and var count && count / one.Values.Length >= call.Number("xFilesFactor", 0)));
        set.Add("unique", "seriesLists!*", "Of series with the same name the first.", static call => call.AllLists().DistinctBy(static one => one.Name));
        set.Add("mostDeviant", "seriesList! n:integer!", "The so many series that vary most.", static call => Slice(
            [.. call.List().Select(static one => (One: one, Variance: Variance(one.Values))).Where(static pair => !double.IsNaN(pair.Variance)).OrderByDescending(static pair => pair.Variance).Select(static pair => pair.One)],
            0, call.Whole("n")));
        set.Add("averageOutsidePercentile", "seriesList! n:float!", "Series whose mean is not between those of the others.", OutsidePercentile);
        set.Add("removeBetweenPercentile", "seriesList! n:float!", "Series that once at least are not between the others.", BetweenPercentile);
        set.Add("useSeriesAbove", "seriesList! value:float! search:string! replace:string!", "Of series that are above a number once, others: their names with something replaced.", UseAbove);
    }

    public static void RegisterData(FunctionSet set)
    {
        set.Add("removeAboveValue", "seriesList! n:float!", "No values above a number.", static call => Values(call, static (value, limit) => value > limit, static (call, _) => call.Number("n")));
        set.Add("removeBelowValue", "seriesList! n:float!", "No values below a number.", static call => Values(call, static (value, limit) => value < limit, static (call, _) => call.Number("n")));
        set.Add("removeAbovePercentile", "seriesList! n:float!", "No values above the n-th percentile of their series.", static call => Values(call, static (value, limit) => value > limit, Percentile));
        set.Add("removeBelowPercentile", "seriesList! n:float!", "No values below the n-th percentile of their series.", static call => Values(call, static (value, limit) => value < limit, Percentile));
    }

    /// <summary>Python's <c>list[start:stop]</c>.</summary>
    internal static IReadOnlyList<T> Slice<T>(IReadOnlyList<T> list, long start, long stop)
    {
        var from = (int)Math.Clamp(start < 0 ? start + list.Count : start, 0, list.Count);
        var to = (int)Math.Clamp(stop < 0 ? stop + list.Count : stop, from, list.Count);
        return [.. list.Skip(from).Take(to - from)];
    }

    /// <exception cref="GraphiteException">It is no expression.</exception>
    internal static Regex Pattern(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.CultureInvariant, RegexPatience);
        }
        catch (ArgumentException fault)
        {
            throw new GraphiteException($"Invalid regular expression '{text}': {fault.Message}");
        }
    }

    private static List<Series> Matching(FunctionCall call, bool keep)
    {
        var pattern = Pattern(call.Words("pattern"));
        try
        {
            return [.. call.List().Where(one => pattern.IsMatch(one.Name) == keep)];
        }
        catch (RegexMatchTimeoutException)
        {
            throw new GraphiteException("the regular expression takes too long");
        }
    }

    private static IEnumerable<Series> Where(FunctionCall call, string function, string operation, double threshold) =>
        call.List().Where(one => Aggregates.Of(function, one.Values) is var value && operation switch
        {
            "=" => value == threshold,
            "!=" => value != threshold,
            ">" => value > threshold,
            ">=" => value >= threshold,
            // Without a value it is below everything.
            "<" => double.IsNaN(value) || value < threshold,
            "<=" => double.IsNaN(value) || value <= threshold,
            _ => throw new GraphiteException($"Unsupported operator: {operation}"),
        });

    private static double Variance(double[] values)
    {
        var mean = Aggregates.Of("average", values);
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += double.IsNaN(value) ? 0 : Math.Pow(value - mean, 2);
        }

        return double.IsNaN(mean) ? mean : sum / Aggregates.Of("count", values);
    }

    private static IEnumerable<Series> OutsidePercentile(FunctionCall call)
    {
        var series = call.List();
        var n = call.Number("n") is var given && given < 50 ? 100 - given : given;
        double[] means = [.. series.Select(static one => Aggregates.Of("average", one.Values))];
        var (low, high) = (CombineFunctions.Percentile(means, 100 - n, false), CombineFunctions.Percentile(means, n, false));
        return series.Where((_, index) => !(low < means[index] && means[index] < high));
    }

    private static IEnumerable<Series> BetweenPercentile(FunctionCall call)
    {
        var series = call.List();
        if (series.Count == 0)
        {
            return [];
        }

        var n = call.Number("n") is var given && given < 50 ? 100 - given : given;
        var length = series.Min(static one => one.Values.Length);
        var outside = new bool[series.Count];
        var column = new double[series.Count];
        for (var i = 0; i < length; i++)
        {
            for (var j = 0; j < column.Length; j++)
            {
                column[j] = series[j].Values[i];
            }

            var (low, high) = (CombineFunctions.Percentile(column, 100 - n, false), CombineFunctions.Percentile(column, n, false));
            for (var j = 0; j < column.Length; j++)
            {
                outside[j] |= !(low < column[j] && column[j] < high);
            }
        }

        return series.Where((_, index) => outside[index]);
    }

    private static IReadOnlyList<Series> UseAbove(FunctionCall call)
    {
        var (search, replace) = (Pattern(call.Words("search")), AliasFunctions.Replacement(call.Words("replace")));
        var names = call.List().Where(one => Aggregates.Of("max", one.Values) > call.Number("value")).Select(one => AliasFunctions.Replaced(search, one.Name, replace)).ToList();
        return names.Count == 0 ? [] : [.. call.Evaluator.Evaluate(TargetParser.Parse($"group({string.Join(',', names)})"), call.Context).Where(static one => one.Values.Length > 0)];
    }

    private static double Percentile(FunctionCall call, Series one) => CombineFunctions.Percentile(one.Values, call.Number("n"), interpolate: false);

    private static IEnumerable<Series> Values(FunctionCall call, Func<double, double, bool> remove, Func<FunctionCall, Series, double> limit)
    {
        var n = call.Number("n");
        var tagged = call.Name.EndsWith("Percentile", StringComparison.Ordinal);
        return call.Map(one =>
        {
            var most = limit(call, one);
            var kept = one.As($"{call.Name}({one.Name}, {PyText.General(n)})", [.. one.Values.Select(value => remove(value, most) ? double.NaN : value)]);
            return tagged && !double.IsNaN(most) ? kept.With("nPercentile", n) : kept;
        });
    }
}
