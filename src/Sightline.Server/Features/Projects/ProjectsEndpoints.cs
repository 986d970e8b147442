using System.Globalization;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Cli;
using Sightline.Server.Features.Settings;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Projects;

/// <summary><c>/api/v1/projects</c>: the projects a token sees, adding one, and what was received, stored and dropped of each.</summary>
internal static class ProjectsEndpoints
{
    private const string Root = "/api/v1/projects";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // A misspelled setting must not look as if it had been saved.
    private static readonly JsonSerializerOptions StrictJson = new(Json) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public static void MapProjects(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, List).RequireRight(Right.SeeNumbers);
        app.MapPost(Root, AddAsync).RequireRight(Right.RunServer);
        app.MapGet(Root + "/{id}", Show).RequireRight(Right.SeeNumbers);
        app.MapGet(Root + "/{id}/drops", Drops).RequireRight(Right.SeeNumbers);
        app.MapPatch(Root + "/{id}", ChangeAsync).RequireRight(Right.ChangeProject);
        app.MapPost(Root + "/{id}/keys", RotateKey).RequireRight(Right.ChangeProject);
        app.MapDelete(Root + "/{id}/keys/{key}", RemoveKey).RequireRight(Right.ChangeProject);
        app.MapDelete(Root + "/{id}", Remove).RequireRight(Right.RunServer);
    }

    private static IResult List(HttpContext context, ProjectDirectory projects, ServeOptions options)
    {
        var caller = Caller.Of(context);
        return Results.Json(projects.All.Where(project => caller.Can(Right.SeeNumbers, project.Id)).Select(project => ProjectView.Of(project, Url(context, options))), Json);
    }

    private static IResult Show(string id, HttpContext context, ProjectDirectory projects, ServeOptions options) =>
        Results.Json(ProjectView.Of(Find(id, projects), Url(context, options)), Json);

    private static async Task<IResult> AddAsync(HttpContext context, SettingsDb settings, TimeProvider time, ServeOptions options)
    {
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

    private static async Task<IResult> ChangeAsync(string id, HttpContext context, ProjectSettings settings, ProjectDirectory projects, ServeOptions options)
    {
        try
        {
            var change = await JsonSerializer.DeserializeAsync<ChangedProject>(context.Request.Body, StrictJson, context.RequestAborted);
            return Results.Json(ProjectView.Of(settings.Change(context, Find(id, projects), (change ?? new ChangedProject()).ToChange()), Url(context, options)), Json);
        }
        catch (JsonException exception)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_json", exception.Message);
        }
        catch (InvalidSettingException exception)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_setting", exception.Message);
        }
    }

    private static IResult RotateKey(string id, HttpContext context, ProjectSettings settings, ProjectDirectory projects, ServeOptions options)
    {
        try
        {
            return Results.Json(ProjectView.Of(settings.RotateKey(context, Find(id, projects)), Url(context, options)), Json, statusCode: StatusCodes.Status201Created);
        }
        catch (InvalidSettingException exception)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_setting", exception.Message);
        }
    }

    private static IResult RemoveKey(string id, string key, HttpContext context, ProjectSettings settings, ProjectDirectory projects) =>
        settings.RemoveKey(context, Find(id, projects), key) ? Results.NoContent() : Error(StatusCodes.Status404NotFound, "not_found", "The project has no such old key; the one in use is not removed.");

    private static IResult Remove(string id, string? name, HttpContext context, ProjectSettings settings, ProjectDirectory projects)
    {
        var project = Find(id, projects);
        if (name != project.Name)
        {
            return Error(StatusCodes.Status400BadRequest, "not_confirmed", "Everything of the project would be removed for good: confirm by its name, as in DELETE /api/v1/projects/1?name=My%20shop.");
        }

        settings.Remove(context, project);
        return Results.NoContent();
    }

    private static IResult Drops(string id, HttpContext context, ProjectDirectory projects, EventStore store, TimeProvider time)
    {
        var project = Find(id, projects);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (!DayRange.TryParse(context.Request.Query["range"].ToString(), today, out var range))
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_range", "range is day, 7d, 30d, 90d, all, or two dates: 2026-11-01,2026-11-22 (days of receipt, UTC)");
        }

        var received = store.Received(project.Id, range.First, range.Last);
        var drops = store.Drops(project.Id, range.First, range.Last);
        return Results.Json(DropsView.Of(range, received, drops), Json);
    }

    // The gate let the request pass, so the project was there a moment ago.
    private static Project Find(string id, ProjectDirectory projects) =>
        projects.TryGetById(uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture), out var project)
            ? project
            : throw new BadHttpRequestException("the project was removed", StatusCodes.Status404NotFound);

    private static string Url(HttpContext context, ServeOptions options) => options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}";

    private static IResult Error(int status, string error, string message) => Results.Json(new { error, message }, Json, statusCode: status);
}
