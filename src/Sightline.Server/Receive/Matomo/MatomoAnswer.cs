using System.Text.Json;

namespace Sightline.Server.Receive.Matomo;

/// <summary>
/// The answers of Matomo's tracking address, byte by byte where a client may look. Refusals of the gate are the exception to
/// <c>send_image=0</c>: Matomo turns every status into 204 then, but 204 means taken, and what is refused was not.
/// </summary>
internal static class MatomoAnswer
{
    // A client that probes for a Matomo looks for the first sentence.
    private static readonly byte[] NothingTracked =
        "This resource is part of Matomo. Keep full control of your data with the leading free and open source <a href='https://matomo.org' target='_blank' rel='noopener noreferrer nofollow'>web analytics & conversion optimisation platform</a>.<br>\nHere Sightline answers in its place: this is the address for tracking requests.\n"u8.ToArray();

    private static readonly byte[] Gif = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==");

    /// <summary>Whether the browser only asks if it may send.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && (request.Headers.AccessControlRequestMethod.Count > 0 || request.Headers.AccessControlRequestHeaders.Count > 0);

    public static void Preflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.AccessControlAllowMethods = "GET, POST";
        headers.AccessControlAllowHeaders = "*";
        headers.AccessControlAllowOrigin = "*";
        if (context.Request.Headers.Origin is [{ Length: > 0 } origin])
        {
            // Browsers take no star from a request with credentials, which matomo.js sends when asked to.
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
            if (context.Request.Headers.AccessControlRequestHeaders is [{ Length: > 0 } wanted])
            {
                headers.AccessControlAllowHeaders = wanted;
            }
        }
    }

    /// <summary>Taken, or refused by the protocol's own rules.</summary>
    public static ValueTask HitAsync(HttpContext context, bool refused, bool noImage)
    {
        var status = refused ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
        return noImage ? SendAsync(context, StatusCodes.Status204NoContent, null, default) : SendAsync(context, status, "image/gif", Gif);
    }

    /// <summary>Not taken by the gate: the client may come again.</summary>
    public static ValueTask RefusedAsync(HttpContext context, GateAnswer answer)
    {
        SetRetryAfter(context, answer);
        return SendAsync(context, answer.StatusCode, "image/gif", Gif);
    }

    /// <summary>No parameters: the page people see who open the address.</summary>
    public static ValueTask NothingAsync(HttpContext context)
    {
        var status = HttpMethods.IsGet(context.Request.Method) ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        return SendAsync(context, status, "text/html; charset=utf-8", NothingTracked);
    }

    /// <summary>The answer to a bulk call.</summary>
    /// <param name="invalid">Indices of refused hits.</param>
    /// <param name="withIndices">Whether the caller may see them: it sent a valid token over all hits.</param>
    public static ValueTask BulkAsync(HttpContext context, GateAnswer answer, int tracked, IReadOnlyList<int> invalid, bool withIndices, bool noImage)
    {
        if (noImage && answer.Accepted)
        {
            return SendAsync(context, StatusCodes.Status204NoContent, null, default);
        }

        SetRetryAfter(context, answer);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, answer.Accepted ? "success"u8 : "error"u8);
            writer.WriteNumber("tracked"u8, tracked);
            writer.WriteNumber("invalid"u8, invalid.Count);
            if (withIndices && answer.Accepted)
            {
                writer.WriteStartArray("invalid_indices"u8);
                foreach (var index in invalid)
                {
                    writer.WriteNumberValue(index);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return SendAsync(context, answer.Accepted ? StatusCodes.Status200OK : answer.StatusCode, "application/json", buffer.WrittenMemory);
    }

    private static ValueTask SendAsync(HttpContext context, int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            response.Headers.CacheControl = "no-store";
        }
        else
        {
            response.Headers.AccessControlAllowOrigin = context.Request.Headers.Origin is [{ Length: > 0 } origin] ? origin : "*";
            response.Headers.AccessControlAllowCredentials = "true";
        }

        if (contentType is null)
        {
            return ValueTask.CompletedTask;
        }

        response.ContentType = contentType;
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? ValueTask.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static void SetRetryAfter(HttpContext context, GateAnswer answer)
    {
        if (answer.RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = answer.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
