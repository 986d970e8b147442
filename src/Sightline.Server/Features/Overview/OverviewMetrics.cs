using Sightline.Server.Show;

namespace Sightline.Server.Features.Overview;

/// <summary>A number of the query language, as pages show it.</summary>
/// <param name="Key">As the query language names it.</param>
/// <param name="Name">On the page.</param>
/// <param name="Kind">How its value is written: see <see cref="Format.Of"/>.</param>
/// <param name="LowerIsBetter">A rise is bad news.</param>
public sealed record OverviewMetric(string Key, string Name, string Kind, bool LowerIsBetter = false);

/// <summary>The numbers that pages show.</summary>
public static class OverviewMetrics
{
    /// <summary>A row's visitors of all visitors.</summary>
    public const string Share = "percent_of_visitors";

    /// <summary>Those at the top of the page, in order.</summary>
    public static IReadOnlyList<OverviewMetric> Tiles { get; } =
    [
        new("visitors", "Visitors", "count"),
        new("visits", "Visits", "count"),
        new("page_views", "Page views", "count"),
        new("views_per_visit", "Views per visit", "number"),
        new("bounce_rate", "Bounce rate", "share", LowerIsBetter: true),
        new("visit_duration", "Visit duration", "duration"),
    ];

    /// <summary>All that the graph can show.</summary>
    public static IReadOnlyList<OverviewMetric> All { get; } =
    [
        .. Tiles,
        new("events", "Events", "count"),
        new("people", "People", "count"),
        new("time_on_page", "Time on page", "duration"),
        new("scroll_depth", "Scroll depth", "depth"),
        new("conversions", "Conversions", "count"),
        new("conversion_rate", "Conversion rate", "share"),
        new("revenue", "Revenue", "money"),
        new("average_revenue", "Average revenue", "money"),
        new(Share, "Share", "share"),
    ];

    /// <summary>Those the graph offers: a share of oneself is always whole.</summary>
    public static IEnumerable<OverviewMetric> ForGraph => All.Where(m => m.Key != Share);

    /// <summary>Where nothing was earned, most likely nothing can be: a dash says less than a zero of money.</summary>
    public static double? Shown(string key, double? value) => value is 0 && Of(key).Kind == "money" ? null : value;

    public static OverviewMetric Of(string key) => All.First(m => m.Key == key);
}
