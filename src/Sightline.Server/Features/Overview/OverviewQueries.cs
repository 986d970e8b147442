using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sightline.Server.Features.Overview;

/// <summary>The page's queries, as anybody could send them to <c>POST /api/v1/query</c>.</summary>
internal static class OverviewQueries
{
    public const int TableRows = 10;

    public static byte[] Totals(OverviewState state) =>
        New(state, [.. OverviewMetrics.All.Select(m => m.Key)], [], compare: state.Compares, limit: null);

    public static byte[] Series(OverviewState state) => New(state, [state.Metric], [$"time:{state.Interval}"], compare: state.Compares, limit: null);

    public static byte[] Table(OverviewState state, string dimension) =>
        New(state, ["visitors", "percent_of_visitors"], [dimension], compare: false, limit: TableRows);

    /// <summary>Has the project any event at all?</summary>
    public static byte[] Anything(uint project) =>
        New(new OverviewState { Project = project, Range = "all" }, ["events"], [], compare: false, limit: null);

    private static byte[] New(OverviewState state, IEnumerable<string> metrics, IEnumerable<string> dimensions, bool compare, int? limit)
    {
        var query = new JsonObject
        {
            ["project"] = state.Project,
            ["metrics"] = Texts(metrics),
            ["dimensions"] = Texts(dimensions),
            ["range"] = state.IsCustom ? Texts([Day(state.From!.Value), Day(state.To!.Value)]) : state.Range,
        };
        if (state.Filters.Count > 0)
        {
            query["filters"] = new JsonArray("and", new JsonArray([.. Conditions(state.Filters)]));
        }

        if (compare)
        {
            query["compare"] = "previous_period";
        }

        if (limit is { } rows)
        {
            query["limit"] = rows;
        }

        return JsonSerializer.SerializeToUtf8Bytes(query);
    }

    // Values of one dimension are alternatives; different dimensions must all hold.
    private static IEnumerable<JsonNode> Conditions(IReadOnlyList<OverviewFilter> filters)
    {
        foreach (var group in filters.GroupBy(f => (f.Operator, f.Dimension)))
        {
            yield return group.First().Value is null
                ? new JsonArray(group.Key.Operator, group.Key.Dimension)
                : new JsonArray(group.Key.Operator, group.Key.Dimension, Texts(group.Select(f => f.Value ?? "")));
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
