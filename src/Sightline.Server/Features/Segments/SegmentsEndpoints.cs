using System.Globalization;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Server.Access;
using Sightline.Server.Query;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Segments;

/// <summary><c>/api/v1/projects/{id}/segments</c>: the filters a project keeps under a name. Scope read lists them, write changes them.</summary>
internal static class SegmentsEndpoints
{
    private const string Root = "/api/v1/projects/{id}/segments";
    private const string One = Root + "/{segment:long}";

    public static void MapSegments(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, (string id, ProjectDirectory projects, SegmentStore segments) => Answer(() =>
            Find(projects, id, out var project)
                ?? Results.Json(new { segments = segments.Of(project.Id).Select(SegmentView.Of) }, SegmentView.Json))).RequireRight(Right.SeeNumbers);
        app.MapGet(One, (string id, long segment, ProjectDirectory projects, SegmentStore segments) => Answer(() =>
            Find(projects, id, out var project) ?? Show(segments.Find(project.Id, segment)))).RequireRight(Right.SeeNumbers);
        app.MapSegmentsPages();
        app.MapPost(Root, AddAsync).RequireRight(Right.EditReports);
        app.MapPut(One, ChangeAsync).RequireRight(Right.EditReports);
        app.MapDelete(One, (string id, long segment, ProjectDirectory projects, SegmentStore segments) => Answer(() =>
            Find(projects, id, out var project)
                ?? (segments.Remove(project.Id, segment) ? Results.NoContent() : Missing()))).RequireRight(Right.EditReports);
    }

    private static async Task<IResult> AddAsync(string id, HttpContext context, ProjectDirectory projects, SegmentStore segments, QueryService queries)
    {
        if (Find(projects, id, out var project) is { } refusal)
        {
            return refusal;
        }

        var body = await RequestText.ReadAsync(context.Request, QueryLimits.Bytes, context.RequestAborted);
        return Answer(() =>
        {
            var wanted = NamedFilter.Parse(body);
            queries.CheckPatterns(wanted.Filter, project, context.RequestAborted);
            return Results.Json(SegmentView.Of(segments.Add(project.Id, wanted.Name, wanted.Filter)), SegmentView.Json, statusCode: StatusCodes.Status201Created);
        });
    }

    private static async Task<IResult> ChangeAsync(
        string id, long segment, HttpContext context, ProjectDirectory projects, SegmentStore segments, QueryService queries)
    {
        if (Find(projects, id, out var project) is { } refusal)
        {
            return refusal;
        }

        var body = await RequestText.ReadAsync(context.Request, QueryLimits.Bytes, context.RequestAborted);
        return Answer(() =>
        {
            var wanted = NamedFilter.Parse(body);
            queries.CheckPatterns(wanted.Filter, project, context.RequestAborted);
            return Show(segments.Change(project.Id, segment, wanted.Name, wanted.Filter));
        });
    }

    private static IResult Answer(Func<IResult> act)
    {
        try
        {
            return act();
        }
        catch (InvalidQueryException invalid)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_query", invalid.Message, invalid.At);
        }
        catch (InvalidSettingException invalid)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_setting", invalid.Message, "name");
        }
        catch (SegmentInUseException used)
        {
            return Error(StatusCodes.Status409Conflict, "in_use", used.Message, null);
        }
    }

    /// <summary>The gate let the caller pass; the project may be gone since.</summary>
    private static IResult? Find(ProjectDirectory projects, string id, out Project project)
    {
        project = null!;
        if (uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && projects.TryGetById(number, out var found))
        {
            project = found;
            return null;
        }

        return Error(StatusCodes.Status404NotFound, "not_found", "There is no such project.", null);
    }

    private static IResult Show(Segment? segment) => segment is null ? Missing() : Results.Json(SegmentView.Of(segment), SegmentView.Json);

    private static IResult Missing() => Error(StatusCodes.Status404NotFound, "not_found", "The project has no such segment.", null);

    private static IResult Error(int status, string error, string message, string? at) =>
        Results.Json(at is null ? new { error, message } : (object)new { error, message, at }, SegmentView.Json, statusCode: status);
}
