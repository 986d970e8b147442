using System.Text;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.StatsD;

/// <summary>
/// Numbers as statsd takes them: what JavaScript's <c>Number(text)</c> makes of a non-empty text, so <c>0x10</c> is 16, <c>1e3</c> is
/// 1000, blanks are 0 and <c>Infinity</c> is one.
/// </summary>
internal static class JsNumber
{
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (DecimalText.TryParse(text, out value))
        {
            return true;
        }

        if (text.IsEmpty)
        {
            return false;
        }

        text = Trim(text);
        if (text.IsEmpty)
        {
            value = 0;
            return true;
        }

        if (text.Length > 2 && text[0] == '0')
        {
            switch (text[1] | 0x20)
            {
                case 'x':
                    return TryDigits(text[2..], 16, out value);
                case 'o':
                    return TryDigits(text[2..], 8, out value);
                case 'b':
                    return TryDigits(text[2..], 2, out value);
                default:
                    break;
            }
        }

        if (text.EndsWith("Infinity"u8))
        {
            var sign = text[..^8];
            value = sign.SequenceEqual("-"u8) ? double.NegativeInfinity : double.PositiveInfinity;
            return sign.IsEmpty || sign.SequenceEqual("-"u8) || sign.SequenceEqual("+"u8);
        }

        return DecimalText.TryParse(text, out value);
    }

    /// <summary>Without the white space of JavaScript at both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && WhiteSpace(text, out var length))
        {
            text = text[length..];
        }

        while (!text.IsEmpty && Rune.DecodeLastFromUtf8(text, out var rune, out var length) == System.Buffers.OperationStatus.Done && IsWhiteSpace(rune.Value))
        {
            text = text[..^length];
        }

        return text;
    }

    /// <summary>Whether the text begins with white space of JavaScript, and how many bytes it takes.</summary>
    public static bool WhiteSpace(ReadOnlySpan<byte> text, out int length)
    {
        length = 1;
        return text[0] < 0x80
            ? IsWhiteSpace(text[0])
            : Rune.DecodeFromUtf8(text, out var rune, out length) == System.Buffers.OperationStatus.Done && IsWhiteSpace(rune.Value);
    }

    private static bool IsWhiteSpace(int c) => c is (>= 9 and <= 13) or 32 or 0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A) or 0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000 or 0xFEFF;

    private static bool TryDigits(ReadOnlySpan<byte> text, int radix, out double value)
    {
        value = 0;
        // More digits than a double has bits would have to be rounded to the nearest; nobody writes them.
        if (text.Length > 52 / (radix == 16 ? 4 : radix == 8 ? 3 : 1))
        {
            return false;
        }

        foreach (var c in text)
        {
            var digit = c is >= (byte)'0' and <= (byte)'9' ? c - '0' : (c | 0x20) is >= 'a' and <= 'f' ? (c | 0x20) - 'a' + 10 : radix;
            if (digit >= radix)
            {
                return false;
            }

            value = (value * radix) + digit;
        }

        return true;
    }
}
