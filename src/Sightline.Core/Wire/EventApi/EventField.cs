using System.Text.Json;

namespace Sightline.Core.Wire.EventApi;

/// <summary>The fields an event can have, as they are spelled on the wire.</summary>
internal static class EventField
{
    public const string Name = "name";
    public const string Url = "url";
    public const string Referrer = "referrer";
    public const string Title = "title";
    public const string UserId = "user_id";
    public const string VisitorId = "visitor_id";
    public const string Id = "id";
    public const string UserAgent = "user_agent";
    public const string Language = "language";
    public const string Screen = "screen";
    public const string Props = "props";
    public const string Revenue = "revenue";
    public const string Time = "time";
    public const string AgeMs = "age_ms";
    public const string EngagedMs = "engaged_ms";
    public const string Scroll = "scroll";
    public const string Interactive = "interactive";

    /// <summary>The field whose name the reader stands on; empty when there is no such field.</summary>
    public static string Of(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return Of(reader.ValueSpan);
        }

        // Six bytes an escaped letter: what is longer is no field of ours.
        Span<byte> buffer = stackalloc byte[96];
        return reader.ValueSpan.Length > buffer.Length ? "" : Of(buffer[..JsonText.Unescape(reader.ValueSpan, buffer)]);
    }

    // In the order the tracker sends them; comparing lengths comes first, so this is fast.
    private static string Of(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("name"u8) ? Name :
        name.SequenceEqual("url"u8) ? Url :
        name.SequenceEqual("referrer"u8) ? Referrer :
        name.SequenceEqual("screen"u8) ? Screen :
        name.SequenceEqual("visitor_id"u8) ? VisitorId :
        name.SequenceEqual("title"u8) ? Title :
        name.SequenceEqual("user_id"u8) ? UserId :
        name.SequenceEqual("age_ms"u8) ? AgeMs :
        name.SequenceEqual("engaged_ms"u8) ? EngagedMs :
        name.SequenceEqual("scroll"u8) ? Scroll :
        name.SequenceEqual("props"u8) ? Props :
        name.SequenceEqual("revenue"u8) ? Revenue :
        name.SequenceEqual("time"u8) ? Time :
        name.SequenceEqual("id"u8) ? Id :
        name.SequenceEqual("user_agent"u8) ? UserAgent :
        name.SequenceEqual("language"u8) ? Language :
        name.SequenceEqual("interactive"u8) ? Interactive :
        "";
}
