using System.Globalization;
using Sightline.Server.Access;
using Sightline.Server.Query;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Erase;

/// <summary>
/// <c>POST /api/v1/erase</c> and <c>GET /api/v1/people/{person}/export</c>, for admins of the project and tokens with scope admin; and the control
/// socket's side of <c>sightline erase</c>.
/// </summary>
internal static class EraseEndpoints
{
    public const string ControlPath = "/control/erase";

    public static void MapErase(this IEndpointRouteBuilder app)
    {
        // The project stands in the body or the query: the route asks for the right anywhere, the endpoint for the right there.
        app.MapPost("/api/v1/erase", EraseAsync).RequireRight(Right.HandlePeople);
        app.MapGet("/api/v1/people/{person}/export", ExportAsync).RequireRight(Right.HandlePeople);
        app.MapPost(ControlPath, EraseByControlAsync).RequireControlSocket();
    }

    private static Task<IResult> EraseAsync(HttpContext context, EraseService erase, ProjectDirectory projects, SessionCookie cookie) => AnswerAsync(context, async () =>
    {
        var request = EraseRequest.Parse(await RequestText.ReadAsync(context.Request, EraseRequest.MostBytes, context.RequestAborted));
        var caller = Caller.Of(context);
        return Refusal(caller, projects, request.Project)
            ?? Results.Json(await erase.EraseAsync(request, caller.Name, cookie.AddressOf(context), context.RequestAborted), EraseAnswer.Json);
    });

    private static Task<IResult> EraseByControlAsync(HttpContext context, EraseService erase, ProjectDirectory projects) => AnswerAsync(context, async () =>
    {
        // The project may have been added by the line before in the same script.
        projects.RunOnce();
        var request = EraseRequest.Parse(await RequestText.ReadAsync(context.Request, EraseRequest.MostBytes, context.RequestAborted));
        return Refusal(Caller.Control, projects, request.Project)
            ?? Results.Json(await erase.EraseAsync(request, Caller.Control.Name, "", context.RequestAborted), EraseAnswer.Json);
    });

    private static Task<IResult> ExportAsync(string person, HttpContext context, EraseService erase, ProjectDirectory projects, SessionCookie cookie) => AnswerAsync(context, async () =>
    {
        var kind = context.Request.Query["kind"].ToString();
        if (kind is not ("" or "person" or "visitor"))
        {
            throw new EraseRequestException("kind must be person or visitor", "kind");
        }

        if (!uint.TryParse(context.Request.Query["project"], NumberStyles.None, CultureInfo.InvariantCulture, out var project))
        {
            throw new EraseRequestException("give the project's number as project", "project");
        }

        var request = EraseRequest.Of(project, kind != "visitor", person);
        var caller = Caller.Of(context);
        if (Refusal(caller, projects, project) is { } refusal)
        {
            return refusal;
        }

        context.Response.Headers.CacheControl = "no-store";
        return Results.Stream(
            await erase.ExportAsync(request, caller.Name, cookie.AddressOf(context), context.RequestAborted),
            "application/json",
            string.Create(CultureInfo.InvariantCulture, $"{request.Kind}-{project}.json"));
    });

    private static IResult? Refusal(Caller caller, ProjectDirectory projects, uint project) =>
        !caller.Sees(project) || !projects.TryGetById(project, out _) ? Error(StatusCodes.Status404NotFound, "not_found", "There is no such project.", "project")
        : caller.Can(Right.HandlePeople, project) ? null
        : Error(StatusCodes.Status403Forbidden, "forbidden", "Your role in this project does not allow this.", null);

    private static async Task<IResult> AnswerAsync(HttpContext context, Func<Task<IResult>> act)
    {
        try
        {
            return await act();
        }
        catch (EraseRequestException wrong)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_request", wrong.Message, wrong.At.Length > 0 ? wrong.At : null);
        }
        catch (StoreBehindException behind)
        {
            context.Response.Headers.RetryAfter = "30";
            return Error(StatusCodes.Status503ServiceUnavailable, "busy", behind.Message, null);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
            return Results.Empty;
        }
    }

    private static IResult Error(int status, string error, string message, string? at) =>
        Results.Json(at is null ? new { error, message } : (object)new { error, message, at }, statusCode: status);
}
