using Sightline.Core.Queries;
using Sightline.Server.Features.Overview;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli.Asking;

/// <summary>The running server's side of <c>sightline query</c>: the control socket's owner may ask about every project, without a token.</summary>
internal static class QueryControl
{
    public const string Path = "/control/query";

    public static void MapQueryControl(this IEndpointRouteBuilder app) => app.MapPost(Path, AnswerAsync).RequireControlSocket();

    private static async Task<IResult> AnswerAsync(HttpContext context, IStatsSource stats, ProjectDirectory projects, CancellationToken cancellationToken)
    {
        // The project may have been added by the line before in the same script.
        projects.RunOnce();
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, cancellationToken);
        try
        {
            return Results.Bytes(await stats.QueryAsync(body.ToArray(), cancellationToken), "application/json");
        }
        catch (InvalidQueryException e)
        {
            return Results.Json(new QueryFault(e.Message, e.At), statusCode: StatusCodes.Status400BadRequest);
        }
        catch (QueryLimitException e)
        {
            return Results.Json(new QueryFault(e.Message, ""), statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }
}

/// <summary>Why a query has no answer, and where in the query.</summary>
internal sealed record QueryFault(string Message, string At);
