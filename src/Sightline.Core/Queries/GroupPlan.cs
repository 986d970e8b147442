using Sightline.Core.Model;

namespace Sightline.Core.Queries;

/// <summary>What an engine has to find for each group, beside the counts of events and page views, which it always gives.</summary>
[Flags]
public enum GroupNeeds
{
    None = 0,
    Visitors = 1,
    People = 2,
    /// <summary>Distinct visits, their bounces and durations.</summary>
    Visits = 4,
    Engaged = 8,
    Scroll = 16,
    Revenue = 32,
}

/// <summary>A property whose numbers are wanted.</summary>
/// <param name="Prop">Its name.</param>
/// <param name="Percentiles">In rising order; empty: only count, sum, least and greatest.</param>
public sealed record PropNeed(string Prop, IReadOnlyList<int> Percentiles);

/// <summary>
/// One grouping of a project's events, for any engine: select the events of <c>[FromMs, ToMs)</c> that <see cref="Filter"/> holds for, break them down
/// by <see cref="Dimensions"/>, find for each group what <see cref="Needs"/> and <see cref="Props"/> say. No names of tables, no SQL.
/// </summary>
public sealed record GroupPlan
{
    public required Project Project { get; init; }

    public required long FromMs { get; init; }

    public required long ToMs { get; init; }

    /// <summary>At most one is of time, and then <see cref="Buckets"/> cuts it.</summary>
    public required IReadOnlyList<Dimension> Dimensions { get; init; }

    public TimeBuckets? Buckets { get; init; }

    /// <summary>Normalised; holds no <see cref="SegmentFilter"/>.</summary>
    public Filter? Filter { get; init; }

    public GroupNeeds Needs { get; init; }

    public IReadOnlyList<PropNeed> Props { get; init; } = [];

    /// <summary>Whether <see cref="GroupTable.Total"/> is to be found.</summary>
    public bool WantsTotal { get; init; }
}
