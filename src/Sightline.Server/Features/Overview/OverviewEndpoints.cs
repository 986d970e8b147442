using Microsoft.Extensions.DependencyInjection.Extensions;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Server.Access;
using Sightline.Server.Features.Notes;
using Sightline.Server.Features.Segments;
using Sightline.Server.Features.Tour;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Overview;

/// <summary><c>/</c>, the list of projects; <c>/projects/{id}</c>, the first page of each; its breakdowns in full; its saved views.</summary>
internal static class OverviewEndpoints
{
    public static IServiceCollection AddOverview(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery();
        services.AddTour();
        services.TryAddSingleton<IPropNames, PropNames>();
        services.TryAddSingleton<NoteStore>();
        services.TryAddSingleton<SavedViews>();
        services.TryAddSingleton<SegmentStore>();
        services.TryAddSingleton<SegmentsService>();
        return services
            .AddSingleton<PageAccess>().AddSingleton<ProjectGate>().AddSingleton<StatsAsk>().AddSingleton<NotesService>()
            .AddSingleton<OverviewService>().AddSingleton<DetailsService>().AddSingleton<ValueSuggestions>();
    }

    public static void MapOverview(this IEndpointRouteBuilder app)
    {
        app.MapAssets();
        app.MapTheme();
        app.MapTour();
        app.MapGet("/design", (HttpContext context) => PageResult.Page<DesignPage>(context, [])).RequireSignIn();
        app.MapGet("/", ShowListAsync).RequireRight(Right.SeeNumbers);
        app.MapGet("/projects/{id}", ShowProjectAsync).RequireRight(Right.SeeNumbers);
        app.MapGet("/projects/{id}/details/{tab}", ShowDetailsAsync).RequireRight(Right.SeeNumbers);
        app.MapGet("/projects/{id}/suggest", SuggestAsync).RequireRight(Right.SeeNumbers);
        app.MapSavedViews();
        app.MapNotes();
    }

    /// <summary>Asks what a page needs, or says in words why it cannot be shown.</summary>
    public static Task<IResult> AnswerAsync(HttpContext context, uint project, Func<Task<IResult>> answer) => AnswerAsync(context, new OverviewState { Project = project }.Url, answer);

    /// <summary>The same for a view with filters: one that cannot be asked for keeps its filters, so that the wrong one can be mended.</summary>
    public static Task<IResult> AnswerAsync(HttpContext context, Project project, OverviewState state, Func<Task<IResult>> answer) => AnswerAsync(
        context, (state with { Filters = [] }).Url, answer, message => state.Filters.Count == 0 ? null : PageResult.Page<RefusedViewPage>(context, new()
        {
            [nameof(RefusedViewPage.Project)] = project,
            [nameof(RefusedViewPage.State)] = state,
            [nameof(RefusedViewPage.Message)] = message,
        }, StatusCodes.Status400BadRequest));

    /// <param name="context">The request.</param>
    /// <param name="back">Where the view without filters is.</param>
    /// <param name="answer">Asks.</param>
    /// <param name="refused">The page of a view that cannot be asked for; <see langword="null"/>: a plain one.</param>
    public static async Task<IResult> AnswerAsync(HttpContext context, string back, Func<Task<IResult>> answer, Func<string, IResult?>? refused = null)
    {
        try
        {
            return await answer();
        }
        catch (InvalidQueryException e)
        {
            var message = $"The address asks for something that does not exist: {e.Message}.";
            return refused?.Invoke(message) ?? PageResult.Message(context, StatusCodes.Status400BadRequest, "This view cannot be shown", message, back, "Show the project without filters");
        }
        catch (QueryLimitException e)
        {
            return PageResult.Message(
                context, StatusCodes.Status503ServiceUnavailable, "This view takes too long", $"{e.Message} A shorter range may do.", back, "Show the last 30 days");
        }
    }

