using Sightline.Core.Queries;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Overview;

/// <summary><c>/</c>, the list of projects, and <c>/projects/{id}</c>, the first page of each.</summary>
internal static class OverviewEndpoints
{
    public static IServiceCollection AddOverview(this IServiceCollection services)
    {
        services.AddRazorComponents();
        return services.AddSingleton<PageAccess>().AddSingleton<OverviewService>();
    }

    public static void MapOverview(this IEndpointRouteBuilder app)
    {
        app.MapStyleSheet();
        app.MapGet("/", ShowListAsync);
        app.MapGet("/projects/{id}", ShowProjectAsync);
    }

    private static async Task<IResult> ShowListAsync(
        HttpContext context, PageAccess access, ProjectDirectory projects, OverviewService service, CancellationToken cancellationToken)
    {
        var verdict = access.Judge(context, null);
        if (!verdict.Allowed)
        {
            return Refuse(context, verdict);
        }

        var visible = projects.All.Where(p => verdict.Only is null || verdict.Only == p.Id).ToList();
        return PageResult.Page<ProjectsPage>(context, new() { [nameof(ProjectsPage.Lines)] = await service.ListAsync(visible, cancellationToken) });
    }

    private static async Task<IResult> ShowProjectAsync(
        string id, HttpContext context, PageAccess access, ProjectDirectory projects, OverviewService service, ServeOptions options,
        CancellationToken cancellationToken)
    {
        var number = uint.TryParse(id, System.Globalization.CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        var verdict = access.Judge(context, number);
        if (!verdict.Allowed)
        {
            return Refuse(context, verdict);
        }

        if (!projects.TryGetById(number, out var project))
        {
            return NotFound(context);
        }

        var state = OverviewState.Parse(number, context.Request.Query);
        var url = options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}";
        try
        {
            var model = await service.LoadAsync(project, state, TrackerSnippet.For(url, project.PublicKey), cancellationToken);
            return PageResult.Page<OverviewPage>(context, new() { [nameof(OverviewPage.Model)] = model });
        }
        catch (InvalidQueryException e)
        {
            return PageResult.Message(
                context, StatusCodes.Status400BadRequest, "This view cannot be shown", $"The address asks for something that does not exist: {e.Message}.",
                new OverviewState { Project = number }.Url, "Show the project without filters");
        }
        catch (QueryLimitException e)
        {
            return PageResult.Message(
                context, StatusCodes.Status503ServiceUnavailable, "This view takes too long", $"{e.Message}. A shorter range may do.",
                new OverviewState { Project = number }.Url, "Show the last 30 days");
        }
    }

    private static IResult NotFound(HttpContext context) =>
        PageResult.Message(context, StatusCodes.Status404NotFound, "No such project", "There is no project here, or it is not yours to see.", "/", "All projects");

    private static IResult Refuse(HttpContext context, PageVerdict verdict)
    {
        if (verdict.IsKnown)
        {
            return NotFound(context);
        }

        context.Response.Headers.WWWAuthenticate = "Basic realm=\"Sightline\", charset=\"UTF-8\"";
        return PageResult.Message(
            context, StatusCodes.Status401Unauthorized, "A token is needed",
            "Make one on the server with: sightline token add NAME --scope read. Give it as the password; the user name does not matter.");
    }
}
