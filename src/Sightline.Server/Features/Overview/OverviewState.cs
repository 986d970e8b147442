using System.Globalization;
using System.Text;

namespace Sightline.Server.Features.Overview;

/// <summary>What an overview shows, all of it in the URL: every view can be shared. Unreadable parts fall back to the default.</summary>
public sealed record OverviewState
{
    public const string PreviousPeriod = "previous_period";
    private const int MostFilters = 40;
    private const int LongestSearch = 200;

    public required uint Project { get; init; }

    /// <summary>A named range, or <c>custom</c>.</summary>
    public string Range { get; init; } = OverviewRanges.Default;

    /// <summary>Begin of a custom range: a day, or an instant.</summary>
    public string? From { get; init; }

    /// <summary>Its end: a day, inside, or an instant, outside.</summary>
    public string? To { get; init; }

    /// <summary><c>previous_period</c>, <c>year_over_year</c>, <c>custom</c> or <c>none</c>.</summary>
    public string Compare { get; init; } = PreviousPeriod;

    public string? CompareFrom { get; init; }

    public string? CompareTo { get; init; }

    /// <summary>The metric the graph shows.</summary>
    public string Metric { get; init; } = OverviewMetrics.Tiles[0].Key;

    /// <summary>Size of the graph's buckets; <see langword="null"/>: what fits the range best.</summary>
    public string? ChosenInterval { get; init; }

    public IReadOnlyList<OverviewFilter> Filters { get; init; } = [];

    /// <summary>Chosen tabs: at most one of each panel, none where it is the first.</summary>
    public IReadOnlyList<string> Tabs { get; init; } = [];

    /// <summary>The property whose values are shown.</summary>
    public string? Prop { get; init; }

    /// <summary>What panels are searched for, by panel.</summary>
    public IReadOnlyList<(string Panel, string Text)> Searches { get; init; } = [];

    /// <summary>What the map's list shows: countries; in the one that is filtered for, its regions; in the one of these, its cities.</summary>
    public string MapDimension => Only("visit:country") is null ? "visit:country" : Only("visit:region") is null ? "visit:region" : "visit:city";

    /// <summary>The country that is filtered for, when it is one.</summary>
    public string? MapCountry => Only("visit:country");

    /// <summary>Path of the view where it is seen through a shared link or in public; <see langword="null"/>: by those who have the right.</summary>
    public string? SharedPath { get; init; }

    /// <summary>Filters that hold besides, and that nobody who looks can take away.</summary>
    public IReadOnlyList<OverviewFilter> Fixed { get; init; } = [];

    /// <summary>A segment that does.</summary>
    public long? FixedSegment { get; init; }

    public bool IsShared => SharedPath is not null;

    /// <summary>The same for everybody, so that a cache may keep it: no choice of colours.</summary>
    public bool IsPlain { get; init; }

    public bool IsCustom => Range == OverviewRanges.Custom;

    /// <summary>All time has nothing before it.</summary>
    public bool Compares => Compare != "none" && Range != "all";

    public IReadOnlyList<string> Intervals => OverviewRanges.Intervals(Days);

    public string Interval => ChosenInterval is { } chosen && Intervals.Contains(chosen) ? chosen : OverviewRanges.DefaultInterval(Days);

    private int Days => !IsCustom
        ? OverviewRanges.Named.First(r => r.Key == Range).Days
        : OverviewRanges.IsPoint(From, out var isDay) && isDay
            ? (int)(OverviewRanges.Instant(To!) - OverviewRanges.Instant(From!)).TotalDays + 1
            : (int)Math.Ceiling((OverviewRanges.Instant(To!) - OverviewRanges.Instant(From!)).TotalDays - 0.1);

