using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Core.Queries.Explore;
using Sightline.Core.Queries.Graphite;
using Sightline.Server.Features.Explorer;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Dashboards;

/// <summary>Answers the panels of a dashboard. One that cannot be answered says so and leaves the others whole.</summary>
internal sealed class DashboardsService(ExplorerService explorer, GraphiteService graphite, StatsAsk stats)
{
    private const int MostLines = 500;
    private const int MostPoints = 300;
    private const int MostChoices = 500;
    private const int PanelsAtOnce = 2;

    /// <summary>The page.</summary>
    /// <exception cref="InvalidSettingException">The range cannot be read.</exception>
    public async Task<DashboardModel> LoadAsync(Project project, StoredDashboard stored, IQueryCollection query, CancellationToken cancellationToken)
    {
        var dashboard = Dashboard.Parse(stored.Document);
        var state = DashboardState.Read(project.Id, stored.Id, dashboard, query);
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(project.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        RenderContext context;
        try
        {
            context = new RenderContext(Math.Max(0, AtTime.Parse(state.From, graphite.Now, zone)), AtTime.Parse(state.To, graphite.Now, zone), graphite.Now, zone);
        }
        catch (GraphiteException fault)
        {
            throw new InvalidSettingException(fault.Message);
        }

        if (context.From >= context.Until)
        {
            throw new InvalidSettingException($"'{state.From}' is not before '{state.To}'");
        }

        var variables = new List<VariableChoice>();
        foreach (var variable in dashboard.Variables)
        {
            variables.Add(await ChoiceAsync(project, variable, state, cancellationToken));
        }

        // Not all at once: a page of a hundred panels is one of those who ask, and others ask beside it.
        using var turns = new SemaphoreSlim(PanelsAtOnce);
        var shown = dashboard.Panels.Where(panel => state.Only == 0 || panel.Id == state.Only);
        var views = await Task.WhenAll(shown.Select(async panel =>
        {
            await turns.WaitAsync(cancellationToken);
            try
            {
                return await ViewAsync(project, state, context, panel, variables, cancellationToken);
            }
            finally
            {
                turns.Release();
            }
        }));
        return new DashboardModel(project, stored.Name, dashboard, state, variables, views);
    }

    private async Task<PanelView> ViewAsync(Project project, DashboardState state, RenderContext context, DashboardPanel panel, IReadOnlyList<VariableChoice> variables, CancellationToken cancellationToken)
    {
        var query = Variables.Into(panel.Query, panel.Kind, variables);
        try
        {
            return panel.Kind switch
            {
                PanelKind.Explorer => await ExploredAsync(project, state, context, panel, query, cancellationToken),
                PanelKind.Graphite => await RenderedAsync(project, state, context, panel, query, cancellationToken),
                PanelKind.Visits => await VisitsAsync(project, state, context, panel, query, cancellationToken),
                _ => new PanelView(panel),
            };
        }
        catch (Exception fault) when (fault is ExploreException or GraphiteException or InvalidSettingException or InvalidQueryException or QueryLimitException)
        {
            return new PanelView(panel, Fault: fault.Message);
        }
    }

    private async Task<PanelView> ExploredAsync(Project project, DashboardState state, RenderContext context, DashboardPanel panel, string query, CancellationToken cancellationToken)
    {
        var question = ExplorerQuestion.Over(query, state.From, state.To == "now" ? null : state.To);
        var lines = await explorer.LinesAsync(project, question, context, cancellationToken);
        return new PanelView(panel, lines with { Unit = panel.Unit.Length > 0 ? panel.Unit : lines.Unit, IsStacked = panel.Look == PanelLook.Stack, ZoomUrl = Zoom(state) }, Href: ExplorerService.Address(project, question));
    }

    private async Task<PanelView> RenderedAsync(Project project, DashboardState state, RenderContext context, DashboardPanel panel, string query, CancellationToken cancellationToken)
    {
        var targets = query.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var series = (await graphite.EachAsync(project, targets, context, cancellationToken)).SelectMany(static each => each).ToList();
        var step = panel.Look == PanelLook.Stack && series.Count > 0 ? series.Max(static one => one.Step) : 0;
        return new PanelView(panel, new SeriesGraphModel
        {
            Name = panel.Title.Length > 0 ? panel.Title : "Metrics",
            Unit = panel.Unit,
            From = context.From,
            Until = context.Until,
            IsStacked = panel.Look == PanelLook.Stack,
            Zone = context.Zone,
            ZoomUrl = Zoom(state),
            Lines = [.. series.Take(MostLines).Select(one =>
            {
                var group = (int)Math.Max(Math.Max(1, step / one.Step), (one.Values.Length + MostPoints - 1) / MostPoints);
                return new SeriesLine { Name = one.Name, Start = one.Start, Step = one.Step * group, Values = one.Consolidated(group) };
            })],
        });
    }

    private async Task<PanelView> VisitsAsync(Project project, DashboardState state, RenderContext context, DashboardPanel panel, string query, CancellationToken cancellationToken)
    {
        var question = VisitsQuestion.Parse(query);
        var answer = await stats.AskAsync(question.Query(project, context.From, context.Until), cancellationToken);
        if (question.Dimension is { } dimension)
        {
            var most = answer.Rows.Select((_, i) => answer.Number(i, 0) ?? 0).DefaultIfEmpty(0).Max();
            return new PanelView(panel, Rows: new PanelRows(DimensionNames.Of(dimension), question.Metric.Name, [.. answer.Rows.Select((row, i) => new BarRow(
                DimensionNames.Value(dimension, row.Dimensions[0]), most > 0 ? (answer.Number(i, 0) ?? 0) / most : 0, [Format.Of(question.Metric.Kind, answer.Number(i, 0), project.Currency)], null))]));
        }

        var times = answer.Rows.Select(row => Seconds(row.Dimensions[0])).ToList();
        var step = times.Count > 1 ? Math.Max(1, (times[^1] - times[0]) / (times.Count - 1)) : Math.Max(1, context.Until - context.From);
        var overview = new OverviewState { Project = project.Id, Metric = question.Metric.Key };
        return new PanelView(panel, new SeriesGraphModel
        {
            Name = question.Metric.Name,
            Unit = panel.Unit,
            From = times.Count > 0 ? Math.Min(times[0], context.From) : context.From,
            Until = context.Until,
            Zone = context.Zone,
            IsStacked = panel.Look == PanelLook.Stack,
            ZoomUrl = Zoom(state),
            Lines = times.Count == 0 ? [] : [new SeriesLine { Name = question.Metric.Name, Start = times[0], Step = step, Values = [.. answer.Rows.Select((_, i) => answer.Number(i, 0) ?? double.NaN)] }],
        }, Href: overview.Url);

        long Seconds(string? label) => DateTimeOffset.TryParse(label, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? label!.Length > 10 ? time.ToUnixTimeSeconds() : new DateTimeOffset(time.DateTime, context.Zone.GetUtcOffset(time.DateTime)).ToUnixTimeSeconds()
            : context.From;
    }

    private async Task<VariableChoice> ChoiceAsync(Project project, DashboardVariable variable, DashboardState state, CancellationToken cancellationToken)
    {
        var source = variable.Source.Trim();
        IReadOnlyList<string> values;
        try
        {
            values = source.StartsWith("tag:", StringComparison.Ordinal) ? await explorer.ValuesOfAsync(project, source["tag:".Length..], MostChoices + 1, cancellationToken)
                : source.Contains('.', StringComparison.Ordinal) || source.Contains('*', StringComparison.Ordinal) ? [.. graphite.Find(project, source).Select(static match => match.Name).Distinct(StringComparer.Ordinal)]
                : source.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception fault) when (fault is GraphiteException or ExploreException)
        {
            values = [];
        }

        var chosen = state.Values.GetValueOrDefault(variable.Name, Variables.All);
        return new VariableChoice(variable.Name, [Variables.All, .. values.Where(static value => value != Variables.All).Take(MostChoices)], chosen);
    }

    private static string Zoom(DashboardState state) => (state with { From = "FROM", To = "UNTIL" }).Url.Replace("FROM", "{from}", StringComparison.Ordinal).Replace("UNTIL", "{to}", StringComparison.Ordinal);
}
