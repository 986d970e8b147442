using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Overview;

/// <summary>The pages' queries, as anybody could send them to <c>POST /api/v1/query</c>.</summary>
internal static class OverviewQueries
{
    public const int PanelRows = 9;
    public const int MapRows = 250;

    /// <summary>The metrics of a tab but for the share, which is of the visitors at the top of the page, whatever a panel is searched for.</summary>
    public static IReadOnlyList<string> Asked(OverviewTab tab) => [.. tab.Metrics.Where(metric => metric != OverviewMetrics.Share)];

    public static byte[] Totals(OverviewState state) => Bytes(New(state, [.. OverviewMetrics.Tiles.Select(m => m.Key)], [], state.Compares));

    /// <summary>One number of the whole range.</summary>
    public static byte[] Totals(OverviewState state, string metric) => Bytes(New(state, [metric], [], state.Compares));

    /// <summary>Visitors between two moments, within what may be seen; what somebody filters on the page does not matter.</summary>
    public static byte[] Between(OverviewState state, long fromMs, long toMs) =>
        Bytes(New(state with { Range = OverviewRanges.Custom, From = Instant(fromMs), To = Instant(toMs), Filters = [] }, ["visitors"], [], compare: false));

    /// <summary>The course of each number at the top and of the one the graph shows.</summary>
    public static byte[] Series(OverviewState state) =>
        Bytes(New(state, [.. OverviewMetrics.Tiles.Select(m => m.Key).Append(state.Metric).Distinct()], [$"time:{state.Interval}"], state.Compares));

    public static byte[] Panel(OverviewState state, OverviewTab tab, string dimension, string? search)
    {
        var query = New(state, Asked(tab), [dimension], compare: false, Search(dimension, search));
        query["limit"] = tab.Key == OverviewPanels.Map ? MapRows : PanelRows;
        return Bytes(query);
    }

    /// <summary>A page of all rows of a breakdown.</summary>
    public static byte[] Details(
        OverviewState state, string dimension, IEnumerable<string> metrics, string? search, string order, bool descending, int limit, int offset, bool compare)
    {
        var query = New(state, metrics, [dimension], compare && state.Compares, Search(dimension, search));
        query["order"] = new JsonArray(new JsonArray(order, descending ? "desc" : "asc"));
        query["limit"] = limit;
        query["offset"] = offset;
        query["include"] = Texts(["total_rows"]);
        return Bytes(query);
    }

    /// <summary>The commonest values that contain a text.</summary>
    public static byte[] Values(OverviewState state, string dimension, string? search, int limit)
    {
        var query = New(state with { Filters = [] }, ["visitors"], [dimension], compare: false, Search(dimension, search));
        query["limit"] = limit;
        return Bytes(query);
    }

    /// <summary>Has the project any event at all?</summary>
    public static byte[] Anything(OverviewState state) =>
        Bytes(New(new OverviewState { Project = state.Project, Range = "all", Fixed = state.Fixed, FixedSegment = state.FixedSegment }, ["events"], [], compare: false));

    // Upper and lower case alike, which only a regular expression knows. Countries are kept by code and searched by name.
    private static JsonArray? Search(string dimension, string? text) => string.IsNullOrEmpty(text) ? null
        : dimension == "visit:country" ? new JsonArray("is", dimension, Texts(CountryNames.Containing(text).DefaultIfEmpty("?")))
        : new JsonArray("matches", dimension, Texts(["(?i)" + Escape(text)]));

    // RE2 takes a backslash before any punctuation; letters and digits stand for themselves.
    private static string Escape(string text) => string.Concat(text.Select(c => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c != ' ' ? $"\\{c}" : c.ToString()));

    private static JsonObject New(OverviewState state, IEnumerable<string> metrics, IEnumerable<string> dimensions, bool compare, JsonArray? search = null)
    {
        var query = new JsonObject
        {
            ["project"] = state.Project,
            ["metrics"] = Texts(metrics),
            ["dimensions"] = Texts(dimensions),
            ["range"] = state.IsCustom ? Texts([state.From!, state.To!]) : state.Range,
        };
        List<JsonNode> conditions = [.. FilterJson.Conditions(state.Filters), .. FilterJson.Conditions(state.Fixed), .. state.FixedSegment is { } segment ? (JsonNode[])[new JsonArray("segment", segment)] : [], .. search is null ? (JsonNode[])[] : [search]];
        if (conditions.Count > 0)
        {
            query["filters"] = new JsonArray("and", new JsonArray([.. conditions]));
        }

        if (compare)
        {
            query["compare"] = state.Compare == "custom" ? Texts([state.CompareFrom!, state.CompareTo!]) : state.Compare;
        }

        return query;
    }

    private static string Instant(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static byte[] Bytes(JsonObject query) => JsonSerializer.SerializeToUtf8Bytes(query);
}
