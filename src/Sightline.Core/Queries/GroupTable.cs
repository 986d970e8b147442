namespace Sightline.Core.Queries;

/// <summary>What an engine found for a <see cref="GroupPlan"/>: a row for each group with at least one event, in no order.</summary>
/// <param name="Rows">Groups with at least one event that is not an engagement report.</param>
/// <param name="Total">All selected events as one group, whatever the dimensions; empty unless asked for.</param>
/// <param name="OtherMoneyE4">Revenue in currencies other than the project's, by currency, of the rows' events; only with <see cref="GroupNeeds.Revenue"/>.</param>
public sealed record GroupTable(IReadOnlyList<GroupRow> Rows, GroupState Total, IReadOnlyDictionary<string, long> OtherMoneyE4);

/// <param name="Bucket">Index of the time bucket; -1: no time dimension.</param>
/// <param name="Values">Text of each dimension, empty: it has none; that of the time dimension is empty.</param>
/// <param name="State">What was found.</param>
public sealed record GroupRow(int Bucket, string[] Values, GroupState State);

/// <summary>Sums and exact distinct counts of one group.</summary>
public sealed class GroupState
{
    public long Visitors { get; set; }

    public long People { get; set; }

    public long Visits { get; set; }

    public long Bounces { get; set; }

    /// <summary>Whole durations of the group's visits.</summary>
    public long DurationMs { get; set; }

    public long Events { get; set; }

    public long PageViews { get; set; }

    public long EngagedMs { get; set; }

    /// <summary>Sum over (visit, path) of the deepest scroll.</summary>
    public long ScrollSum { get; set; }

    public long ScrollCount { get; set; }

    /// <summary>In the project's currency.</summary>
    public long RevenueE4 { get; set; }

    public long RevenueCount { get; set; }

    /// <summary>One for each of the plan's <see cref="GroupPlan.Props"/>.</summary>
    public PropState[] Props { get; init; } = [];

    /// <summary>Adds what can be added: the plan had no distinct counts and no properties.</summary>
    public void AddCounts(GroupState other)
    {
        Events += other.Events;
        PageViews += other.PageViews;
        EngagedMs += other.EngagedMs;
        RevenueE4 += other.RevenueE4;
        RevenueCount += other.RevenueCount;
    }
}

/// <summary>Numbers of one property within a group.</summary>
/// <param name="Count">Events that have the property as a number.</param>
/// <param name="Percentiles">As asked for, interpolated between the two nearest numbers; empty when there are none.</param>
public sealed record PropState(long Count, double Sum, double Min, double Max, double[] Percentiles);
