using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Core.Queries.Explore;
using Sightline.Core.Queries.Graphite;
using Sightline.Core.Queries.Names;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Features.Notes;
using Sightline.Server.Show;
using Sightline.Store.Series;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Explorer;

/// <summary>Answers questions to the Explorer: it plans graphs from names and has Graphite's functions compute their lines.</summary>
internal sealed class ExplorerService(GraphiteService graphite, NotesService notes, ExplorerCatalogues catalogues)
{
    /// <summary>Graphs of a page; more are named.</summary>
    public const int MostGraphs = 60;

    private const int MostPoints = 300;

    /// <summary>Tags on the first page.</summary>
    private const int MostTags = 200;

    /// <summary>Values of a tag on the first page.</summary>
    private const int MostValues = 6;

    /// <summary>Completions offered.</summary>
    private const int MostCompletions = 20;

    /// <summary>Fewer new metrics than these are waited for where somebody types or looks round.</summary>
    private const int SoonRead = 20_000;

    /// <summary>Events drawn; of more, the newest.</summary>
    private const int MostEvents = 200;

    /// <summary>The page of a question; a fault is told on it.</summary>
    public async Task<ExplorerModel> AskAsync(Project project, string question, CancellationToken cancellationToken)
    {
        var model = new ExplorerModel(project, question, null, null, null, [], [], graphite.CountOf(project));
        try
        {
            if (question.Length == 0)
            {
                var catalogue = catalogues.Of(project);
                await ReadSoonAsync(catalogue, cancellationToken);
                return catalogue.Read(metrics => model with { Tags = Tags(metrics), Read = metrics.Count });
            }

            var query = ExploreQueryParser.Parse(question);
            var plan = await PlanAsync(query, await catalogues.WholeAsync(project, cancellationToken), cancellationToken);
            var shown = plan.Graphs.Take(MostGraphs).ToList();
            IReadOnlyList<SeriesGraphModel?> drawn = query.Statement == ExploreStatement.List ? [.. shown.Select(static _ => (SeriesGraphModel?)null)] : await DrawAsync(project, question, query, shown, Range(project, query), cancellationToken);
            return model with
            {
                Query = query,
                Plan = plan,
                Graphs = [.. shown.Zip(drawn, (graph, lines) => new ExplorerGraph(Title(graph), Address(project, ExplorerQuestion.And(question, graph.Conditions)), lines, graph))],
            };
        }
        catch (Exception fault) when (fault is ExploreException or GraphiteException)
        {
            return model with { Fault = fault.Message };
        }
    }

    /// <summary>All lines of a question in one graph, for a panel; the question's own range is not looked at.</summary>
    /// <exception cref="ExploreException">The question cannot be read.</exception>
    /// <exception cref="GraphiteException">A line cannot be computed.</exception>
    public async Task<SeriesGraphModel> LinesAsync(Project project, string question, RenderContext context, CancellationToken cancellationToken)
    {
        var query = ExploreQueryParser.Parse(question);
        var plan = await PlanAsync(query, await catalogues.WholeAsync(project, cancellationToken), cancellationToken);
        // Apart, the title tells graphs from each other; together, each line has to.
        var graphs = plan.Graphs.Count <= 1 ? plan.Graphs : [.. plan.Graphs.Select(graph => graph with
        {
            Targets = [.. graph.Targets.Select(target => target with
            {
                Tags = graph.Tags.Where(pair => pair.Key is not ("unit" or "target_type") && plan.Graphs.Any(other => other.Tags.GetValueOrDefault(pair.Key) != pair.Value))
                    .Concat(target.Tags).ToDictionary(static pair => pair.Key, static pair => pair.Value),
            })],
        })];
        var together = new ExploreGraph(new Dictionary<string, string>(), [], graphs.Select(static graph => graph.Unit).Distinct(StringComparer.Ordinal).ToList() is [var unit] ? unit : "", [.. graphs.SelectMany(static graph => graph.Targets)]);
        return (await DrawAsync(project, question, query, [together], context, cancellationToken))[0]!;
    }

