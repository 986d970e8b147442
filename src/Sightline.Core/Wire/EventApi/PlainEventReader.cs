using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.EventApi;

/// <summary>
/// The short way from the body of <c>POST /api/event</c> to the log's record, for what nearly every request is: one event, its texts without escapes
/// and within their limits. Whatever is not so plain is left to <see cref="EventApiParser"/>, which alone decides what is faulty; a test holds
/// that both ways give the same bytes.
/// </summary>
public static class PlainEventReader
{
    /// <summary>A project's key is not longer.</summary>
    public const int KeyLength = 64;

    private const int LanguageLength = 100;
    private const uint MaxEngagedMs = 86_400_000;

    [ThreadStatic]
    private static PlainProps? t_props;

    private enum Field
    {
        None, Key, Name, Url, Referrer, Title, UserId, VisitorId, Id, UserAgent, Language, Screen, Props, AgeMs, EngagedMs, Scroll, Interactive,

        // Left to the long way.
        Other,
    }

    /// <param name="body">As received, unpacked.</param>
    /// <param name="head">What the request says of the event.</param>
    /// <param name="flags">What the request says of the event besides.</param>
    /// <param name="output">Takes the record's payload; nothing is written when the answer is <see langword="false"/>.</param>
    /// <param name="key">The project's key, a part of <paramref name="body"/>.</param>
    /// <returns><see langword="false"/>: the event is not plain, or not sound.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, in RequestHead head, IncomingFlags flags, IBufferWriter<byte> output, out ReadOnlySpan<byte> key)
    {
        key = default;
        if (!Utf8.IsValid(body))
        {
            return false;
        }

        try
        {
            if (!TryRead(body, head.ReceivedMs, out var item))
            {
                return false;
            }

            item.Flags = flags;
            key = item.Key;
            EventBatchCodec.Write(head, item, output);
            return true;
        }
        catch (JsonException)
        {
            // The long way says what is wrong with it.
            return false;
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> body, long receivedMs, out PlainEvent item)
    {
        item = new PlainEvent();
        var reader = new Utf8JsonReader(body, EventApiParser.Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var seen = 0;
        double age = 0, engaged = 0, scroll = 255;
        var passive = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueIsEscaped)
            {
                return false;
            }

            var field = Of(reader.ValueSpan);
            reader.Read();
            if (field == Field.None)
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            // Of a field that comes twice, which one counts is the long way's knowledge.
            if (field == Field.Other || (seen & (1 << (int)field)) != 0)
            {
                return false;
            }

            seen |= 1 << (int)field;
            var plain = field switch
            {
                Field.Key => Text(ref reader, KeyLength, out item.Key),
                Field.Name => Text(ref reader, EventLimits.Name, out item.Name),
                Field.Url => Text(ref reader, EventLimits.Url, out item.Url) && (item.Url.IsEmpty || IsPage(item.Url)),
                Field.Referrer => Text(ref reader, EventLimits.Referrer, out item.Referrer),
                Field.Title => Text(ref reader, EventLimits.Title, out item.Title),
                Field.UserId => Text(ref reader, EventLimits.Id, out item.UserId),
                Field.VisitorId => Text(ref reader, EventLimits.Id, out item.VisitorId),
                Field.Id => Text(ref reader, EventLimits.Id, out item.DedupKey),
                Field.UserAgent => Text(ref reader, EventLimits.UserAgent, out item.UserAgent),
                Field.Language => Text(ref reader, LanguageLength, out item.Language),
                Field.Screen => Text(ref reader, EventLimits.Id, out item.Screen),
                Field.Props => (t_props ??= new PlainProps()).TryRead(ref reader, out item.Props),
                Field.AgeMs => Number(ref reader, long.MaxValue / 2, out age),
                Field.EngagedMs => Number(ref reader, MaxEngagedMs, out engaged),
                Field.Scroll => Number(ref reader, 100, out scroll),
                _ => Flag(ref reader, out passive),
            };
            if (!plain)
            {
                return false;
            }
        }

        // Anything behind the event throws here.
        reader.Read();
        if (!IsScreen(item.Screen))
        {
            item.Screen = default;
        }

        return !item.Key.IsEmpty && Finish(ref item, receivedMs, (long)age, (uint)engaged, scroll, passive);
    }

