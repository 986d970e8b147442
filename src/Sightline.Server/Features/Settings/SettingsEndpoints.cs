using System.Globalization;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Settings;

/// <summary><c>/projects/{id}/settings</c>: sections that are saved one by one. Changes hold from the next event on.</summary>
internal static class SettingsEndpoints
{
    private const string Root = "/projects/{id}/settings";

    public static IServiceCollection AddProjectSettings(this IServiceCollection services) => services.AddSingleton<ProjectSettings>().AddSingleton<RetentionService>();

    public static void MapProjectSettings(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, (string id, string? saved, HttpContext context, ProjectSettings settings) => Page(context, Find(id, settings), saved, null, null)).RequireRight(Right.ChangeProject);
        app.MapPost(Root + "/retention", RetainAsync).RequireRight(Right.ChangeProject);
        app.MapPost(Root + "/keys/rotate", (string id, HttpContext context, ProjectSettings settings) =>
            Do(context, Find(id, settings), "keys", project => settings.RotateKey(context, project))).RequireRight(Right.ChangeProject).RequireProof();
        app.MapPost(Root + "/keys/remove", RemoveKeyAsync).RequireRight(Right.ChangeProject).RequireProof();
        app.MapPost(Root + "/remove", RemoveAsync).RequireRight(Right.RunServer).RequireProof();
        app.MapPost(Root + "/{section}", SaveAsync).RequireRight(Right.ChangeProject);
    }

    private static async Task<IResult> SaveAsync(string id, string section, HttpContext context, ProjectSettings settings)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return SettingsForm.Sections.Contains(section)
            ? Do(context, Find(id, settings), section, project => settings.Change(context, project, SettingsForm.Read(section, form)))
            : PageResult.Message(context, StatusCodes.Status404NotFound, "No such section", "There are no such settings.", $"/projects/{id}/settings", "To the settings");
    }

    private static async Task<IResult> RetainAsync(string id, HttpContext context, ProjectSettings settings, RetentionService retention)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var project = Find(id, settings);
        return Do(context, project, "retention", _ =>
        {
            var days = (int)SettingsForm.Number(form["days"].ToString(), int.MaxValue);
            if (form["sure"] != "yes" && retention.WouldFree(project, days) is { Events: > 0 } loss)
            {
                return Page(context, project, null, null, loss);
            }

            settings.Change(context, project, new ProjectChange { RetentionDays = days });
            return null;
        });
    }

    private static async Task<IResult> RemoveKeyAsync(string id, HttpContext context, ProjectSettings settings)
    {
        var key = (await context.Request.ReadFormAsync(context.RequestAborted))["key"].ToString();
        return Do(context, Find(id, settings), "keys", project => settings.RemoveKey(context, project, key));
    }

    private static async Task<IResult> RemoveAsync(string id, HttpContext context, ProjectSettings settings)
    {
        var name = (await context.Request.ReadFormAsync(context.RequestAborted))["name"].ToString().Trim();
        var project = Find(id, settings);
        if (name != project.Name)
        {
            return Page(context, project, null, ("remove", $"nothing was removed: the name typed is not {project.Name}"), null);
        }

        settings.Remove(context, project);
        return Results.LocalRedirect("~/");
    }

    private static IResult Do(HttpContext context, Project project, string section, Func<Project, object?> change)
    {
        try
        {
            return change(project) as IResult ?? Results.LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"~/projects/{project.Id}/settings?saved={section}#{section}"));
        }
        catch (InvalidSettingException fault)
        {
            return Page(context, project, null, (section, fault.Message), null);
        }
    }

    private static IResult Page(HttpContext context, Project project, string? saved, (string Section, string Text)? fault, RetentionLoss? loss) => PageResult.Form<SettingsPage>(
        context,
        new()
        {
            [nameof(SettingsPage.Project)] = project,
            [nameof(SettingsPage.Saved)] = saved,
            [nameof(SettingsPage.FaultIn)] = fault?.Section,
            [nameof(SettingsPage.Fault)] = fault?.Text,
            [nameof(SettingsPage.Typed)] = fault is null || !context.Request.HasFormContentType ? null : context.Request.Form,
            [nameof(SettingsPage.Loss)] = loss,
            [nameof(SettingsPage.MayRemove)] = Caller.Of(context).Can(Right.RunServer, project.Id),
        },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    // The gate let the request pass, so the project was there a moment ago.
    private static Project Find(string id, ProjectSettings settings) =>
        settings.Find(uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)) ?? throw new BadHttpRequestException("the project was removed", StatusCodes.Status404NotFound);
}
