using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sightline.Core.Wire.EventApi;

/// <summary>
/// Text of a JSON string, for bodies that browsers wrote: <c>JSON.stringify</c> escapes a title cut amid an emoji as a lone surrogate,
/// at which <see cref="Utf8JsonReader.GetString"/> throws. Here it becomes U+FFFD. NUL, which no store takes, is left out.
/// </summary>
internal static class JsonText
{
    private const int OnStack = 1024;

    /// <summary>The string the reader stands on, trimmed; <see langword="null"/> when nothing is left.</summary>
    /// <param name="reader">Over one span, so values are in one piece; on a string.</param>
    /// <param name="maxChars">What is longer is cut.</param>
    /// <param name="cut">Whether it was.</param>
    public static string? Read(ref Utf8JsonReader reader, int maxChars, out bool cut)
    {
        if (!reader.ValueIsEscaped)
        {
            return Decode(reader.ValueSpan, maxChars, out cut);
        }

        // An unescaped string is never longer than its escaped form.
        var length = reader.ValueSpan.Length;
        byte[]? rented = null;
        var buffer = length <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(length);
        var text = Decode(buffer[..Unescape(reader.ValueSpan, buffer)], maxChars, out cut);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return text;
    }

    /// <summary>Whether the name or string the reader stands on is <paramref name="text"/>, which is ASCII.</summary>
    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        var value = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            return value.SequenceEqual(text);
        }

        Span<byte> buffer = stackalloc byte[OnStack];
        return value.Length <= OnStack && buffer[..Unescape(value, buffer)].SequenceEqual(text);
    }

    /// <summary>Never amid a surrogate pair.</summary>
    public static string Cut(string text, int maxChars) =>
        text.Length <= maxChars ? text : text[..(char.IsHighSurrogate(text[maxChars - 1]) ? maxChars - 1 : maxChars)];

    /// <summary>As UTF-8; <paramref name="target"/> is at least as long as <paramref name="escaped"/>, which a reader has found valid.</summary>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> target)
    {
        var written = 0;
        while (!escaped.IsEmpty)
        {
            var plain = escaped.IndexOf((byte)'\\');
            if (plain != 0)
            {
                plain = plain < 0 ? escaped.Length : plain;
                escaped[..plain].CopyTo(target[written..]);
                written += plain;
                escaped = escaped[plain..];
                continue;
            }

            var rune = Escape(escaped, out var used);
            escaped = escaped[used..];
            if (rune.Value != 0)
            {
                written += rune.EncodeToUtf8(target[written..]);
            }
        }

        return written;
    }

    private static Rune Escape(ReadOnlySpan<byte> escaped, out int used)
    {
        used = 2;
        switch (escaped[1])
        {
            case (byte)'n':
                return new Rune('\n');
            case (byte)'r':
                return new Rune('\r');
            case (byte)'t':
                return new Rune('\t');
            case (byte)'b':
                return new Rune('\b');
            case (byte)'f':
                return new Rune('\f');
            case (byte)'u':
                break;
            default:
                return new Rune((char)escaped[1]);
        }

        used = 6;
        var first = Unit(escaped[2..6]);
        if (char.IsHighSurrogate(first) && escaped.Length >= 12 && escaped[6] == '\\' && escaped[7] == 'u')
        {
            var second = Unit(escaped[8..12]);
            if (char.IsLowSurrogate(second))
            {
                used = 12;
                return new Rune(first, second);
            }
        }

        return char.IsSurrogate(first) ? Rune.ReplacementChar : new Rune(first);
    }

    private static char Unit(ReadOnlySpan<byte> digits) => (char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static string? Decode(ReadOnlySpan<byte> text, int maxChars, out bool cut)
    {
        text = text.Trim(" \t\r\n"u8);
        // No character takes more than three bytes for each of its UTF-16 units.
        var most = Math.Min(text.Length, (maxChars + 1) * 3);
        while (most < text.Length && most > 0 && (text[most] & 0xC0) == 0x80)
        {
            most--;
        }

        var decoded = Encoding.UTF8.GetString(text[..most]);
        cut = decoded.Length > maxChars;
        return decoded.Length == 0 ? null : Cut(decoded, maxChars);
    }
}
