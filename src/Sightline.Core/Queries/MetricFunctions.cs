namespace Sightline.Core.Queries;

/// <summary>Metrics from the sums and counts of a group.</summary>
internal static class MetricFunctions
{
    /// <param name="metric">Which.</param>
    /// <param name="plan">What the states were found for.</param>
    /// <param name="own">The group itself.</param>
    /// <param name="converting">The same group among converting events; <see langword="null"/>: the group's own events all convert.</param>
    /// <param name="base">Whom the converting are a share of; <see langword="null"/>: the group itself.</param>
    /// <param name="totalVisitors">Of the query without dimensions.</param>
    public static MetricValue Value(Metric metric, GroupPlan plan, GroupState own, GroupState? converting, GroupState? @base, long totalVisitors)
    {
        switch (metric.Kind)
        {
            case MetricKind.Visitors:
                return new(own.Visitors);
            case MetricKind.People:
                return new(own.People);
            case MetricKind.Visits:
                return new(own.Visits);
            case MetricKind.PageViews:
                return new(own.PageViews);
            case MetricKind.Events:
                return new(own.Events);
            case MetricKind.ViewsPerVisit:
                return Share(own.PageViews, own.Visits);
            case MetricKind.BounceRate:
                return Share(own.Bounces, own.Visits);
            case MetricKind.VisitDuration:
                return Share(own.DurationMs / 1000.0, own.Visits);
            case MetricKind.TimeOnPage:
                return Share(own.EngagedMs / 1000.0, own.PageViews);
            case MetricKind.ScrollDepth:
                return Share(own.ScrollSum, own.ScrollCount);
            case MetricKind.Conversions:
                return new((converting ?? own).Events);
            case MetricKind.ConversionRate:
                return Share((converting ?? own).Visitors, (@base ?? own).Visitors);
            case MetricKind.Revenue:
                return new(null, own.RevenueE4 / 10_000m);
            case MetricKind.AverageRevenue:
                return new(null, own.RevenueCount == 0 ? null : Math.Round(own.RevenueE4 / 10_000m / own.RevenueCount, 4));
            case MetricKind.PercentOfVisitors:
                return Share(own.Visitors, totalVisitors);
            default:
                return Prop(metric, plan, own);
        }
    }

    private static MetricValue Prop(Metric metric, GroupPlan plan, GroupState own)
    {
        var index = 0;
        while (plan.Props[index].Prop != metric.Prop)
        {
            index++;
        }
        if (own.Props.Length == 0 || own.Props[index] is not { Count: > 0 } numbers)
        {
            return default;
        }
        return new(metric.Kind switch
        {
            MetricKind.PropSum => numbers.Sum,
            MetricKind.PropAverage => numbers.Sum / numbers.Count,
            MetricKind.PropMin => numbers.Min,
            MetricKind.PropMax => numbers.Max,
            _ => numbers.Percentiles[plan.Props[index].Percentiles.ToList().IndexOf(metric.Percentile)],
        });
    }

    private static MetricValue Share(double part, long whole) => whole == 0 ? default : new(part / whole);
}
