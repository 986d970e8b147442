using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Dropped;

/// <summary><c>/projects/{id}/dropped</c>: received = stored + dropped, and what can be done about each reason.</summary>
internal static class DroppedEndpoints
{
    private const string Root = "/projects/{id}/dropped";

    public static void MapDropped(this IEndpointRouteBuilder app)
    {
        var (read, write) = app.ForProjects(Right.ChangeProject);
        read.MapGet(Root, (string id, string? range, HttpContext context, ProjectGate gate, DroppedService service) =>
            gate.Find(context, id, out var project) ?? Page(context, gate, service, project, range ?? "", null));
        write.MapPost(Root + "/allow-host", (string id, HttpContext context, ProjectGate gate, DroppedService service) => WriteAsync(
            id, context, gate, service, (project, form) => service.AllowHost(context, project, form["host"].ToString())));
        write.MapPost(Root + "/allow-bot", (string id, HttpContext context, ProjectGate gate, DroppedService service) => WriteAsync(
            id, context, gate, service, (project, form) => service.AllowBot(context, project, form["part"].ToString())));
        write.MapPost(Root + "/raise-quota", (string id, HttpContext context, ProjectGate gate, DroppedService service) => WriteAsync(
            id, context, gate, service, (project, form) => service.RaiseQuota(context, project, form["of"].ToString())));
        write.MapPost(Root + "/adopt-key", (string id, HttpContext context, ProjectGate gate, DroppedService service) => WriteAsync(
            id, context, gate, service, (project, form) => service.AdoptKey(context, project, form["key"].ToString())));
        write.MapPost(Root + "/raise-series", (string id, HttpContext context, ProjectGate gate, DroppedService service) => WriteAsync(
            id, context, gate, service, (project, _) => service.RaiseSeries(context, project)));
        write.MapPost(Root + "/include", (string id, HttpContext context, ProjectGate gate, DroppedService service) => WriteAsync(
            id, context, gate, service, (project, form) => service.Include(context, project, form["exclusion"].ToString())));
    }

    private static async Task<IResult> WriteAsync(string id, HttpContext context, ProjectGate gate, DroppedService service, Action<Project, IFormCollection> write)
    {
        var (refusal, project) = await gate.FindToWriteAsync(context, id);
        if (refusal is not null)
        {
            return refusal;
        }

        try
        {
            write(project, await context.Request.ReadFormAsync(context.RequestAborted));
        }
        catch (SettingsException e)
        {
            return Page(context, gate, service, project, "", e.Message);
        }

        return Results.LocalRedirect($"/projects/{project.Id}/dropped");
    }

    private static IResult Page(HttpContext context, ProjectGate gate, DroppedService service, Project project, string range, string? fault) =>
        PageResult.Page<DroppedPage>(context, new()
        {
            [nameof(DroppedPage.Model)] = service.Load(project, range),
            [nameof(DroppedPage.Fault)] = fault,
            [nameof(DroppedPage.Form)] = gate.MayWrite(context, project.Id) ? gate.FormToken(context) : null,
        }, fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
}
