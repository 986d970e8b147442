using Sightline.Core.Model;
using Sightline.Server.Features.Notes;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Overview;

/// <summary>Asks for what the page shows, all at once. Everything comes from the one query engine: nothing is counted here.</summary>
internal sealed class OverviewService(StatsAsk stats, NotesService notes, SavedViews views, IPropNames props, TimeProvider time)
{
    private const long NowMs = 5 * 60_000;
    private const long NowStepMs = 10_000;

    /// <exception cref="Core.Queries.InvalidQueryException">The URL asks for something that does not exist.</exception>
    public async Task<OverviewModel> LoadAsync(Project project, OverviewState state, string snippet, bool mayWrite, CancellationToken cancellationToken)
    {
        var place = new OverviewTime(project, time);
        var names = OverviewPanels.All.Any(p => state.TabOf(p).Key == OverviewPanels.Property) ? props.Of(project) : [];
        var panels = OverviewPanels.All.Select(panel => (Panel: panel, Tab: state.TabOf(panel), Dimension: Dimension(state, state.TabOf(panel), names))).ToList();
        // Without goals the engine would read every event to find none.
        var asked = panels.ConvertAll(p => p.Dimension is null || (p.Tab.Dimension == "goal" && project.Goals.Count == 0)
            ? null : OverviewQueries.Panel(state, p.Tab, p.Dimension, state.SearchOf(p.Panel)));
        var found = await stats.AskAllAsync([OverviewQueries.Totals(state), OverviewQueries.Series(state), .. asked.OfType<byte[]>()], cancellationToken);
        var (whole, course) = (found[0], found[1]);
        var next = 2;
        var answers = asked.ConvertAll(query => query is null ? new StatsTable(null, [], null) : found[next++]);
        var hasAnything = whole.Number(0, 0) > 0 || (await stats.AskAsync(OverviewQueries.Anything(state), cancellationToken)).Number(0, 0) > 0;
        return new OverviewModel
        {
            Project = project,
            State = state,
            Snippet = snippet,
            HasAnything = hasAnything,
            Tiles = Tiles(whole, course, state, place),
            Graph = Graph(project, course, state, place),
            Tables = [.. panels.Zip(answers, (p, a) => new OverviewTable(
                p.Panel, p.Tab, p.Dimension ?? "", state.SearchOf(p.Panel), p.Dimension is null ? [] : Rows(a, project, state, p.Tab, p.Dimension, whole.Number(0, 0))))],
            When = place.When(state, whole),
            Views = state.IsShared ? [] : views.Of(project.Id),
            Props = names,
            MayWrite = mayWrite,
        };
    }

    /// <summary>The number at the top and the graph of a view alone.</summary>
    public async Task<(OverviewWhen When, GraphModel? Graph, double? Total)> GraphAsync(Project project, OverviewState state, CancellationToken cancellationToken)
    {
        var place = new OverviewTime(project, time);
        var found = await stats.AskAllAsync([OverviewQueries.Totals(state, state.Metric), OverviewQueries.Series(state)], cancellationToken);
        return (place.When(state, found[0]), Graph(project, found[1], state, place), found[0].Number(0, 0));
    }

    /// <summary>Visitors of the last five minutes of a shared view. To ten seconds, so that many who look ask the engine once.</summary>
    public async Task<long> NowAsync(OverviewState state, CancellationToken cancellationToken)
    {
        var end = ((time.GetUtcNow().ToUnixTimeMilliseconds() / NowStepMs) + 1) * NowStepMs;
        return (long)((await stats.AskAsync(OverviewQueries.Between(state, end - NowMs - NowStepMs, end), cancellationToken)).Number(0, 0) ?? 0);
    }

    /// <summary>Visitors and page views of the last 30 days of each project.</summary>
    public async Task<IReadOnlyList<ProjectLine>> ListAsync(IReadOnlyList<Project> projects, CancellationToken cancellationToken) =>
        await Task.WhenAll(projects.Select(async project =>
        {
            var state = new OverviewState { Project = project.Id, Compare = "none" };
            var found = await stats.AskAllAsync([OverviewQueries.Totals(state), OverviewQueries.Series(state)], cancellationToken);
            return new ProjectLine(project, found[0].Number(0, 0), found[0].Number(0, 2), [.. found[1].Rows.Select(row => row.Number(0))]);
        }));

    /// <summary>The property shown: the one chosen, else the first there is.</summary>
    public static string? Dimension(OverviewState state, OverviewTab tab, IReadOnlyList<string> props) =>
        tab.Key == OverviewPanels.Map ? state.MapDimension : tab.Key != OverviewPanels.Property ? tab.Dimension : (state.Prop ?? (props.Count > 0 ? props[0] : null)) is { } prop ? tab.Dimension + prop : null;

