using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.EventApi;

/// <summary>
/// Reads the body of <c>POST /api/event</c>: one event or an array of them, JSON in UTF-8, whatever the Content-Type says (beacons
/// are <c>text/plain</c>). A member that cannot be read is dropped alone; a body that is not JSON is refused whole. Never throws.
/// </summary>
public static class EventApiParser
{
    public const int MaxEvents = 1000;

    /// <summary>Array, event, props, and what an application nests in a property.</summary>
    public const int MaxDepth = 32;

    internal static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <param name="body">As received, unpacked.</param>
    /// <param name="batch">Takes the events and drops; its <see cref="EventBatch.ReceivedMs"/> is the clock that times are checked against.</param>
    /// <param name="flags">What the request says of all its events.</param>
    public static EventApiReading Parse(ReadOnlySpan<byte> body, EventBatch batch, IncomingFlags flags = IncomingFlags.None)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        if (!Utf8.IsValid(body))
        {
            // Titles in Latin-1 from servers' own senders: the event is worth more than the letter.
            body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body));
        }

        var events = batch.Events.Count;
        var drops = batch.Drops.Count;
        EventApiReading reading;
        try
        {
            reading = ParseJson(body, batch, flags);
        }
        catch (JsonException)
        {
            reading = EventApiReading.Refused(EventApiFault.NotJson);
        }

        if (reading.Fault != EventApiFault.None)
        {
            batch.Events.RemoveRange(events, batch.Events.Count - events);
            batch.Drops.RemoveRange(drops, batch.Drops.Count - drops);
        }

        return reading;
    }

    private static EventApiReading ParseJson(ReadOnlySpan<byte> body, EventBatch batch, IncomingFlags flags)
    {
        var reader = new Utf8JsonReader(body, Options);
        reader.Read();
        var members = new MemberReader(batch, flags);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                members.Read(ref reader);
                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (members.Count == MaxEvents)
                    {
                        return EventApiReading.Refused(EventApiFault.TooManyEvents);
                    }

                    members.Read(ref reader);
                }

                break;
            default:
                reader.Skip();
                break;
        }

        // Anything after the value throws here, as a body cut short did above.
        reader.Read();
        return members.Count == 0 ? EventApiReading.Refused(EventApiFault.NotEvents) : new(EventApiFault.None, members.Key, members.Dropped);
    }
}
