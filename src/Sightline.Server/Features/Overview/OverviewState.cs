using System.Globalization;
using System.Text;

namespace Sightline.Server.Features.Overview;

/// <summary>What an overview shows, all of it in the URL: every view can be shared. Unreadable parts fall back to the default.</summary>
public sealed record OverviewState
{
    public const string DefaultRange = "30d";
    private const int MostFilters = 20;

    /// <summary>The ranges the page offers, with their names on it.</summary>
    public static IReadOnlyList<(string Key, string Name)> Ranges { get; } =
    [
        ("day", "Today"), ("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"), ("month", "This month"), ("year", "This year"),
        ("12mo", "12 months"), ("all", "All time"),
    ];

    public required uint Project { get; init; }

    /// <summary>A key of <see cref="Ranges"/>, or <c>custom</c>.</summary>
    public string Range { get; init; } = DefaultRange;

    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }

    public bool Compare { get; init; } = true;

    /// <summary>The metric the graph shows.</summary>
    public string Metric { get; init; } = OverviewMetrics.All[0].Key;

    public IReadOnlyList<OverviewFilter> Filters { get; init; } = [];

    public bool IsCustom => Range == "custom";

    /// <summary>All time has nothing before it.</summary>
    public bool Compares => Compare && Range != "all";

    /// <summary>Size of the graph's buckets: some ten to a hundred of them.</summary>
    public string Interval => Range switch
    {
        "day" => "hour",
        "year" or "12mo" or "all" => "month",
        "custom" => (To!.Value.DayNumber - From!.Value.DayNumber) switch { < 2 => "hour", < 120 => "day", < 800 => "week", _ => "month" },
        _ => "day",
    };

    public static OverviewState Parse(uint project, IQueryCollection query)
    {
        var range = query["range"].ToString();
        var from = Date(query["from"]);
        var to = Date(query["to"]);
        var custom = range == "custom" && from is not null && to is not null && from <= to;
        var metric = query["metric"].ToString();
        return new OverviewState
        {
            Project = project,
            Range = custom ? "custom" : Ranges.Any(r => r.Key == range) ? range : DefaultRange,
            From = custom ? from : null,
            To = custom ? to : null,
            Compare = query["compare"] != "none",
            Metric = OverviewMetrics.All.Any(m => m.Key == metric) ? metric : OverviewMetrics.All[0].Key,
            Filters = [.. query["f"].Take(MostFilters).Select(f => OverviewFilter.TryParse(f ?? "")).OfType<OverviewFilter>().Distinct()],
        };
    }

    public OverviewState With(OverviewFilter filter) => Filters.Contains(filter) ? this : this with { Filters = [.. Filters, filter] };

    public OverviewState Without(OverviewFilter filter) => this with { Filters = [.. Filters.Where(f => f != filter)] };

    /// <summary>The address of this view; defaults are left out.</summary>
    public string Url
    {
        get
        {
            var url = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"/projects/{Project}"));
            var separator = '?';
            foreach (var (name, value) in Fields())
            {
                url.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }

            return url.ToString();
        }
    }

    /// <summary>The state as fields of a GET form; with <paramref name="withRange"/> false without those the range picker sets itself.</summary>
    public IEnumerable<(string Name, string Value)> Fields(bool withRange = true)
    {
        if (withRange && Range != DefaultRange)
        {
            yield return ("range", Range);
        }

        if (withRange && IsCustom)
        {
            yield return ("from", From!.Value.ToString("O", CultureInfo.InvariantCulture));
            yield return ("to", To!.Value.ToString("O", CultureInfo.InvariantCulture));
        }

        if (!Compare)
        {
            yield return ("compare", "none");
        }

        if (Metric != OverviewMetrics.All[0].Key)
        {
            yield return ("metric", Metric);
        }

        foreach (var filter in Filters)
        {
            yield return ("f", filter.ToString());
        }
    }

    private static DateOnly? Date(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}
