using Microsoft.Extensions.Primitives;
using Sightline.Core.Model;
using Sightline.Core.Queries.Graphite;
using Sightline.Server.Access;
using Sightline.Server.Features.Graphite.Pictures;
using Sightline.Store;
using Sightline.Store.Series;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Graphite;

/// <summary>Answers Graphite's questions from the store.</summary>
internal sealed class GraphiteService(EventStore store, GraphiteTags tags, ProjectDirectory projects, GraphiteEventStore events, MetricTurns turns, ServeOptions options, TimeProvider time)
{
    public GraphiteEventStore Events => events;

    /// <summary>The library that draws PNGs.</summary>
    public string Cairo { get; set; } = CairoCanvas.Library;

    public long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Whose series a request is about: the project it names, that of its token, or that of the line protocols. <see langword="null"/>: none the caller may see.</summary>
    public Project? ProjectOf(Caller caller, string named, Right right = Right.SeeNumbers)
    {
        var id = uint.TryParse(named, out var given) ? given : caller.Token?.Project ?? options.MetricsProject ?? projects.All.Select(project => project.Id).DefaultIfEmpty().Min();
        return caller.Can(right, id) && projects.TryGetById(id, out var project) ? project : null;
    }

    /// <summary>The series of all targets, in their order. Takes its turn, and a thread of its own.</summary>
    /// <exception cref="GraphiteException">A target cannot be computed, or takes too long or too much, or too many others ask.</exception>
    public async Task<IReadOnlyList<Core.Queries.Graphite.Series>> RenderAsync(Project project, RenderRequest request, CancellationToken cancellationToken) =>
        [.. (await EachAsync(project, TargetParser.ParseLongest, request.Targets, request.Template, request.Context, cancellationToken)).SelectMany(static series => series)];

    /// <summary>The series of each target. Takes its turn, and a thread of its own.</summary>
    /// <exception cref="GraphiteException">A target cannot be computed, or takes too long or too much, or too many others ask.</exception>
    public Task<IReadOnlyList<IReadOnlyList<Core.Queries.Graphite.Series>>> EachAsync(Project project, IReadOnlyList<string> targets, RenderContext context, CancellationToken cancellationToken) =>
        EachAsync(project, TargetParser.Parse, targets, new Dictionary<string, string>(), context, cancellationToken);

    private async Task<IReadOnlyList<IReadOnlyList<Core.Queries.Graphite.Series>>> EachAsync(
        Project project, Func<string, Target> parse, IReadOnlyList<string> targets, IReadOnlyDictionary<string, string> template, RenderContext context, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.QueryTimeout);
        try
        {
            return await turns.RunAsync<IReadOnlyList<IReadOnlyList<Core.Queries.Graphite.Series>>>(limits =>
            {
                var parsed = targets.Select(parse).ToList();
                var source = new GraphiteSource(store, tags, events, project.Id, Now, limited.Token) { RollUp = context.RollUp, MostPoints = limits.Points };
                var evaluator = new Evaluator(source, limited.Token) { Template = template, Limits = limits };
                source.Expect(parsed.SelectMany(static target => target.Paths()));
                return [.. parsed.Select(target => evaluator.Evaluate(target, context))];
            }, limited.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GraphiteException($"the request took longer than {options.QueryTimeout.TotalSeconds} seconds");
        }
    }

    /// <summary>Series as a picture; <paramref name="values"/> are the parameters of <c>/render</c>.</summary>
    /// <exception cref="GraphiteException">A PNG is asked for and there is no libcairo.</exception>
    public IResult Picture(IReadOnlyList<Core.Queries.Graphite.Series> series, Func<string, StringValues> values, RenderContext context, bool asPng)
    {
        var options = new PictureOptions(values, context);
        return asPng ? Results.Bytes(Pictures.Picture.Png(series, options, Cairo), "image/png") : Results.Text(Pictures.Picture.Svg(series, options), "image/svg+xml");
    }

    public IReadOnlyList<SeriesMatch> Find(Project project, string query) => store.Series.Find(project.Id, NamePattern.Parse(query));

    /// <summary>What series with tags have.</summary>
    public GraphiteTags Tags => tags;

    /// <summary>How many series there are.</summary>
    public int CountOf(Project project) => store.Series.PublishedOf(project.Id).Count;

    /// <summary>Every series, sorted by name.</summary>
    public IReadOnlyList<SeriesEntry> All(Project project) => store.Series.All(project.Id, taggedOnly: false);

    /// <summary>The paths that a pattern stands for.</summary>
    public IReadOnlyList<string> Expand(Project project, string query, bool leavesOnly) =>
        [.. Find(project, query).Where(match => !leavesOnly || match.Series is not null).Select(static match => match.Path)];
}
