namespace Sightline.Server.Features.Overview;

/// <summary>A breakdown: one dimension, and what is counted of each of its values.</summary>
/// <param name="Key">In the URL.</param>
/// <param name="Name">On its tab.</param>
/// <param name="Column">Above its values.</param>
/// <param name="Dimension">As the query language names it; for <c>prop</c> the property's name is added.</param>
/// <param name="None">What a value that does not exist is called.</param>
/// <param name="Metrics">The numbers of a row; bars are as long as the first of a row is part of the greatest first, or as <c>percent_of_visitors</c> says.</param>
public sealed record OverviewTab(string Key, string Name, string Column, string Dimension, string None, IReadOnlyList<string> Metrics)
{
    /// <summary>Shown under the name of the group, in a menu.</summary>
    public string? Group { get; init; }
}

/// <summary>A card of the page with its breakdowns.</summary>
public sealed record OverviewPanel(string Key, string Title, IReadOnlyList<OverviewTab> Tabs);

/// <summary>All cards and breakdowns.</summary>
public static class OverviewPanels
{
    public const string Map = "map";
    public const string Property = "prop";

    private static readonly string[] Share = ["visitors", OverviewMetrics.Share];

    public static IReadOnlyList<OverviewPanel> All { get; } =
    [
        new("sources", "Sources",
        [
            new("source", "Sources", "Source", "visit:source", "Direct", Share),
            new("channel", "Channels", "Channel", "visit:channel", "Unknown", Share),
            new("referrer", "Referrers", "Referrer", "visit:referrer", "None", Share),
            new("utm_campaign", "Campaigns", "Campaign", "visit:utm_campaign", "None", Share) { Group = "Campaigns" },
            new("utm_source", "UTM sources", "UTM source", "visit:utm_source", "None", Share) { Group = "Campaigns" },
            new("utm_medium", "UTM media", "UTM medium", "visit:utm_medium", "None", Share) { Group = "Campaigns" },
            new("utm_term", "UTM terms", "UTM term", "visit:utm_term", "None", Share) { Group = "Campaigns" },
            new("utm_content", "UTM contents", "UTM content", "visit:utm_content", "None", Share) { Group = "Campaigns" },
        ]),
        new("pages", "Pages",
        [
            new("page", "Pages", "Page", "page:path", "No page", ["visitors", "page_views"]),
            new("entry", "Entries", "Entry page", "visit:entry_page", "No page", ["visitors", "bounce_rate"]),
            new("exit", "Exits", "Exit page", "visit:exit_page", "No page", Share),
            new("title", "Titles", "Title", "page:title", "No title", ["visitors", "page_views"]),
            new("host", "Hosts", "Host", "page:host", "Unknown", ["visitors", "page_views"]),
        ]),
        new("places", "Places",
        [
            new(Map, "Map", "Country", "visit:country", "Unknown", Share),
            new("country", "Countries", "Country", "visit:country", "Unknown", Share),
            new("region", "Regions", "Region", "visit:region", "Unknown", Share),
            new("city", "Cities", "City", "visit:city", "Unknown", Share),
            new("language", "Languages", "Language", "visit:language", "Unknown", Share),
        ]),
        new("devices", "Devices",
        [
            // First what has more than three rows.
            new("browser", "Browsers", "Browser", "visit:browser", "Unknown", Share),
            new("os", "Systems", "Operating system", "visit:os", "Unknown", Share),
            new("device", "Devices", "Device", "visit:device", "Unknown", Share),
            new("screen", "Screens", "Screen", "visit:screen", "Unknown", Share),
            new("browser_version", "Browser versions", "Version", "visit:browser_version", "Unknown", Share) { Group = "More" },
            new("os_version", "System versions", "Version", "visit:os_version", "Unknown", Share) { Group = "More" },
            new("returning", "New or returning", "Visitor", "visit:returning", "Unknown", Share) { Group = "More" },
        ]),
        new("events", "Behaviour",
        [
            new("goal", "Goals", "Goal", "goal", "None", ["visitors", "conversions", "conversion_rate", "revenue"]),
            new("event", "Events", "Event", "event:name", "None", ["visitors", "events"]),
            new(Property, "Properties", "Value", "event:props.", "None", ["visitors", "events"]),
        ]),
    ];

    public static OverviewPanel Of(OverviewTab tab) => All.First(p => p.Tabs.Contains(tab));

    public static OverviewTab? Find(string key) => All.SelectMany(p => p.Tabs).FirstOrDefault(t => t.Key == key);
}
