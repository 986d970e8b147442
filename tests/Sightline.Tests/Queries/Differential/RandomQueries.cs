using System.Globalization;
using System.Text.Json;

namespace Sightline.Tests.Queries.Differential;

/// <summary>Queries as JSON, of every metric, dimension, operator, range and comparison, over what <see cref="RandomEvents"/> makes.</summary>
internal sealed class RandomQueries(Random random, long nowMs)
{
    public static readonly string[] Metrics =
    [
        "visitors", "people", "visits", "page_views", "events", "views_per_visit", "bounce_rate", "visit_duration", "time_on_page", "scroll_depth",
        "conversions", "conversion_rate", "revenue", "average_revenue", "percent_of_visitors", "sum(props.n)", "avg(props.n)", "min(props.n)",
        "max(props.n)", "p50(props.n)", "p75(props.n)", "p90(props.n)", "p95(props.n)", "p99(props.n/a~b 'q\")",
    ];

    public static readonly string[] Dimensions =
    [
        "event:name", "event:props.plan", "event:props.n/a~b 'q\"", "page:path", "page:host", "page:title", "visit:entry_page", "visit:exit_page",
        "visit:source", "visit:referrer", "visit:channel", "visit:utm_source", "visit:utm_medium", "visit:utm_campaign", "visit:utm_term",
        "visit:utm_content", "visit:country", "visit:region", "visit:city", "visit:language", "visit:device", "visit:browser",
        "visit:browser_version", "visit:os", "visit:os_version", "visit:screen", "visit:returning", "goal",
    ];

    public static readonly string[] Times = ["time:minute", "time:hour", "time:day", "time:week", "time:month"];

    public static readonly string[] Ranges = ["day", "7d", "28d", "30d", "90d", "12mo", "month", "year", "all", "realtime"];

    public static readonly string[] Operators =
    [
        "is", "is_not", "contains", "contains_not", "starts_with", "ends_with", "matches", "matches_not", "gt", "gte", "lt", "lte", "is_set", "is_not_set",
    ];

    private static readonly string[] Words =
    [
        "/", "/shop", "shop", "signup", "add_to_cart", "pageview", "it's", "Google", "", "DE", "Berlin", "Chrome", "pro", "12", "true", "Sign up", "2", "e",
        "www.shop.example", "Home", "news", "Desktop", "1920x1080", "Linux", "a%b_c", "ü", "é",
    ];

    private static readonly string[] Patterns = ["^/shop", "e$", "[0-9]+", "o|a", ".", "^$", "(?i)GOOGLE", "^it's$", "\\."];

    /// <summary>Those that rows of visits can answer alone; the engine has a way of its own for queries of nothing else.</summary>
    private static readonly string[] VisitMetrics =
        ["visitors", "people", "visits", "page_views", "events", "views_per_visit", "bounce_rate", "visit_duration", "percent_of_visitors"];

    private static readonly string[] VisitDimensions = [.. Dimensions.Where(dimension => dimension.StartsWith("visit:", StringComparison.Ordinal))];

    private string[] metricsNow = Metrics;
    private string[] dimensionsNow = Dimensions;
    private bool onlyVisits;

    public string Next(string zone)
    {
        onlyVisits = random.Next(4) == 0;
        (metricsNow, dimensionsNow) = onlyVisits ? (VisitMetrics, VisitDimensions) : (Metrics, Dimensions);
        var time = random.Next(3) == 0 ? Pick(Times) : null;
        List<string> dimensions = [.. time is null ? (string[])[] : [time]];
        for (var i = random.Next(3); i > 0; i--)
        {
            dimensions.Add(Pick(dimensionsNow));
        }
        dimensions = [.. dimensions.Distinct().OrderBy(_ => random.Next())];
        List<string> metrics = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pick(metricsNow)).Distinct()];
        var compare = random.Next(3) == 0;
        var range = Range(time, compare);
        Dictionary<string, object> query = new()
        {
            ["project"] = 1,
            ["metrics"] = metrics,
            ["dimensions"] = dimensions,
            ["range"] = range,
            ["limit"] = 10_000,
        };
        if (random.Next(4) > 0)
        {
            query["timezone"] = zone;
        }
        if (random.Next(3) > 0)
        {
            query["filters"] = Filter(3);
        }
        if (compare && range is not "all")
        {
            query["compare"] = random.Next(3) switch { 0 => "previous_period", 1 => "year_over_year", _ => Dates() };
        }
        if (random.Next(2) == 0)
        {
            query["include"] = (string[])["totals", "total_rows"];
        }
        if (random.Next(2) == 0)
        {
            query["order"] = (string[][])[[Pick([.. metrics, .. dimensions]), Pick(["asc", "desc"])]];
        }
        return JsonSerializer.Serialize(query);
    }

    /// <summary>Such that no answer has more rows than one may give.</summary>
    private object Range(string? time, bool compared) => random.Next(4) switch
    {
        0 => Dates(),
        1 => Instants(),
        _ => Pick(time == "time:minute" ? ["day", "realtime"] : time == "time:hour" || compared ? ["day", "7d", "realtime"] : Ranges),
    };

    private string[] Dates()
    {
        var first = DateTimeOffset.FromUnixTimeMilliseconds(nowMs).AddDays(-random.Next(0, 10));
        return [Date(first), Date(first.AddDays(random.Next(0, 4)))];
    }

    private string[] Instants()
    {
        var first = DateTimeOffset.FromUnixTimeMilliseconds(nowMs - random.NextInt64(0, 8 * 86_400_000L));
        return [Instant(first), Instant(first.AddMilliseconds(random.Next(1, 2 * 86_400_000)))];
    }

    private object[] Filter(int depth)
    {
        switch (depth == 0 ? 9 : random.Next(10))
        {
            case 0 or 1:
                return ["and", Parts(depth)];
            case 2:
                return ["or", Parts(depth)];
            case 3:
                return ["not", Filter(depth - 1)];
            case 4:
                return onlyVisits ? Filter(depth - 1) : ["has_done", Filter(depth - 1)];
            case 5:
                return onlyVisits ? Filter(depth - 1) : ["has_not_done", Filter(depth - 1)];
            case 6 when !onlyVisits:
                return ["segment", 1];
            default:
                var dimension = random.Next(8) == 0 && !onlyVisits ? "goal" : Pick(dimensionsNow);
                var how = Pick(Operators);
                return how is "is_set" or "is_not_set" ? [how, dimension] : [how, dimension, Values(how)];
        }
    }

    private object[] Parts(int depth) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Filter(depth - 1))];

    private object[] Values(string how) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => how switch
    {
        "gt" or "gte" or "lt" or "lte" => random.Next(-20, 120),
        "matches" or "matches_not" => Pick(Patterns),
        _ => (object)Pick(Words),
    })];

    private static string Date(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Instant(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private string Pick(string[] from) => from[random.Next(from.Length)];
}
