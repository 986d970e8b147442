using System.Globalization;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Server.Cli;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Projects;

/// <summary><c>/api/v1/projects</c>: the projects a token sees, adding one, and what was received, stored and dropped of each.</summary>
internal static class ProjectsEndpoints
{
    private const string Root = "/api/v1/projects";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void MapProjects(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, List);
        app.MapPost(Root, AddAsync);
        app.MapGet(Root + "/{id}", Show);
        app.MapGet(Root + "/{id}/drops", Drops);
    }

    private static IResult List(HttpContext context, ProjectDirectory projects, ServeOptions options) =>
        Grant(context, projects, TokenScopes.Read, out var grant) is { } refusal
            ? refusal
            : Results.Json(projects.All.Where(project => grant.Allows(TokenScopes.Read, project.Id)).Select(project => ProjectView.Of(project, Url(context, options))), Json);

    private static IResult Show(string id, HttpContext context, ProjectDirectory projects, ServeOptions options) =>
        Find(id, context, projects, out var project) ?? Results.Json(ProjectView.Of(project, Url(context, options)), Json);

    private static async Task<IResult> AddAsync(HttpContext context, ProjectDirectory projects, SettingsDb settings, TimeProvider time, ServeOptions options)
    {
        if (Grant(context, projects, TokenScopes.Admin, out var grant) is { } refusal)
        {
            return refusal;
        }

        if (grant.Project is not null)
        {
            return Error(StatusCodes.Status403Forbidden, "forbidden", "The token is for one project and cannot add others.");
        }

        NewProject? wanted;
        try
        {
            wanted = await JsonSerializer.DeserializeAsync<NewProject>(context.Request.Body, Json, context.RequestAborted);
        }
        catch (JsonException exception)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_json", exception.Message);
        }

        try
        {
            var project = new ProjectStore(settings, time).Add(
                wanted?.Name ?? "", new ProjectChange { Domains = wanted?.Domains, TimeZone = wanted?.Timezone, Currency = wanted?.Currency });
            return Results.Json(ProjectView.Of(project, Url(context, options)), Json, statusCode: StatusCodes.Status201Created);
        }
        catch (InvalidSettingException exception)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_setting", exception.Message);
        }
    }

    private static IResult Drops(string id, HttpContext context, ProjectDirectory projects, EventStore store, TimeProvider time)
    {
        if (Find(id, context, projects, out var project) is { } refusal)
        {
            return refusal;
        }

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (!DayRange.TryParse(context.Request.Query["range"].ToString(), today, out var range))
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_range", "range is day, 7d, 30d, 90d, all, or two dates: 2026-11-01,2026-11-22 (days of receipt, UTC)");
        }

        var received = store.Received(project.Id, range.First, range.Last);
        var drops = store.Drops(project.Id, range.First, range.Last);
        return Results.Json(DropsView.Of(range, received, drops), Json);
    }

    private static IResult? Find(string id, HttpContext context, ProjectDirectory projects, out Project project)
    {
        project = null!;
        if (Grant(context, projects, TokenScopes.Read, out var grant) is { } refusal)
        {
            return refusal;
        }

        // A project the token cannot see and one that is not there look the same.
        if (uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && grant.Allows(TokenScopes.Read, number)
            && projects.TryGetById(number, out var found))
        {
            project = found;
            return null;
        }

        return Error(StatusCodes.Status404NotFound, "not_found", "There is no such project.");
    }

    private static IResult? Grant(HttpContext context, ProjectDirectory projects, TokenScopes scope, out TokenGrant grant)
    {
        grant = null!;
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || projects.FindToken(header["Bearer ".Length..].Trim()) is not { } found)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Error(StatusCodes.Status401Unauthorized, "unauthorized", "A valid token is needed: Authorization: Bearer TOKEN.");
        }

        grant = found;
        return found.AllowsAnywhere(scope)
            ? null
            : Error(StatusCodes.Status403Forbidden, "forbidden", $"The token has no scope '{scope.ToString().ToLowerInvariant()}'.");
    }

    private static string Url(HttpContext context, ServeOptions options) => options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}";

    private static IResult Error(int status, string error, string message) => Results.Json(new { error, message }, Json, statusCode: status);
}