    public static OverviewState Parse(uint project, IQueryCollection query)
    {
        var range = query["range"].ToString();
        var custom = range == OverviewRanges.Custom && IsSpan(query["from"], query["to"]);
        var compare = query["compare"].ToString();
        var metric = query["metric"].ToString();
        return new OverviewState
        {
            Project = project,
            Range = custom ? range : OverviewRanges.IsNamed(range) ? range : OverviewRanges.Default,
            From = custom ? query["from"].ToString() : null,
            To = custom ? query["to"].ToString() : null,
            Compare = compare is "none" or "year_over_year" || (compare == "custom" && IsSpan(query["cfrom"], query["cto"])) ? compare : PreviousPeriod,
            CompareFrom = compare == "custom" ? query["cfrom"].ToString() : null,
            CompareTo = compare == "custom" ? query["cto"].ToString() : null,
            Metric = OverviewMetrics.ForGraph.Any(m => m.Key == metric) ? metric : OverviewMetrics.Tiles[0].Key,
            ChosenInterval = query["interval"].ToString() is "minute" or "hour" or "day" or "week" or "month" ? query["interval"].ToString() : null,
            Filters = OverviewFilter.Tidy(query["f"].Take(MostFilters).Select(f => OverviewFilter.TryParse(f ?? "")).OfType<OverviewFilter>()),
            Tabs = [.. query["tab"].OfType<string>().Select(OverviewPanels.Find).OfType<OverviewTab>().DistinctBy(OverviewPanels.Of).Where(t => OverviewPanels.Of(t).Tabs[0] != t).Select(t => t.Key)],
            Prop = query["prop"].ToString() is { Length: > 0 and <= LongestSearch } prop ? prop : null,
            Searches = [.. OverviewPanels.All.Select(p => (p.Key, Text: query[$"q.{p.Key}"].ToString().Trim())).Where(s => s.Text.Length is > 0 and <= LongestSearch)],
        };
    }

    public OverviewState With(OverviewFilter filter) => Filters.Contains(filter) ? this : this with { Filters = [.. Filters, filter] };

    public OverviewState Without(OverviewFilter filter) => this with { Filters = [.. Filters.Where(f => f != filter)] };

    public OverviewState Without(FilterChip chip) => this with { Filters = OverviewFilter.Tidy(Filters.Where(f => f.ChipKey != chip.Key)) };

    public OverviewState At(string from, string to) => this with { Range = OverviewRanges.Custom, From = from, To = to, ChosenInterval = null };

    public OverviewState AtNamed(string range) => this with { Range = range, From = null, To = null, ChosenInterval = null };

    internal OverviewTab TabOf(OverviewPanel panel) => panel.Tabs.FirstOrDefault(t => Tabs.Contains(t.Key)) ?? panel.Tabs[0];

    internal OverviewState WithTab(OverviewPanel panel, OverviewTab tab) => this with
    {
        Tabs = [.. Tabs.Where(t => panel.Tabs.All(p => p.Key != t)), .. panel.Tabs[0] == tab ? (string[])[] : [tab.Key]],
        Searches = [.. Searches.Where(s => s.Panel != panel.Key)],
    };

    internal string? SearchOf(OverviewPanel panel) => Searches.FirstOrDefault(s => s.Panel == panel.Key).Text;

    public string Path => SharedPath ?? string.Create(CultureInfo.InvariantCulture, $"/projects/{Project}");

    /// <summary>The address of this view; defaults are left out.</summary>
    public string Url => Address(Path, Fields());

    internal static string Address(string path, IEnumerable<(string Name, string Value)> fields)
    {
        var url = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in fields)
        {
            url.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return url.ToString();
    }

    /// <summary>The state as fields of a GET form, without those that the form sets itself.</summary>
    public IEnumerable<(string Name, string Value)> Fields(params string[] without) => AllFields().Where(field => !without.Contains(field.Name));

    private IEnumerable<(string Name, string Value)> AllFields()
    {
        if (Range != OverviewRanges.Default)
        {
            yield return ("range", Range);
        }

        if (IsCustom)
        {
            yield return ("from", From!);
            yield return ("to", To!);
        }

        if (Compare != PreviousPeriod)
        {
            yield return ("compare", Compare);
        }

        if (Compare == "custom")
        {
            yield return ("cfrom", CompareFrom!);
            yield return ("cto", CompareTo!);
        }

        if (Metric != OverviewMetrics.Tiles[0].Key)
        {
            yield return ("metric", Metric);
        }

        if (ChosenInterval is not null)
        {
            yield return ("interval", ChosenInterval);
        }

        foreach (var filter in Filters)
        {
            yield return ("f", filter.ToString());
        }

        foreach (var tab in Tabs)
        {
            yield return ("tab", tab);
        }

        if (Prop is not null)
        {
            yield return ("prop", Prop);
        }

        foreach (var (panel, text) in Searches)
        {
            yield return ($"q.{panel}", text);
        }
    }

    private string? Only(string dimension) => Filters.Where(f => f.Dimension == dimension).ToList() is [{ Operator: "is", Scope: FilterScope.Events, Group: 0 } one] ? one.Value : null;

    // Both days, or both instants; the order as it runs.
    private static bool IsSpan(string? from, string? to) =>
        OverviewRanges.IsPoint(from, out var fromIsDay) && OverviewRanges.IsPoint(to, out var toIsDay) && fromIsDay == toIsDay
        && (fromIsDay ? OverviewRanges.Instant(from!) <= OverviewRanges.Instant(to!) : OverviewRanges.Instant(from!) < OverviewRanges.Instant(to!));
}