    /// <summary>Values of a tag, the first in their order.</summary>
    /// <exception cref="ExploreException">The project's rules cannot be read.</exception>
    public async Task<IReadOnlyList<string>> ValuesOfAsync(Project project, string tag, int limit, CancellationToken cancellationToken) =>
        (await catalogues.WholeAsync(project, cancellationToken)).Read<IReadOnlyList<string>>(metrics => [.. metrics.Tags.Find(tag)?.First(limit, static _ => true).Select(static value => value.Text) ?? []]);

    /// <summary>What the last word of a question may become, as whole questions. Of very many metrics that nobody has explored yet, from those that are read by now: who types does not wait.</summary>
    public async Task<IReadOnlyList<string>> CompleteAsync(Project project, string question, CancellationToken cancellationToken)
    {
        SeriesFollower<MetricCatalogue> catalogue;
        try
        {
            catalogue = catalogues.Of(project);
        }
        catch (ExploreException)
        {
            return [];
        }

        await ReadSoonAsync(catalogue, cancellationToken);
        var space = question.LastIndexOf(' ');
        var (head, word) = (question[..(space + 1)], question[(space + 1)..]);
        var not = word.StartsWith('!') ? "!" : "";
        var bare = word[not.Length..];
        var equals = bare.IndexOf('=', StringComparison.Ordinal);
        var found = catalogue.Read<IReadOnlyList<string>>(metrics => equals > 0
            ? [.. Values(metrics.Tags.Find(bare[..equals]), bare[(equals + 1)..]).Select(value => $"{not}{bare[..equals]}={value}")]
            : [.. metrics.Tags.Tags.Select(tag => $"{not}{tag.Name}=").Concat(Clauses).Where(one => one.StartsWith(word, StringComparison.OrdinalIgnoreCase))]);
        return [.. found.Where(one => one != word).Order(StringComparer.Ordinal).Take(MostCompletions).Select(one => head + one)];
    }

    private static async Task ReadSoonAsync(SeriesFollower<MetricCatalogue> catalogue, CancellationToken cancellationToken)
    {
        if (catalogue.Missing < SoonRead)
        {
            await catalogue.FollowAsync(cancellationToken);
        }
        else
        {
            catalogue.Begin();
        }
    }

    private static IEnumerable<string> Values(Tag? tag, string begin) =>
        tag?.First(MostCompletions + 1, value => value.Text.StartsWith(begin, StringComparison.OrdinalIgnoreCase)).Select(static value => value.Text) ?? [];

    private static Task<ExplorePlan> PlanAsync(ExploreQuery query, SeriesFollower<MetricCatalogue> catalogue, CancellationToken cancellationToken) => Task.Run(
        () => ExplorePlanner.PlanFound(query, catalogue.Read(metrics => ExplorePlanner.Find(query, metrics, cancellationToken)), catalogue.Read(static metrics => metrics.Rules), cancellationToken), cancellationToken);

    public static string Address(Project project, string question) => $"/projects/{project.Id}/explorer?q={Uri.EscapeDataString(question)}";

    private static readonly string[] Clauses = ["group by ", "GROUP BY ", "sum by ", "avg by ", "avg over ", "from ", "to ", "limit ", "min ", "max "];

    private static readonly string[] First = ["server", "service", "what"];

    private RenderContext Range(Project project, ExploreQuery query)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(project.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        var (from, until) = (AtTime.Parse(query.From, graphite.Now, zone), AtTime.Parse(query.To, graphite.Now, zone));
        return from < until
            ? new RenderContext(Math.Max(0, from), until, graphite.Now, zone)
            : throw new ExploreException($"'from {query.From}' is not before 'to {query.To}'");
    }

