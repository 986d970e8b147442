using System.Globalization;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Notes;

/// <summary><c>/projects/{id}/notes</c>: what happened, on the time line of every graph.</summary>
internal static class NotesEndpoints
{
    private const string Root = "/projects/{id}/notes";

    public static void MapNotes(this IEndpointRouteBuilder app)
    {
        var (read, write) = app.ForProjects(Right.EditReports);
        read.MapGet(Root, Show);
        write.MapPost(Root, (string id, HttpContext context, ProjectGate gate, NotesService notes, TimeProvider time) => WriteAsync(
            id, context, gate, notes, time, (project, form) => notes.Add(project, form["day"], form["time"], form["text"], form["private"] == "yes")));
        write.MapPost(Root + "/{note}", (string id, string note, HttpContext context, ProjectGate gate, NotesService notes, TimeProvider time) => WriteAsync(
            id, context, gate, notes, time, (project, form) =>
            {
                if (!notes.Change(project, Number(note), form["day"], form["time"], form["text"], form["private"] == "yes"))
                {
                    throw new InvalidSettingException("this note is gone");
                }
            }));
        write.MapPost(Root + "/{note}/remove", (string id, string note, HttpContext context, ProjectGate gate, NotesService notes, TimeProvider time) => WriteAsync(
            id, context, gate, notes, time, (project, _) => notes.Remove(project.Id, Number(note))));
    }

    private static IResult Show(string id, HttpContext context, ProjectGate gate, NotesService notes, TimeProvider time) =>
        gate.Find(context, id, out var project) ?? Page(context, gate, notes, time, project, null);

    private static async Task<IResult> WriteAsync(
        string id, HttpContext context, ProjectGate gate, NotesService notes, TimeProvider time, Action<Project, IFormCollection> write)
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
            return Page(context, gate, notes, time, project, e.Message);
        }

        return Results.LocalRedirect($"/projects/{project.Id}/notes");
    }

    private static IResult Page(HttpContext context, ProjectGate gate, NotesService notes, TimeProvider time, Project project, string? fault) =>
        PageResult.Page<NotesPage>(context, new()
        {
            [nameof(NotesPage.Project)] = project,
            [nameof(NotesPage.Notes)] = notes.Of(project.Id),
            [nameof(NotesPage.Today)] = NotesService.Local(project, time.GetUtcNow().ToUnixTimeMilliseconds()).Day,
            [nameof(NotesPage.Fault)] = fault,
            [nameof(NotesPage.Form)] = gate.MayWrite(context, project.Id) ? gate.FormToken(context) : null,
        }, fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidSettingException("there is no such note");
}
