using System.Globalization;
using System.Text;

namespace Sightline.Core.Wire.StatsD;

/// <summary>
/// <c>_e{title bytes,text bytes}:title|text|d:time|h:host|k:key|p:priority|s:source|t:alert|#tags</c>. The lengths are bytes; hot-shots (17.1) counts
/// JavaScript's characters instead, so what does not fit as bytes is read again as those.
/// </summary>
internal static class DogStatsdEvent
{
    public static bool TryRead(ReadOnlySpan<byte> line, IStatsdSink sink)
    {
        var head = line["_e{"u8.Length..];
        var close = head.IndexOf("}:"u8);
        var comma = head.IndexOf((byte)',');
        if (close < 0 || comma < 0 || comma > close || !TryLength(head[..comma], out var title) || !TryLength(head[(comma + 1)..close], out var text))
        {
            return false;
        }

        var body = head[(close + 2)..];
        if (!Fits(body, title, text))
        {
            title = Bytes(body, title);
            text = title < 0 || title >= body.Length ? -1 : Bytes(body[(title + 1)..], text);
            if (title < 0 || text < 0 || !Fits(body, title, text))
            {
                return false;
            }
        }

        if (title == 0 || !TryFields(body[(title + 1 + text)..], out var time, out var tags))
        {
            return false;
        }

        sink.Event(new StatsdEvent(DogStatsdParser.Plain(body[..title]), DogStatsdParser.Plain(body.Slice(title + 1, text)), time, tags));
        return true;
    }

    private static bool TryFields(ReadOnlySpan<byte> fields, out uint time, out List<string> tags)
    {
        time = 0;
        tags = [];
        if (fields.IsEmpty)
        {
            return true;
        }

        var more = true;
        fields = fields[1..];
        while (more)
        {
            var field = DogStatsdParser.Field(fields, out fields, out more);
            if (field is [(byte)'#', ..])
            {
                tags.AddRange(Encoding.UTF8.GetString(field[1..]).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Word));
            }
            else if (field is [var letter, (byte)':', _, ..])
            {
                var value = field[2..];
                if (letter == 'd')
                {
                    if (!DogStatsdParser.TryTime(value, out time))
                    {
                        return false;
                    }
                }
                else if (letter switch { (byte)'h' => "host:", (byte)'k' => "key:", (byte)'s' => "source:", (byte)'t' => "alert:", _ => null } is { } name)
                {
                    tags.Add(name + Word(Encoding.UTF8.GetString(value)));
                }
                else if (letter == 'p' && value.SequenceEqual("low"u8))
                {
                    tags.Add("priority:low");
                }
            }
        }

        return true;
    }

    private static string Word(string text) => string.Join('_', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static bool Fits(ReadOnlySpan<byte> body, int title, int text) =>
        (long)title + 1 + text <= body.Length && body[title] == '|' && (title + 1 + text == body.Length || body[title + 1 + text] == '|');

    /// <summary>Bytes of as many UTF-16 units; -1: there are not so many.</summary>
    private static int Bytes(ReadOnlySpan<byte> text, int units)
    {
        var bytes = 0;
        while (units > 0 && bytes < text.Length)
        {
            Rune.DecodeFromUtf8(text[bytes..], out var rune, out var width);
            units -= rune.Utf16SequenceLength;
            bytes += width;
        }

        return units == 0 ? bytes : -1;
    }

    private static bool TryLength(ReadOnlySpan<byte> text, out int length) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length);
}
