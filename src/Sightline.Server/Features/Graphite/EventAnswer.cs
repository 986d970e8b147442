using System.Globalization;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Core.Queries.Graphite;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Graphite;

/// <summary><c>/events/</c>: what happened, for lines over graphs.</summary>
internal static class EventAnswer
{
    private const int LongestBody = 128 * 1024;

    /// <summary>Keeps an event: <c>{"what": "deploy", "tags": ["web"], "when": 1795330000, "data": "..."}</c>.</summary>
    public static async Task<IResult> PostAsync(HttpContext context, Project project, GraphiteEventStore events, long now)
    {
        if (context.Request.ContentLength > LongestBody)
        {
            return Fault("the event is too long", StatusCodes.Status413PayloadTooLarge);
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return Fault("an event must be a JSON object");
            }

            if (Tags(root) is not { } tags)
            {
                return Fault("\"tags\" must be an array or space-separated string");
            }

            var when = root.TryGetProperty("when", out var given) ? given.ValueKind == JsonValueKind.Number && given.TryGetDouble(out var seconds) && seconds is >= 0 and <= uint.MaxValue ? (long)seconds : -1 : now;
            if (when < 0)
            {
                return Fault("\"when\" must be Unix seconds");
            }

            events.Add(project.Id, when, Text(root, "what"), Text(root, "data"), tags);
            return Results.Ok();
        }
        catch (JsonException)
        {
            return Fault("an event must be a JSON object");
        }
        catch (InvalidSettingException fault)
        {
            return Fault(fault.Message);
        }
    }

    public static Task<IResult> FindAsync(GraphiteQuestion question)
    {
        long Time(string name, long otherwise) => question.Values(name).ToString() is { Length: > 0 } text ? AtTime.Parse(text, question.Service.Now, TimeZoneInfo.Utc) : otherwise;
        var tags = question.Values("tags").ToString() is { Length: > 0 } given ? given.Split(' ', StringSplitOptions.RemoveEmptyEntries) : null;
        var found = question.Service.Events.Find(question.Project.Id, Time("from", 0), Time("until", question.Service.Now), tags, question.Values("set").ToString() == "union");
        return Task.FromResult(FindAnswer.Json(JsonSerializer.SerializeToUtf8Bytes(found.Select(static one => new { when = one.Time, what = one.What, data = one.Data, tags = one.Tags, id = one.Id })), question.Values("jsonp").ToString()));
    }

    public static IResult One(GraphiteEvent? found) => found is null
        ? Fault("Event matching query does not exist", StatusCodes.Status404NotFound)
        : Results.Json(new { id = found.Id, when = DateTimeOffset.FromUnixTimeSeconds(found.Time).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), what = found.What, data = found.Data, tags = found.Tags });

    private static string[]? Tags(JsonElement root) => !root.TryGetProperty("tags", out var tags) || tags.ValueKind == JsonValueKind.Null ? [] : tags.ValueKind switch
    {
        JsonValueKind.String => tags.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        JsonValueKind.Array when tags.EnumerateArray().All(static tag => tag.ValueKind == JsonValueKind.String) => [.. tags.EnumerateArray().SelectMany(static tag => tag.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries))],
        _ => null,
    };

    private static string Text(JsonElement root, string name) => !root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? "" : value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static IResult Fault(string error, int status = StatusCodes.Status400BadRequest) => Results.Json(new { error }, statusCode: status);
}
