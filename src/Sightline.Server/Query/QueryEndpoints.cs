using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Queries;
using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.Server.Query;

/// <summary><c>POST /api/v1/query</c>.</summary>
internal static class QueryEndpoints
{
    private const string Scheme = "Bearer ";

    public static void MapQuery(this IEndpointRouteBuilder app) => app.MapPost("/api/v1/query", AnswerAsync).ChecksTokenItself(Right.SeeNumbers);

    private static async Task AnswerAsync(HttpContext context)
    {
        var services = context.RequestServices;
        try
        {
            var token = Token(context.Request);
            var person = Caller.Of(context).User;
            var authorizer = services.GetRequiredService<IQueryAuthorizer>();
            // No project is 0: this asks only whether the caller may read anything, before a byte of the body is looked at.
            var access = authorizer.Check(person, token, 0, out var project);
            if (access == QueryAccess.NoToken && ProjectDirectory.MayBeToken(token))
            {
                // Another process may have added it a moment ago.
                await services.GetRequiredService<ProjectDirectory>().LookAgainAsync().ConfigureAwait(false);
                access = authorizer.Check(person, token, 0, out project);
            }
            if (access is QueryAccess.NoToken or QueryAccess.NotAllowed)
            {
                await RefuseAsync(context, access).ConfigureAwait(false);
                return;
            }
            var query = StatsQueryParser.Parse(await RequestText.ReadAsync(context.Request, QueryLimits.Bytes, context.RequestAborted).ConfigureAwait(false));
            access = authorizer.Check(person, token, query.Project, out project);
            if (access != QueryAccess.Granted)
            {
                await RefuseAsync(context, access).ConfigureAwait(false);
                return;
            }
            var result = await services.GetRequiredService<QueryService>().AskAsync(query, project!, context.RequestAborted).ConfigureAwait(false);
            await WriteAsync(context, StatusCodes.Status200OK, writer => AnswerWriter.Write(writer, result)).ConfigureAwait(false);
        }
        catch (InvalidQueryException invalid)
        {
            await ErrorAsync(context, StatusCodes.Status400BadRequest, "invalid_query", invalid.Message, invalid.At).ConfigureAwait(false);
        }
        catch (QueryLimitException limit)
        {
            await ErrorAsync(context, StatusCodes.Status422UnprocessableEntity, "over_limit", limit.Message, null).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer; the engine has stopped.
        }
    }

    private static string? Token(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    private static Task RefuseAsync(HttpContext context, QueryAccess access)
    {
        if (access == QueryAccess.NoToken)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }
        return access switch
        {
            QueryAccess.NoToken => ErrorAsync(context, StatusCodes.Status401Unauthorized, "unauthorized", "A valid token is needed: Authorization: Bearer TOKEN.", null),
            QueryAccess.NotAllowed => ErrorAsync(context, StatusCodes.Status403Forbidden, "forbidden", "The token has no scope 'read'.", null),
            _ => ErrorAsync(context, StatusCodes.Status404NotFound, "not_found", "There is no such project.", "project"),
        };
    }

    private static Task ErrorAsync(HttpContext context, int status, string error, string message, string? at) => WriteAsync(context, status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("error", error);
        writer.WriteString("message", message);
        if (at is not null)
        {
            writer.WriteString("at", at);
        }
        writer.WriteEndObject();
    });

    private static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            write(writer);
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }
}