    private static bool Finish(ref PlainEvent item, long receivedMs, long ageMs, uint engagedMs, double scroll, bool passive)
    {
        item.Kind =
            item.Name.SequenceEqual("pageview"u8) ? EventKind.PageView :
            item.Name.SequenceEqual("engagement"u8) ? EventKind.Engagement :
            passive ? EventKind.Passive : EventKind.Interaction;
        if (item.Name.IsEmpty || (item.Url.IsEmpty && item.Kind is EventKind.PageView or EventKind.Engagement))
        {
            return false;
        }

        if (item.Kind == EventKind.Engagement)
        {
            item.EngagedMs = engagedMs;
            item.Scroll = (byte)Math.Round(scroll);
        }

        if (ageMs == 0)
        {
            return true;
        }

        item.TimeMs = EventTime.Check(receivedMs - ageMs, receivedMs);
        return item.TimeMs is not null;
    }

    // In the order the tracker sends them; comparing lengths comes first, so this is fast.
    private static Field Of(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("key"u8) ? Field.Key :
        name.SequenceEqual("name"u8) ? Field.Name :
        name.SequenceEqual("url"u8) ? Field.Url :
        name.SequenceEqual("referrer"u8) ? Field.Referrer :
        name.SequenceEqual("screen"u8) ? Field.Screen :
        name.SequenceEqual("visitor_id"u8) ? Field.VisitorId :
        name.SequenceEqual("title"u8) ? Field.Title :
        name.SequenceEqual("user_id"u8) ? Field.UserId :
        name.SequenceEqual("age_ms"u8) ? Field.AgeMs :
        name.SequenceEqual("engaged_ms"u8) ? Field.EngagedMs :
        name.SequenceEqual("scroll"u8) ? Field.Scroll :
        name.SequenceEqual("props"u8) ? Field.Props :
        name.SequenceEqual("id"u8) ? Field.Id :
        name.SequenceEqual("user_agent"u8) ? Field.UserAgent :
        name.SequenceEqual("language"u8) ? Field.Language :
        name.SequenceEqual("interactive"u8) ? Field.Interactive :
        name.SequenceEqual("revenue"u8) || name.SequenceEqual("time"u8) ? Field.Other :
        Field.None;

    /// <summary>A text whose bytes are what decoding and encoding it again would give. A character takes no more UTF-16 units than bytes.</summary>
    private static bool Text(scoped ref Utf8JsonReader reader, int maxChars, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
        {
            return false;
        }

        text = reader.ValueSpan.Trim(" \t\r\n"u8);
        return text.Length <= maxChars;
    }

    private static bool Number(scoped ref Utf8JsonReader reader, double maximum, out double number)
    {
        number = 0;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out number) || number < 0)
        {
            return false;
        }

        number = Math.Min(number, maximum);
        return true;
    }

    private static bool Flag(scoped ref Utf8JsonReader reader, out bool passive)
    {
        passive = reader.TokenType == JsonTokenType.False;
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False;
    }

    private static bool IsPage(ReadOnlySpan<byte> url)
    {
        if (url[0] == '/')
        {
            return url.Length == 1 || url[1] is not ((byte)'/' or (byte)'\\');
        }

        var host = url.StartsWith("https://"u8) ? 8 : url.StartsWith("http://"u8) ? 7 : url.Length;
        return host < url.Length && url[host] is not ((byte)'/' or (byte)'?' or (byte)'#' or (byte)'\\' or (byte)' ');
    }

    private static bool IsScreen(ReadOnlySpan<byte> text)
    {
        var cross = text.IndexOf((byte)'x');
        return cross is > 0 and < 6 && text.Length - cross is > 1 and < 7
            && text[..cross].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && text[(cross + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }
}
