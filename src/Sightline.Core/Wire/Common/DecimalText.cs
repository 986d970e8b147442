using System.Globalization;

namespace Sightline.Core.Wire.Common;

/// <summary>
/// Decimal numbers as JavaScript and Python write them, bar what only one of them knows: <c>12</c>, <c>-1.5</c>, <c>.5</c>, <c>5.</c>, <c>1e-3</c>.
/// Read to the nearest double, as both do.
/// </summary>
internal static class DecimalText
{
    /// <summary>Longer than any number means anything: a text of this length is refused unread.</summary>
    public const int MaxLength = 400;

    private static ReadOnlySpan<double> PowersOfTen =>
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var i = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            i = 1;
        }

        // Up to fifteen digits are exact in a double, and so is the power of ten: one division then rounds as it must.
        var start = i;
        long digits = 0;
        int count = 0, point = -1;
        for (; i < text.Length; i++)
        {
            var digit = text[i] - (uint)'0';
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
                if (++count > 15)
                {
                    return TryParseSlowly(text, start, negative, out value);
                }
            }
            else if (text[i] == '.' && point < 0)
            {
                point = count;
            }
            else
            {
                return (text[i] | 0x20) == 'e' && count > 0 && TryParseSlowly(text, start, negative, out value);
            }
        }

        if (count == 0)
        {
            return false;
        }

        value = point < 0 ? digits : digits / PowersOfTen[count - point];
        value = negative ? -value : value;
        return true;
    }

    private static bool TryParseSlowly(ReadOnlySpan<byte> text, int start, bool negative, out double value)
    {
        value = 0;
        if (text.Length > MaxLength || !IsDecimal(text[start..]))
        {
            return false;
        }

        if (!double.TryParse(text[start..], NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        value = negative ? -value : value;
        return true;
    }

    private static bool IsDecimal(ReadOnlySpan<byte> text)
    {
        var i = 0;
        var digits = Digits(text, ref i);
        if (i < text.Length && text[i] == '.')
        {
            i++;
            digits += Digits(text, ref i);
        }

        if (digits == 0)
        {
            return false;
        }

        if (i < text.Length && (text[i] | 0x20) == 'e')
        {
            i++;
            if (i < text.Length && text[i] is (byte)'-' or (byte)'+')
            {
                i++;
            }

            if (Digits(text, ref i) == 0)
            {
                return false;
            }
        }

        return i == text.Length;
    }

    private static int Digits(ReadOnlySpan<byte> text, ref int i)
    {
        var from = i;
        while (i < text.Length && char.IsAsciiDigit((char)text[i]))
        {
            i++;
        }

        return i - from;
    }
}
