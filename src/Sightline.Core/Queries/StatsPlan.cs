using Sightline.Core.Model;

namespace Sightline.Core.Queries;

/// <summary>
/// The groupings one range of a query needs. Conversions are found by asking again with another filter, so that engines know nothing of them.
/// </summary>
/// <param name="Main">The query's own rows.</param>
/// <param name="Converting">The same with "reaches any goal" added; only when conversions are asked for and nothing names a goal.</param>
/// <param name="Base">The same without goals in filter and dimensions: whom the converting are a share of; only when something names a goal.</param>
public sealed record StatsPlan(GroupPlan Main, GroupPlan? Converting, GroupPlan? Base)
{
    private static readonly Dimension Goal = new(DimensionKind.Goal);

    /// <summary>Those there are, in this order.</summary>
    public IReadOnlyList<GroupPlan> Groupings => [Main, .. Converting is null ? (GroupPlan[])[] : [Converting], .. Base is null ? (GroupPlan[])[] : [Base]];

    /// <summary>Position of the goal dimension; -1: none.</summary>
    public int GoalDimension => Main.Dimensions.ToList().IndexOf(Goal);

    public static StatsPlan Create(StatsQuery query, Project project, TimeRange range, TimeBuckets? buckets)
    {
        var kinds = query.Metrics.Select(m => m.Kind).ToHashSet();
        GroupPlan main = new()
        {
            Project = project,
            FromMs = range.FromMs,
            ToMs = range.ToMs,
            Dimensions = query.Dimensions,
            Buckets = buckets,
            Filter = query.Filter,
            Needs = Needs(kinds),
            Props = Props(query.Metrics),
            // Rows by goal hold an event several times: money in other currencies must come from the whole.
            WantsTotal = query.IncludeTotals || kinds.Contains(MetricKind.PercentOfVisitors) || query.Dimensions.Count == 0 || query.Dimensions.Contains(Goal),
        };
        var wantsRate = kinds.Contains(MetricKind.ConversionRate);
        var (withoutGoals, namesGoal) = WithoutGoals(query.Filter);
        if (namesGoal || query.Dimensions.Contains(Goal))
        {
            return new(main, null, !wantsRate ? null : main with
            {
                Filter = withoutGoals,
                Dimensions = [.. query.Dimensions.Where(d => d != Goal)],
                Needs = GroupNeeds.Visitors,
                Props = [],
            });
        }
        if (!wantsRate && !kinds.Contains(MetricKind.Conversions))
        {
            return new(main, null, null);
        }
        LeafFilter anyGoal = new(Goal, FilterOperator.IsSet, [], "");
        return new(main, main with
        {
            Filter = query.Filter is { } filter ? FilterNormaliser.Normalise(new AndFilter([filter, anyGoal]), _ => null) : anyGoal,
            Needs = wantsRate ? GroupNeeds.Visitors : GroupNeeds.None,
            Props = [],
        }, null);
    }

    /// <summary>Only goals that every event of the answer must reach count as named: those AND-ed at the top.</summary>
    private static (Filter? Without, bool NamesGoal) WithoutGoals(Filter? filter)
    {
        IReadOnlyList<Filter> parts = filter switch { null => [], AndFilter and => and.Parts, _ => [filter] };
        Filter[] rest = [.. parts.Where(part => part is not LeafFilter { Dimension.Kind: DimensionKind.Goal })];
        return (rest.Length switch { 0 => null, 1 => rest[0], _ => new AndFilter(rest) }, rest.Length < parts.Count);
    }

    private static GroupNeeds Needs(HashSet<MetricKind> kinds)
    {
        var needs = GroupNeeds.None;
        foreach (var kind in kinds)
        {
            needs |= kind switch
            {
                MetricKind.Visitors or MetricKind.ConversionRate or MetricKind.PercentOfVisitors => GroupNeeds.Visitors,
                MetricKind.People => GroupNeeds.People,
                MetricKind.Visits or MetricKind.ViewsPerVisit or MetricKind.BounceRate or MetricKind.VisitDuration => GroupNeeds.Visits,
                MetricKind.TimeOnPage => GroupNeeds.Engaged,
                MetricKind.ScrollDepth => GroupNeeds.Scroll,
                MetricKind.Revenue or MetricKind.AverageRevenue => GroupNeeds.Revenue,
                _ => GroupNeeds.None,
            };
        }
        return needs;
    }

    private static List<PropNeed> Props(IReadOnlyList<Metric> metrics) =>
    [
        .. metrics.Where(m => m.IsProp).GroupBy(m => m.Prop!, StringComparer.Ordinal).Select(g => new PropNeed(
            g.Key, [.. g.Where(m => m.Kind == MetricKind.PropPercentile).Select(m => m.Percentile).Distinct().Order()])),
    ];
}
