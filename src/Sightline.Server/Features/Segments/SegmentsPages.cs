using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Server.Access;
using Sightline.Server.Features.Overview;
using Sightline.Server.Query;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Segments;

/// <summary><c>/projects/{id}/segments</c>: keeping the filters of a view under a name, changing and removing them.</summary>
internal static class SegmentsPages
{
    private const string Root = "/projects/{id}/segments";

    public static void MapSegmentsPages(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, (string id, string? q, HttpContext context, ProjectGate gate, SegmentsService segments) =>
            gate.Find(context, id, out var project) ?? Page(context, gate, segments, View(project, q), project, null)).RequireRight(Right.SeeNumbers);
        app.MapPost(Root, (string id, HttpContext context, ProjectGate gate, SegmentsService segments, QueryService queries) =>
            WriteAsync(id, context, gate, segments, (project, view, form) =>
            {
                var filter = SegmentsService.Filter(view) ?? throw new InvalidSettingException("a segment needs at least one filter");
                queries.CheckPatterns(filter, project, context.RequestAborted);
                var added = segments.Add(project.Id, form["name"].ToString(), filter);
                // What was saved is shown by its name from now on.
                return (view with { Filters = [added.Filter] }).Url;
            })).RequireRight(Right.EditReports);
        app.MapPost(Root + "/{segment:long}", (string id, long segment, HttpContext context, ProjectGate gate, SegmentsService segments, QueryService queries) =>
            WriteAsync(id, context, gate, segments, (project, view, form) =>
            {
                var filter = form["filters"] == "these" ? SegmentsService.Filter(view) : null;
                if (filter is not null)
                {
                    queries.CheckPatterns(filter, project, context.RequestAborted);
                }

                segments.Change(project.Id, segment, form["name"].ToString(), filter);
                return Address(view);
            })).RequireRight(Right.EditReports);
        app.MapPost(Root + "/{segment:long}/remove", (string id, long segment, HttpContext context, ProjectGate gate, SegmentsService segments) =>
            WriteAsync(id, context, gate, segments, (project, view, _) =>
            {
                segments.Remove(project.Id, segment);
                return Address(view with { Filters = OverviewFilter.Tidy(view.Filters.Where(f => !f.IsSegment || f.Dimension != new SegmentChoice(segment, "").Key)) });
            })).RequireRight(Right.EditReports);
    }

    private static async Task<IResult> WriteAsync(
        string id, HttpContext context, ProjectGate gate, SegmentsService segments, Func<Project, OverviewState, IFormCollection, string> write)
    {
        var (refusal, project) = await gate.FindToWriteAsync(context, id);
        if (refusal is not null)
        {
            return refusal;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var view = View(project, form["q"]);
        try
        {
            return Results.LocalRedirect(write(project, view, form));
        }
        catch (Exception e) when (e is InvalidSettingException or InvalidQueryException or SegmentInUseException)
        {
            return Page(context, gate, segments, view, project, e.Message);
        }
    }

    private static IResult Page(HttpContext context, ProjectGate gate, SegmentsService segments, OverviewState view, Project project, string? fault) =>
        PageResult.Form<SegmentsPage>(context, new()
        {
            [nameof(SegmentsPage.Project)] = project,
            [nameof(SegmentsPage.View)] = view,
            [nameof(SegmentsPage.Lines)] = segments.Lines(project.Id),
            [nameof(SegmentsPage.Fault)] = fault,
            [nameof(SegmentsPage.Form)] = gate.MayWrite(context, project.Id) ? gate.FormToken(context) : null,
        }, fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static string Address(OverviewState view) => $"{view.Path}/segments?q={Uri.EscapeDataString(view.Url[view.Path.Length..])}";

    private static OverviewState View(Project project, string? query) =>
        OverviewState.Parse(project.Id, new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query)));
}
