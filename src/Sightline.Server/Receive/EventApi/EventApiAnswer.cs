using System.Globalization;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Core.Wire.EventApi;

namespace Sightline.Server.Receive.EventApi;

/// <summary>Writes the answers of <c>POST /api/event</c>; docs/event-api.md lists them.</summary>
internal static class EventApiAnswer
{
    private const string Json = "application/json; charset=utf-8";

    private static ReadOnlySpan<byte> OneAccepted => """{"accepted":1,"dropped":[]}"""u8;

    public static Task AcceptAsync(HttpContext context, int accepted, IReadOnlyList<EventApiDrop> dropped)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = Json;
        if (accepted == 1 && dropped.Count == 0)
        {
            // What nearly every request of the tracker is answered.
            response.ContentLength = OneAccepted.Length;
            OneAccepted.CopyTo(response.BodyWriter.GetSpan(OneAccepted.Length));
            response.BodyWriter.Advance(OneAccepted.Length);
            return Task.CompletedTask;
        }

        using var writer = new Utf8JsonWriter(response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteNumber("accepted"u8, accepted);
        writer.WriteStartArray("dropped"u8);
        foreach (var drop in dropped)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index"u8, drop.Index);
            writer.WriteString("reason"u8, drop.Reason.Name());
            if (drop.Field.Length > 0)
            {
                writer.WriteString("field"u8, drop.Field);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        return Task.CompletedTask;
    }

    public static Task RefuseAsync(HttpContext context, GateAnswer answer)
    {
        if (answer.RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = answer.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        return answer.Reason switch
        {
            RejectReason.UnknownKey => WriteAsync(context, answer, "unknown_key", "No project has this key; it is the project's public key that is wanted."),
            RejectReason.TooLarge => WriteAsync(context, answer, "too_large", "The body is larger than 1 MiB, packed or unpacked."),
            RejectReason.RateLimited => WriteAsync(context, answer, "rate_limited", "The project sends faster than it may."),
            RejectReason.Busy => WriteAsync(context, answer, "busy", "The server cannot take more just now."),
            RejectReason.DiskFull => WriteAsync(context, answer, "disk_full", "The server's disk is nearly full."),
            _ => WriteAsync(context, answer, "malformed", "The body cannot be unpacked as its Content-Encoding says."),
        };
    }

    public static Task RefuseAsync(HttpContext context, EventApiFault fault) => fault switch
    {
        EventApiFault.TooManyEvents => WriteAsync(context, new(RejectReason.TooLarge), "too_many_events", $"A request may have {EventApiParser.MaxEvents} events."),
        EventApiFault.NotEvents => WriteAsync(context, new(RejectReason.Malformed), "not_events", "The body is JSON, but neither an event nor an array of at least one."),
        _ => WriteAsync(context, new(RejectReason.Malformed), "not_json", $"The body is not well-formed JSON, or nested deeper than {EventApiParser.MaxDepth}."),
    };

    private static Task WriteAsync(HttpContext context, GateAnswer answer, string error, string message)
    {
        context.Response.StatusCode = answer.StatusCode;
        context.Response.ContentType = Json;
        using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("error"u8, error);
        writer.WriteString("message"u8, message);
        writer.WriteEndObject();
        return Task.CompletedTask;
    }
}