    private static List<OverviewTile> Tiles(StatsTable totals, StatsTable series, OverviewState state, OverviewTime place)
    {
        var row = totals.Rows.FirstOrDefault();
        var begun = series.Rows.Where(r => place.StateOf(r.Dimensions[0] ?? "", state.Interval) != BucketState.Ahead).ToList();
        return [.. OverviewMetrics.Tiles.Select((metric, i) => new OverviewTile(
            metric, row?.Number(i), row?.NumberBefore(i), row?.Change(i), [.. begun.Select(r => r.Number(i))]))];
    }

    private GraphModel? Graph(Project project, StatsTable answer, OverviewState state, OverviewTime place)
    {
        var metric = OverviewMetrics.Of(state.Metric);
        var index = OverviewMetrics.Tiles.ToList().FindIndex(m => m.Key == state.Metric);
        index = index < 0 ? OverviewMetrics.Tiles.Count : index;
        var labels = answer.Rows.Select(row => row.Dimensions[0] ?? "").ToList();
        var states = labels.ConvertAll(label => place.StateOf(label, state.Interval));
        if (labels.Count == 0)
        {
            return null;
        }

        string Text(double? value) => Format.Of(metric.Kind, value, project.Currency);
        return new GraphModel
        {
            Name = metric.Name,
            Kind = metric.Kind,
            Currency = project.Currency,
            Compared = state.Compares,
            BeforeName = state.Compare switch { "year_over_year" => "the year before", "custom" => "the other period", _ => "the period before" },
            LastIsPartial = states.Contains(BucketState.Running),
            ZoomUrl = (state with { Range = OverviewRanges.Custom, From = "{from}", To = "{to}", ChosenInterval = null }).Url.Replace("%7B", "{", StringComparison.Ordinal).Replace("%7D", "}", StringComparison.Ordinal),
            Points = [.. answer.Rows.Select((row, i) =>
            {
                var now = states[i] == BucketState.Ahead ? null : row.Number(index);
                // Of one day only the time is said.
                var label = Format.Bucket(labels[i], answer.Days is var (first, last) && first == last ? "minute" : state.Interval);
                var (from, to) = OverviewTime.Span(labels[i], state.Interval);
                return new GraphPoint(
                    states[i] == BucketState.Running && state.Interval is not "minute" ? $"{label} (so far)" : label, now, row.NumberBefore(index), Text(now), Text(row.NumberBefore(index)),
                    row.Compare?.Time is { } before ? Format.Bucket(before, state.Interval) : null, from, to);
            })],
            Notes = [.. notes.Of(project.Id).Where(note => !state.IsShared || !note.IsPrivate)
                .Select(note => (Note: note, Index: place.IndexOf(labels, state.Interval, note.TimeMs)))
                .Where(found => found.Index >= 0 && (found.Index < labels.Count - 1 || place.StateOf(labels[^1], state.Interval) != BucketState.Over || InLast(labels[^1], state.Interval, found.Note.TimeMs, place)))
                .Select(found => new GraphNote(found.Index, place.Local(found.Note.TimeMs), found.Note.Text))],
        };
    }

    // A note after the end of a range that is over does not belong to its last bucket.
    private static bool InLast(string label, string interval, long timeMs, OverviewTime place)
    {
        var next = interval switch
        {
            "hour" or "minute" => OverviewTime.Span(label, interval).To,
            _ => OverviewRanges.Day(DateOnly.ParseExact(OverviewTime.Span(label, interval).To, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture).AddDays(1)),
        };
        return place.IndexOf([label, next], interval, timeMs) == 0;
    }

    private static List<BarRow> Rows(StatsTable answer, Project project, OverviewState state, OverviewTab tab, string dimension, double? visitors)
    {
        var asked = OverviewQueries.Asked(tab).ToList();
        var most = answer.Rows.Select(row => row.Number(0) ?? 0).DefaultIfEmpty().Max();
        return [.. answer.Rows.Select(row =>
        {
            var value = row.Dimensions[0] is "" ? null : row.Dimensions[0];
            return new BarRow(
                DimensionNames.Value(dimension, value),
                most > 0 ? (row.Number(0) ?? 0) / most : 0,
                [.. tab.Metrics.Select(metric => metric == OverviewMetrics.Share
                    ? Format.Share(visitors > 0 ? row.Number(0) / visitors : null)
                    : Format.Of(OverviewMetrics.Of(metric).Kind, OverviewMetrics.Shown(metric, row.Number(asked.IndexOf(metric))), project.Currency))],
                state.With(OverviewFilter.Is(dimension, value)).Url,
                value);
        })];
    }
}
