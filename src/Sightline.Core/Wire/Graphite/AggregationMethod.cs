namespace Sightline.Core.Wire.Graphite;

/// <summary>How an aggregation rule makes one value of many, as carbon's aggregator does it.</summary>
internal static class AggregationMethod
{
    private static readonly Dictionary<string, Func<IReadOnlyList<double>, double>> Methods = new(StringComparer.Ordinal)
    {
        ["sum"] = static values => Sum(values),
        ["avg"] = static values => Sum(values) / values.Count,
        ["min"] = static values => values.Min(),
        ["max"] = static values => values.Max(),
        ["count"] = static values => values.Count,
        ["p50"] = static values => Percentile(values, 0.50),
        ["p75"] = static values => Percentile(values, 0.75),
        ["p80"] = static values => Percentile(values, 0.80),
        ["p90"] = static values => Percentile(values, 0.90),
        ["p95"] = static values => Percentile(values, 0.95),
        ["p99"] = static values => Percentile(values, 0.99),
        ["p999"] = static values => Percentile(values, 0.999),
    };

    public static IEnumerable<string> Names => Methods.Keys;

    public static Func<IReadOnlyList<double>, double>? Find(string name) => Methods.GetValueOrDefault(name);

    // In the order they came, as carbon adds them: sums of floating point depend on it.
    private static double Sum(IReadOnlyList<double> values)
    {
        var sum = 0.0;
        for (var i = 0; i < values.Count; i++)
        {
            sum += values[i];
        }

        return sum;
    }

    private static double Percentile(IReadOnlyList<double> values, double factor)
    {
        var sorted = values.Order().ToList();
        var rank = factor * (sorted.Count - 1);
        var (left, right) = ((int)Math.Floor(rank), (int)Math.Ceiling(rank));
        return left == right ? sorted[left] : (sorted[left] * (right - rank)) + (sorted[right] * (rank - left));
    }
}
