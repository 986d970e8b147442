using Sightline.Server.Show;

namespace Sightline.Server.Features.Overview;

/// <summary>The numbers at the top of the page, in order.</summary>
internal static class OverviewMetrics
{
    public static IReadOnlyList<OverviewMetric> All { get; } =
    [
        new("visitors", "Visitors", Format.Count, IsCount: true),
        new("visits", "Visits", Format.Count, IsCount: true),
        new("page_views", "Page views", Format.Count, IsCount: true),
        new("bounce_rate", "Bounce rate", Format.Share, LowerIsBetter: true),
        new("visit_duration", "Visit duration", Format.Duration),
    ];

    public static OverviewMetric Of(string key) => All.First(m => m.Key == key);
}
