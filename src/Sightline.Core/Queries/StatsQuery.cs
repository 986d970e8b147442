namespace Sightline.Core.Queries;

/// <summary>A query as asked: every part known to exist, the range not yet placed in time.</summary>
public sealed record StatsQuery
{
    public required uint Project { get; init; }

    public required IReadOnlyList<Metric> Metrics { get; init; }

    public IReadOnlyList<Dimension> Dimensions { get; init; } = [];

    public required RangeSpec Range { get; init; }

    /// <summary>IANA name; <see langword="null"/>: the project's.</summary>
    public string? TimeZone { get; init; }

    public Filter? Filter { get; init; }

    /// <summary>Empty: time ascending when there is a time dimension, then the first metric descending.</summary>
    public IReadOnlyList<OrderTerm> Order { get; init; } = [];

    /// <summary><see langword="null"/>: <see cref="QueryLimits.DefaultRows"/>, or <see cref="QueryLimits.Rows"/> for a pure time series.</summary>
    public int? Limit { get; init; }

    public int Offset { get; init; }

    public CompareSpec? Compare { get; init; }

    public bool IncludeTotals { get; init; }

    public bool IncludeTotalRows { get; init; }
}

/// <summary>Orders by a metric or a dimension of the query.</summary>
/// <param name="IsMetric">Which of the two lists <paramref name="Index"/> points into.</param>
/// <param name="Index">Position in the list.</param>
/// <param name="Descending">Greatest first. Values that do not exist come last either way.</param>
public readonly record struct OrderTerm(bool IsMetric, int Index, bool Descending);