    private async Task<IReadOnlyList<SeriesGraphModel?>> DrawAsync(
        Project project, string question, ExploreQuery query, IReadOnlyList<ExploreGraph> graphs, RenderContext context, CancellationToken cancellationToken)
    {
        var targets = graphs.SelectMany(static graph => graph.Targets).Select(static target => target.Expression).ToList();
        var series = await graphite.EachAsync(project, targets, context, cancellationToken);
        var drawn = new List<SeriesGraphModel?>();
        var events = Events(project, query.Events, context.From, context.Until);
        var at = 0;
        foreach (var graph in graphs)
        {
            var mine = graph.Targets.Select((target, i) => (Target: target, Series: series[at + i] is [var one, ..] ? one : null)).Where(static pair => pair.Series is not null).ToList();
            at += graph.Targets.Count;
            // Areas lie on each other only where all have values at the same times.
            var step = query.Statement == ExploreStatement.Stack && mine.Count > 0 ? mine.Max(static pair => pair.Series!.Step) : 0;
            var lines = mine.Select(pair => Line(project, question, pair.Target, pair.Series!, step)).ToList();
            drawn.Add(new SeriesGraphModel
            {
                Name = Title(graph),
                Unit = graph.Unit == "unknown" ? "" : graph.Unit,
                From = context.From,
                Until = context.Until,
                IsStacked = query.Statement == ExploreStatement.Stack,
                Min = query.Min,
                Max = query.Max,
                Zone = context.Zone,
                Notes = events,
                ZoomUrl = Address(project, ExplorerQuestion.Over(question, "FROM", "TO")).Replace("FROM", "{from}", StringComparison.Ordinal).Replace("TO", "{to}", StringComparison.Ordinal),
                // Of many, those that stand out are named first.
                Lines = lines.Count > SeriesGraphModel.MostNames ? [.. lines.OrderByDescending(static line => line.Max ?? double.MinValue)] : lines,
            });
        }

        return drawn;
    }

    private static SeriesLine Line(Project project, string question, ExploreTarget target, Core.Queries.Graphite.Series series, long step)
    {
        var group = (int)Math.Max(Math.Max(1, step / series.Step), (series.Values.Length + MostPoints - 1) / MostPoints);
        var name = target.Tags.Count > 0 ? string.Join(' ', target.Tags.Select(static pair => pair.Value)) : target.Metrics.Count == 1 ? target.Metrics[0] : $"{target.Metrics.Count} metrics";
        return new SeriesLine
        {
            Name = name,
            Start = series.Start,
            Step = series.Step * group,
            Values = series.Consolidated(group),
            Href = Address(project, ExplorerQuestion.And(question, target.Metrics.Count == 1
                ? [$"^{System.Text.RegularExpressions.Regex.Escape(target.Metrics[0])}$"]
                : target.Tags.Where(static pair => !pair.Value.Contains(' ', StringComparison.Ordinal)).Select(static pair => $"{pair.Key}={pair.Value}"))),
        };
    }

    private List<(long Time, string Text)> Events(Project project, string words, long from, long until)
    {
        var wanted = words == "*" ? [] : words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var written = notes.Of(project.Id).Where(note => note.TimeMs / 1000 >= from && note.TimeMs / 1000 <= until).Select(static note => (Time: note.TimeMs / 1000, note.Text, Tags: ""));
        var sent = graphite.Events.Find(project.Id, from, until, null, anyTag: false).Select(static one => (one.Time, Text: one.What, Tags: string.Join(' ', one.Tags)));
        return [.. written.Concat(sent)
            .Where(one => wanted.All(word => one.Text.Contains(word, StringComparison.OrdinalIgnoreCase) || one.Tags.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(static one => one.Time).TakeLast(MostEvents).Select(static one => (one.Time, one.Text))];
    }

    /// <summary>What the lines of a graph have in common, without what its axis says.</summary>
    private static string Title(ExploreGraph graph)
    {
        var said = graph.Tags.Where(static pair => pair.Key is not ("unit" or "target_type")).ToList();
        var title = string.Join(" · ", said.OrderBy(static pair => Array.IndexOf(First, pair.Key) is >= 0 and var place ? place : First.Length).ThenBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => pair.Value));
        return title.Length > 0 ? title : graph.Tags.GetValueOrDefault("target_type", "metrics");
    }

    private static IReadOnlyList<ExplorerTag> Tags(MetricCatalogue metrics) =>
        [.. metrics.Tags.Tags.OrderByDescending(static tag => tag.Count).ThenBy(static tag => tag.Name, StringComparer.Ordinal).Take(MostTags)
            .Select(static tag => new ExplorerTag(tag.Name, tag.Count, [.. tag.First(MostValues, static _ => true).Select(static value => value.Text)]))];
}
