namespace Sightline.Core.Queries.Explore;

/// <summary>How what was found is shown.</summary>
public enum ExploreStatement
{
    /// <summary>Lines over time.</summary>
    Graph,

    /// <summary>Areas on top of each other.</summary>
    Stack,

    /// <summary>Names and tags, without points.</summary>
    List,
}

/// <summary>A question to the Explorer, read.</summary>
public sealed record ExploreQuery
{
    public const int DefaultLimit = 500;

    public ExploreStatement Statement { get; init; }

    /// <summary>All of them must match.</summary>
    public IReadOnlyList<TagPattern> Patterns { get; init; } = [];

    /// <summary>Tags of which each value, or bucket, gets a graph.</summary>
    public IReadOnlyList<TagSpec> GroupBy { get; init; } = [];

    public IReadOnlyList<TagSpec> SumBy { get; init; } = [];

    public IReadOnlyList<TagSpec> AverageBy { get; init; } = [];

    /// <summary>Seconds of a moving average; 0: none.</summary>
    public long AverageOver { get; init; }

    /// <summary>Lower edge of the scale; <see langword="null"/>: by the values.</summary>
    public double? Min { get; init; }

    /// <summary>Upper edge of the scale.</summary>
    public double? Max { get; init; }

    /// <summary>As Graphite's <c>from</c> is written.</summary>
    public string From { get; init; } = "-24hours";

    /// <summary>As Graphite's <c>until</c> is written.</summary>
    public string To { get; init; } = "now";

    /// <summary>Lines at most.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Words that notes and events must have to be drawn; <c>*</c>: all of them.</summary>
    public string Events { get; init; } = "*";

    /// <summary>The unit asked for.</summary>
    public MetricUnit? Unit => Patterns.FirstOrDefault(static pattern => pattern.Unit is not null)?.Unit;
}
