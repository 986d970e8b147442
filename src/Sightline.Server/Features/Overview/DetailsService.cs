using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Overview;

/// <summary>All rows of a breakdown, a page at a time or as a file.</summary>
internal sealed class DetailsService(StatsAsk stats, IPropNames props, TimeProvider time)
{
    private const int MostRows = 10_000;

    public async Task<DetailsModel> LoadAsync(Project project, DetailsState state, CancellationToken cancellationToken)
    {
        var names = state.Tab.Key == OverviewPanels.Property ? props.Of(project) : [];
        var dimension = OverviewService.Dimension(state.View, state.Tab, names);
        var found = await stats.AskAllAsync(
            [
                OverviewQueries.Totals(state.View),
                .. dimension is null ? (byte[][])[] : [Query(state, dimension, DetailsState.PageRows, (state.Page - 1) * DetailsState.PageRows, compare: true)],
            ],
            cancellationToken);
        var (totals, answer) = (found[0], dimension is null ? new StatsTable(null, [], null) : found[1]);
        var visitors = totals.Number(0, 0);
        return new DetailsModel(
            project, state, dimension ?? "", names, new OverviewTime(project, time).When(state.View, totals), answer.Meta?.Total_rows ?? answer.Rows.Length,
            [.. answer.Rows.Select(row => Row(row, project, state, dimension!, visitors))]);
    }

    /// <summary>All rows, at most ten thousand: names as people read them, numbers as they are.</summary>
    public async Task<byte[]> CsvAsync(Project project, DetailsState state, CancellationToken cancellationToken)
    {
        var names = state.Tab.Key == OverviewPanels.Property ? props.Of(project) : [];
        var dimension = OverviewService.Dimension(state.View, state.Tab, names);
        var metrics = DetailsState.Metrics(state.Tab);
        var csv = new StringBuilder("\uFEFF").Append(Cell(dimension is null ? state.Tab.Column : DimensionNames.Of(dimension)));
        foreach (var metric in metrics)
        {
            csv.Append(',').Append(metric);
        }

        csv.Append("\r\n");
        foreach (var row in dimension is null ? [] : (await stats.AskAsync(Query(state, dimension, MostRows, 0, compare: false), cancellationToken)).Rows)
        {
            csv.Append(Cell(DimensionNames.Value(dimension!, row.Dimensions[0])));
            for (var i = 0; i < metrics.Count; i++)
            {
                csv.Append(',').Append(row.Number(i)?.ToString("R", CultureInfo.InvariantCulture));
            }

            csv.Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    // Spreadsheets run what begins like a formula: a quote in front of it is shown by none of them and keeps it text.
    internal static string Cell(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static byte[] Query(DetailsState state, string dimension, int limit, int offset, bool compare) => OverviewQueries.Details(
        state.View, dimension, DetailsState.Metrics(state.Tab), state.Search, state.Sort == "name" ? dimension : state.Sort, state.Descending, limit, offset, compare);

    private static DetailsRow Row(StatsRow row, Project project, DetailsState state, string dimension, double? visitors)
    {
        var value = row.Dimensions[0] is "" ? null : row.Dimensions[0];
        return new DetailsRow(
            DimensionNames.Value(dimension, value),
            state.View.With(OverviewFilter.Is(dimension, value)).Url,
            Format.Share(visitors > 0 ? row.Number(0) / visitors : null),
            [.. DetailsState.Metrics(state.Tab).Select((metric, i) => new DetailsCell(
                Format.Of(OverviewMetrics.Of(metric).Kind, OverviewMetrics.Shown(metric, row.Number(i)), project.Currency),
                row.Change(i) is { } change ? Format.Change(change) : null,
                row.Change(i) switch
                {
                    null or (< 0.005 and > -0.005) => "muted",
                    > 0 => OverviewMetrics.Of(metric).LowerIsBetter ? "bad" : "good",
                    _ => OverviewMetrics.Of(metric).LowerIsBetter ? "good" : "bad",
                }))]);
    }
}
