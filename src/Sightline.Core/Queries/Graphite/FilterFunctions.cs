using System.Text.RegularExpressions;

namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that choose among series, or put them in order.</summary>
internal static class FilterFunctions
{
    private static readonly TimeSpan RegexPatience = TimeSpan.FromMilliseconds(200);

    public static void Register(Dictionary<string, Func<FunctionCall, IReadOnlyList<Series>>> table)
    {
        table["highest"] = call => Best(call, call.Text(2, "func", "average"), most: true);
        table["lowest"] = call => Best(call, call.Text(2, "func", "average"), most: false);
        foreach (var (suffix, function) in ((string, string)[])[("Average", "average"), ("Current", "current"), ("Max", "max")])
        {
            table["highest" + suffix] = call => Best(call, function, most: true);
            table["lowest" + suffix] = call => Best(call, function, most: false);
        }

        foreach (var (name, function) in ((string, string)[])[("average", "average"), ("current", "last"), ("maximum", "max"), ("minimum", "min")])
        {
            table[name + "Above"] = call => Where(call, function, ">", call.Number(1, "n"));
            table[name + "Below"] = call => Where(call, function, "<=", call.Number(1, "n"));
        }

        table["filterSeries"] = call => Where(call, Aggregates.Require(call.Text(1, "func")), call.Text(2, "operator"), call.Number(3, "threshold"));
        table["limit"] = call => [.. call.List(0).Take((int)call.Number(1, "n"))];
        table["sortByName"] = call => Reversed(call.List(0).OrderBy(one => one.Name, StringComparer.Ordinal), call.Flag(2, "reverse", false));
        table["sortBy"] = call => Sorted(call.List(0), Aggregates.Require(call.Text(1, "func", "average")), call.Flag(2, "reverse", false));
        table["sortByTotal"] = call => Sorted(call.List(0), "sum", descending: true);
        table["sortByMaxima"] = call => Sorted(call.List(0), "max", descending: true);
        table["sortByMinima"] = call => Sorted([.. call.List(0).Where(one => Aggregates.Apply("max", one.Values, 0) > 0)], "min", descending: false);
        table["grep"] = call => Matching(call, keep: true);
        table["exclude"] = call => Matching(call, keep: false);
        table["removeEmptySeries"] = call => call.Number(1, "xFilesFactor", 0) is var factor
            ? [.. call.List(0).Where(one => !double.IsNaN(Aggregates.Apply("count", one.Values, factor)))] : [];
        table["unique"] = call => [.. call.AllLists().DistinctBy(one => one.Name)];
        table["removeAboveValue"] = call => call.Number(1, "n") is var n
            ? call.Map(one => TransformFunctions.Renamed(one, $"removeAboveValue({one.Name}, {PyText.General(n)})", [.. one.Values.Select(value => value > n ? double.NaN : value)], null)) : [];
        table["removeBelowValue"] = call => call.Number(1, "n") is var n
            ? call.Map(one => TransformFunctions.Renamed(one, $"removeBelowValue({one.Name}, {PyText.General(n)})", [.. one.Values.Select(value => value < n ? double.NaN : value)], null)) : [];
        table["fallbackSeries"] = call => call.List(0) is { Count: > 0 } found ? found : call.List(1);
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

    private static IReadOnlyList<Series> Matching(FunctionCall call, bool keep)
    {
        var pattern = Pattern(call.Text(1, "pattern"));
        try
        {
            return [.. call.List(0).Where(one => pattern.IsMatch(one.Name) == keep)];
        }
        catch (RegexMatchTimeoutException)
        {
            throw new GraphiteException("the regular expression takes too long");
        }
    }

    private static double Order(Series one, string function) =>
        Aggregates.Apply(function, one.Values, 0) is var value && double.IsNaN(value) ? double.NegativeInfinity : value;

    private static IReadOnlyList<Series> Best(FunctionCall call, string function, bool most)
    {
        var count = (int)call.Number(1, "n", 1);
        return [.. Sorted(call.List(0), Aggregates.Require(function), most).Take(count)];
    }

    private static List<Series> Sorted(IReadOnlyList<Series> series, string function, bool descending) =>
        descending ? [.. series.OrderByDescending(one => Order(one, function))] : [.. series.OrderBy(one => Order(one, function))];

    private static List<Series> Reversed(IEnumerable<Series> series, bool reverse) => reverse ? [.. series.Reverse()] : [.. series];

    private static IReadOnlyList<Series> Where(FunctionCall call, string function, string operation, double threshold) =>
        [.. call.List(0).Where(one => Aggregates.Apply(function, one.Values, 0) is var value && operation switch
        {
            "=" => value == threshold,
            "!=" => value != threshold,
            ">" => value > threshold,
            ">=" => value >= threshold,
            // Without a value it is below everything.
            "<" => double.IsNaN(value) || value < threshold,
            "<=" => double.IsNaN(value) || value <= threshold,
            _ => throw new GraphiteException($"Unsupported operator: {operation}"),
        })];
}
