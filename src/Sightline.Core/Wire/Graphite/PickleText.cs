using System.Globalization;
using System.Text;

namespace Sightline.Core.Wire.Graphite;

/// <summary>Texts as pickle's oldest protocol writes them.</summary>
internal static class PickleText
{
    /// <summary><c>'a\'b\x20'</c>: Python's <c>repr</c> of a byte string.</summary>
    public static ReadOnlyMemory<byte> Unquote(ReadOnlyMemory<byte> text)
    {
        var span = text.Span.TrimEnd((byte)'\r');
        if (span.Length < 2 || span[0] is not ((byte)'\'' or (byte)'"') || span[^1] != span[0])
        {
            throw PickleReader.Bad("a text without quotes");
        }

        text = text[1..(span.Length - 1)];
        span = text.Span;
        if (!span.Contains((byte)'\\'))
        {
            return text;
        }

        var output = new byte[span.Length];
        var length = 0;
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i] != '\\')
            {
                output[length++] = span[i];
                continue;
            }

            i++;
            if (i == span.Length)
            {
                throw PickleReader.Bad("a text that ends in a backslash");
            }

            output[length++] = span[i] switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'x' when i + 2 < span.Length && byte.TryParse(span.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) => Skip(ref i, 2, value),
                var other => other,
            };
        }

        return output.AsMemory(0, length);
    }

    /// <summary>Latin-1 with <c>\u0041</c> and <c>\U00000041</c>: Python's <c>raw-unicode-escape</c>.</summary>
    public static ReadOnlyMemory<byte> Unescape(ReadOnlyMemory<byte> text)
    {
        var span = text.Span;
        if (Ascii.IsValid(span) && !span.Contains((byte)'\\'))
        {
            return text;
        }

        var output = new StringBuilder(span.Length);
        for (var i = 0; i < span.Length; i++)
        {
            var digits = span[i] == '\\' && i + 1 < span.Length ? span[i + 1] switch { (byte)'u' => 4, (byte)'U' => 8, _ => 0 } : 0;
            if (digits > 0 && i + 1 + digits < span.Length
                && uint.TryParse(span.Slice(i + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && Rune.IsValid(value))
            {
                output.Append(new Rune(value).ToString());
                i += 1 + digits;
            }
            else
            {
                output.Append((char)span[i]);
            }
        }

        return Encoding.UTF8.GetBytes(output.ToString());
    }

    private static byte Skip(ref int i, int count, byte value)
    {
        i += count;
        return value;
    }
}
