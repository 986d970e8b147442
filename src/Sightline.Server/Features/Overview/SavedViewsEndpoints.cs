using System.Globalization;
using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Overview;

/// <summary><c>/projects/{id}/views</c>: saving a view of the overview under a name, and removing it.</summary>
internal static class SavedViewsEndpoints
{
    public static void MapSavedViews(this IEndpointRouteBuilder app)
    {
        app.MapGet("/projects/{id}/views", Show).RequireRight(Right.SeeNumbers);
        app.MapPost("/projects/{id}/views", SaveAsync).RequireRight(Right.EditReports);
        app.MapPost("/projects/{id}/views/{view}/remove", RemoveAsync).RequireRight(Right.EditReports);
    }

    private static IResult Show(string id, string? q, HttpContext context, ProjectGate gate, SavedViews views)
    {
        if (gate.Find(context, id, out var project) is { } refusal)
        {
            return refusal;
        }

        return Page(context, gate, project, views, q ?? "", null);
    }

    private static async Task<IResult> SaveAsync(string id, HttpContext context, ProjectGate gate, SavedViews views)
    {
        var (refusal, project) = await gate.FindToWriteAsync(context, id);
        if (refusal is not null)
        {
            return refusal;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        // Only what a view can be is kept: read and written again, nothing else in it survives.
        var query = Canonical(project.Id, form["q"].ToString());
        try
        {
            views.Save(project.Id, form["name"].ToString(), query);
        }
        catch (InvalidSettingException e)
        {
            return Page(context, gate, project, views, query, e.Message);
        }

        return Results.LocalRedirect(new OverviewState { Project = project.Id }.Path + query);
    }

    private static async Task<IResult> RemoveAsync(string id, string view, HttpContext context, ProjectGate gate, SavedViews views)
    {
        var (refusal, project) = await gate.FindToWriteAsync(context, id);
        if (refusal is not null)
        {
            return refusal;
        }

        if (long.TryParse(view, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            views.Remove(project.Id, number);
        }

        return Results.LocalRedirect($"/projects/{project.Id}/views");
    }

    private static IResult Page(HttpContext context, ProjectGate gate, Core.Model.Project project, SavedViews views, string query, string? fault)
    {
        var mayWrite = gate.MayWrite(context, project.Id);
        return PageResult.Page<SavedViewsPage>(context, new()
        {
            [nameof(SavedViewsPage.Project)] = project,
            [nameof(SavedViewsPage.Views)] = views.Of(project.Id),
            [nameof(SavedViewsPage.Query)] = Canonical(project.Id, query),
            [nameof(SavedViewsPage.Fault)] = fault,
            [nameof(SavedViewsPage.Form)] = mayWrite ? gate.FormToken(context) : null,
        }, fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static string Canonical(uint project, string query)
    {
        var state = OverviewState.Parse(project, new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query)));
        return state.Url[state.Path.Length..];
    }
}
