using Sightline.Server.Show;

namespace Sightline.Server.Features.Overview;

/// <summary>A number at the top of the page.</summary>
/// <param name="Key">As the query language names it.</param>
/// <param name="Name">On the page.</param>
/// <param name="Text">How its value is written.</param>
/// <param name="IsCount">Of things that are counted.</param>
/// <param name="LowerIsBetter">A rise is bad news.</param>
public sealed record OverviewMetric(string Key, string Name, Func<double?, string> Text, bool IsCount = false, bool LowerIsBetter = false);

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
