using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Overview;

/// <summary>Asks for what the page shows. Everything comes from the one query engine: nothing is computed here.</summary>
internal sealed class OverviewService(IStatsSource stats)
{
    private static readonly (string Title, string Column, string Dimension, string None)[] Breakdowns =
    [
        ("Top pages", "Page", "page:path", "(no page)"),
        ("Sources", "Source", "visit:source", "Direct"),
        ("Countries", "Country", "visit:country", "Unknown"),
        ("Devices", "Device", "visit:device", "Unknown"),
    ];

    /// <summary>Names of dimensions as filters show them.</summary>
    public static string DimensionName(string dimension) => Array.Find(Breakdowns, b => b.Dimension == dimension).Column ?? dimension;

    /// <summary>A value as tables and filters show it.</summary>
    public static string ValueName(string dimension, string? value) =>
        value is null or "" ? Array.Find(Breakdowns, b => b.Dimension == dimension).None ?? "none"
        : dimension == "visit:country" ? CountryNames.Of(value)
        : value;

    /// <exception cref="Core.Queries.InvalidQueryException">The URL asks for something that does not exist.</exception>
    public async Task<OverviewModel> LoadAsync(Project project, OverviewState state, string snippet, CancellationToken cancellationToken)
    {
        var totals = AskAsync(OverviewQueries.Totals(state), cancellationToken);
        var series = AskAsync(OverviewQueries.Series(state), cancellationToken);
        var tables = Breakdowns.Select(b => AskAsync(OverviewQueries.Table(state, b.Dimension), cancellationToken)).ToArray();
        var tiles = Tiles(await totals);
        await Task.WhenAll([series, .. tables]);
        var hasAnything = tiles.Any(t => t.Now > 0)
            || Number((await AskAsync(OverviewQueries.Anything(project.Id), cancellationToken)).Rows.FirstOrDefault()?.Metrics, 0) > 0;
        return new OverviewModel(
            project, state, snippet, hasAnything, tiles,
            Series(await series, state),
            [.. Breakdowns.Zip(tables, (b, t) => Table(t.Result, state, b.Title, b.Column, b.Dimension))]);
    }

    /// <summary>Visitors and page views of the last 30 days of each project.</summary>
    public async Task<IReadOnlyList<ProjectLine>> ListAsync(IReadOnlyList<Project> projects, CancellationToken cancellationToken) =>
        await Task.WhenAll(projects.Select(async project =>
        {
            var row = (await AskAsync(OverviewQueries.Totals(new OverviewState { Project = project.Id, Compare = false }), cancellationToken)).Rows.FirstOrDefault();
            return new ProjectLine(project, Number(row?.Metrics, 0), Number(row?.Metrics, 2));
        }));

    private static List<OverviewTile> Tiles(Answer answer)
    {
        var row = answer.Rows.FirstOrDefault();
        return [.. OverviewMetrics.All.Select((metric, i) => new OverviewTile(
            metric, Number(row?.Metrics, i), Number(row?.Compare?.Metrics, i), Number(row?.Compare?.Change, i)))];
    }

    private static List<ChartPoint> Series(Answer answer, OverviewState state)
    {
        var metric = OverviewMetrics.Of(state.Metric);
        return [.. answer.Rows.Select(row =>
        {
            var (now, before) = (Number(row.Metrics, 0), Number(row.Compare?.Metrics, 0));
            var label = Format.Bucket(row.Dimensions[0] ?? "", state.Interval);
            var text = $"{label}: {metric.Text(now)} {metric.Name.ToLowerInvariant()}";
            return new ChartPoint(label, now, before, row.Compare is null ? text : $"{text} (before: {metric.Text(before)})", metric.Text(now), metric.Text(before));
        })];
    }

    private static OverviewTable Table(Answer answer, OverviewState state, string title, string column, string dimension) =>
        new(title, column, [.. answer.Rows.Select(row => new BarRow(
            ValueName(dimension, row.Dimensions[0]),
            Format.Count(Number(row.Metrics, 0)),
            Number(row.Metrics, 1) ?? 0,
            Format.Share(Number(row.Metrics, 1)),
            state.With(OverviewFilter.Is(dimension, row.Dimensions[0] is "" ? null : row.Dimensions[0])).Url))]);

    private async Task<Answer> AskAsync(byte[] query, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<Answer>(await stats.QueryAsync(query, cancellationToken), JsonSerializerOptions.Web)!;

    private static double? Number(JsonElement[]? values, int index) =>
        values is not null && index < values.Length && values[index].ValueKind == JsonValueKind.Number ? values[index].GetDouble() : null;

    private sealed record Answer(Row[] Rows);

    private sealed record Row(string?[] Dimensions, JsonElement[] Metrics, Compared? Compare);

    private sealed record Compared(JsonElement[] Metrics, JsonElement[]? Change);
}
