namespace Sightline.Core.Queries;

/// <summary>A metric's value: a number or money; neither: there is nothing to divide by.</summary>
public readonly record struct MetricValue(double? Number, decimal? Money = null)
{
    public double? Comparable => Number ?? (double?)Money;
}

/// <param name="Metrics">Values in the comparison range; <see langword="null"/>: it has no such bucket.</param>
/// <param name="Change">(now - then) / then for each metric; <see langword="null"/> where then is nothing or nought.</param>
/// <param name="Label">For time series: the bucket compared with.</param>
public sealed record ComparedMetrics(MetricValue[] Metrics, double?[] Change, string? Label);

/// <param name="Dimensions">Text of each dimension; <see langword="null"/>: the event or visit has none.</param>
public sealed record AnswerRow(string?[] Dimensions, MetricValue[] Metrics, ComparedMetrics? Compare);

/// <summary>What a query comes to, before it is written as JSON.</summary>
public sealed record StatsAnswer
{
    public required IReadOnlyList<AnswerRow> Rows { get; init; }

    public AnswerRow? Totals { get; init; }

    public int TotalRows { get; init; }

    public IReadOnlyDictionary<string, long> OtherMoneyE4 { get; init; } = new Dictionary<string, long>();
}