    private static async Task<IResult> ShowListAsync(
        HttpContext context, PageAccess access, ProjectDirectory projects, OverviewService service, CancellationToken cancellationToken)
    {
        var verdict = access.Judge(context, null);
        if (!verdict.Allowed)
        {
            return ProjectGate.Refuse(context, verdict);
        }

        var visible = projects.All.Where(p => verdict.Sees(p.Id)).ToList();
        return PageResult.Page<ProjectsPage>(context, new() { [nameof(ProjectsPage.Lines)] = await service.ListAsync(visible, cancellationToken), [nameof(ProjectsPage.MayAdd)] = Caller.Of(context).CanAnywhere(Right.RunServer), [nameof(ProjectsPage.BuiltIn)] = projects.BuiltIn is { } own && verdict.Sees(own.Id) ? own : null });
    }

    private static async Task<IResult> ShowProjectAsync(
        string id, HttpContext context, ProjectGate gate, OverviewService service, SegmentsService segments, Tours tours, ServeOptions options, CancellationToken cancellationToken)
    {
        if (gate.Find(context, id, out var project) is { } refusal)
        {
            return refusal;
        }

        var state = OverviewState.Parse(project.Id, context.Request.Query);
        if (FilterEdit.Apply(state, context.Request.Query) is { } filters)
        {
            return Results.LocalRedirect((state with { Filters = filters }).Url);
        }

        var url = options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}";
        return await AnswerAsync(context, project, state, async () => PageResult.Page<OverviewPage>(context, new()
        {
            [nameof(OverviewPage.Model)] =
                await service.LoadAsync(project, state, TrackerSnippet.For(url, project.PublicKey), gate.MayWrite(context, project.Id), cancellationToken),
            [nameof(OverviewPage.Segments)] = segments.Of(project.Id),
            [nameof(OverviewPage.Tour)] = tours.Of(project.Id, context),
        }));
    }

    private static async Task<IResult> ShowDetailsAsync(
        string id, string tab, HttpContext context, ProjectGate gate, DetailsService service, SegmentsService segments, CancellationToken cancellationToken)
    {
        if (gate.Find(context, id, out var project) is { } refusal)
        {
            return refusal;
        }

        const string File = ".csv";
        var isFile = tab.EndsWith(File, StringComparison.Ordinal);
        if (OverviewPanels.Find(isFile ? tab[..^File.Length] : tab) is not { } found || found.Key == OverviewPanels.Map)
        {
            return PageResult.Message(
                context, StatusCodes.Status404NotFound, "No such breakdown", "There is no such breakdown of visits.", new OverviewState { Project = project.Id }.Path, "To the project");
        }

        var view = OverviewState.Parse(project.Id, context.Request.Query);
        var state = DetailsState.Parse(view, found, context.Request.Query);
        if (FilterEdit.Apply(view, context.Request.Query) is { } filters)
        {
            return Results.LocalRedirect((state with { View = view with { Filters = filters }, Page = 1 }).Url);
        }

        return await AnswerAsync(context, project, view, async () => isFile
            ? Results.File(await service.CsvAsync(project, state, cancellationToken), "text/csv; charset=utf-8", $"{found.Key}.csv")
            : PageResult.Page<DetailsPage>(context, new()
            {
                [nameof(DetailsPage.Model)] = await service.LoadAsync(project, state, cancellationToken),
                [nameof(DetailsPage.Segments)] = segments.Of(project.Id),
                [nameof(DetailsPage.MayWrite)] = gate.MayWrite(context, project.Id),
            }));
    }

    private static async Task<IResult> SuggestAsync(
        string id, string? dimension, string? text, HttpContext context, ProjectGate gate, ValueSuggestions suggestions, CancellationToken cancellationToken)
    {
        if (gate.Find(context, id, out var project) is { } refusal)
        {
            return refusal;
        }

        context.Response.Headers.CacheControl = "private, max-age=30";
        var state = OverviewState.Parse(project.Id, context.Request.Query);
        return Results.Json(await suggestions.OfAsync(project, state, dimension ?? "", text ?? "", cancellationToken));
    }
}
