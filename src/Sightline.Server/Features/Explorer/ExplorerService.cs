using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Core.Queries.Explore;
using Sightline.Core.Queries.Graphite;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Features.Notes;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Explorer;

/// <summary>Answers questions to the Explorer: it plans graphs from names and has Graphite's functions compute their lines.</summary>
internal sealed class ExplorerService(GraphiteService graphite, NotesService notes, ExplorerRules rules)
{
    /// <summary>Graphs of a page; more are named.</summary>
    public const int MostGraphs = 60;

    private const int MostPoints = 300;
    private const int MetricsLookedAt = 20_000;

    /// <summary>Events drawn; of more, the newest.</summary>
    private const int MostEvents = 200;

    /// <summary>The page of a question; a fault is told on it.</summary>
    public async Task<ExplorerModel> AskAsync(Project project, string question, CancellationToken cancellationToken)
    {
        var names = graphite.Names(project);
        var model = new ExplorerModel(project, question, null, null, null, [], [], names.Count);
        try
        {
            var known = rules.Of(project.Id);
            if (question.Length == 0)
            {
                return model with { Tags = Tags(names, known) };
            }

            var query = ExploreQueryParser.Parse(question);
            var plan = await Task.Run(() => ExplorePlanner.Plan(query, names, known, cancellationToken), cancellationToken);
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
        var plan = await Task.Run(() => ExplorePlanner.Plan(query, graphite.Names(project), rules.Of(project.Id), cancellationToken), cancellationToken);
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

    /// <summary>Values of a tag, sorted.</summary>
    /// <exception cref="ExploreException">The project's rules cannot be read.</exception>
    public IReadOnlyList<string> ValuesOf(Project project, string tag) =>
        Tags(graphite.Names(project), rules.Of(project.Id), int.MaxValue).FirstOrDefault(known => known.Name == tag)?.Values ?? [];

    /// <summary>What the last word of a question may become, as whole questions.</summary>
    public IReadOnlyList<string> Complete(Project project, string question)
    {
        var space = question.LastIndexOf(' ');
        var (head, word) = (question[..(space + 1)], question[(space + 1)..]);
        IReadOnlyList<ExplorerTag> tags;
        try
        {
            tags = Tags(graphite.Names(project), rules.Of(project.Id), int.MaxValue);
        }
        catch (ExploreException)
        {
            return [];
        }

        var not = word.StartsWith('!') ? "!" : "";
        var bare = word[not.Length..];
        var equals = bare.IndexOf('=', StringComparison.Ordinal);
        var found = equals > 0
            ? tags.Where(tag => tag.Name == bare[..equals]).SelectMany(tag => tag.Values.Select(value => $"{not}{tag.Name}={value}"))
            : tags.Select(tag => $"{not}{tag.Name}=").Concat(Clauses);
        return [.. found.Where(one => one.StartsWith(word, StringComparison.OrdinalIgnoreCase) && one != word).Order(StringComparer.Ordinal).Take(20).Select(one => head + one)];
    }

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

    private static List<ExplorerTag> Tags(IReadOnlyList<string> names, MetricRules rules, int values = 6)
    {
        var found = new Dictionary<string, (int Count, SortedSet<string> Values)>(StringComparer.Ordinal);
        // Evenly spread, when there are very many.
        var stride = Math.Max(1, names.Count / MetricsLookedAt);
        for (var i = 0; i < names.Count; i += stride)
        {
            foreach (var (tag, value) in rules.TagsOf(names[i]))
            {
                var (count, known) = found.TryGetValue(tag, out var entry) ? entry : (0, new SortedSet<string>(StringComparer.Ordinal));
                if (known.Count < 1000)
                {
                    known.Add(value);
                }

                found[tag] = (count + 1, known);
            }
        }

        return [.. found.OrderByDescending(static pair => pair.Value.Count).ThenBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new ExplorerTag(pair.Key, pair.Value.Count * stride, [.. pair.Value.Values.Take(values)]))];
    }
}
