using System.Text;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.Graphite;

/// <summary>Numbers as carbon takes them: Python's <c>float(text)</c>, so <c>inf</c>, <c>nan</c> and <c>1_000</c> are some.</summary>
internal static class PyFloat
{
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (DecimalText.TryParse(text, out value))
        {
            return true;
        }

        text = text.Trim(" \t\n\r\f\v"u8);
        if (text.IsEmpty || text.Length > DecimalText.MaxLength)
        {
            return false;
        }

        var sign = text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        var word = text[sign..];
        if (Ascii.EqualsIgnoreCase(word, "inf"u8) || Ascii.EqualsIgnoreCase(word, "infinity"u8))
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        if (Ascii.EqualsIgnoreCase(word, "nan"u8))
        {
            value = double.NaN;
            return true;
        }

        return text.Contains((byte)'_') ? TryUnderscored(text, out value) : DecimalText.TryParse(text, out value);
    }

    // One underscore between two digits means nothing.
    private static bool TryUnderscored(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        Span<byte> plain = stackalloc byte[DecimalText.MaxLength];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '_')
            {
                plain[length++] = text[i];
            }
            else if (i == 0 || i + 1 == text.Length || !char.IsAsciiDigit((char)text[i - 1]) || !char.IsAsciiDigit((char)text[i + 1]))
            {
                return false;
            }
        }

        return DecimalText.TryParse(plain[..length], out value);
    }
}
