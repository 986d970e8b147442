using System.Globalization;
using System.Text;

namespace Sightline.Core.Queries.Graphite;

/// <summary>Numbers as Python writes and rounds them.</summary>
public static class PyText
{
    /// <summary><c>str</c> of a value.</summary>
    public static string Str(object? value) => value switch
    {
        null => "None",
        double number => double.IsNaN(number) ? "None" : Repr(number),
        bool flag => flag ? "True" : "False",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary><c>repr</c> of a value, for messages.</summary>
    public static string Quoted(object? value) => value switch
    {
        string text => $"'{text}'",
        IReadOnlyList<Series> list => $"[{string.Join(", ", list.Take(10).Select(static one => one.Name))}]",
        IReadOnlyList<IReadOnlyList<Series>> => "[[...]]",
        _ => Str(value),
    };

    /// <summary><c>repr</c>: <c>1.0</c>, <c>0.1</c>, <c>1e+16</c>.</summary>
    public static string Repr(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E', StringComparison.Ordinal);
        if (at < 0 && Math.Abs(value) >= 1e16)
        {
            var digits = text.TrimStart('-');
            var mantissa = $"{digits[0]}.{digits[1..].TrimEnd('0')}".TrimEnd('.');
            return (value < 0 ? "-" : "") + mantissa + Exponent(digits.Length - 1);
        }

        if (at < 0)
        {
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        }

        var exponent = int.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture);
        return exponent is > 0 and < 16 ? ((decimal)value).ToString(CultureInfo.InvariantCulture) + ".0" : text[..at] + Exponent(exponent);
    }

    /// <summary><c>%g</c>: six digits that count, without zeros at the end.</summary>
    public static string General(double value)
    {
        if (!double.IsFinite(value) || value == 0)
        {
            return value == 0 ? double.IsNegative(value) ? "-0" : "0" : Repr(value);
        }

        var scientific = value.ToString("E5", CultureInfo.InvariantCulture);
        var at = scientific.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(scientific.AsSpan(at + 1), CultureInfo.InvariantCulture);
        return exponent is < -4 or >= 6 ? Trimmed(scientific[..at]) + Exponent(exponent) : Trimmed(Fixed(value, 5 - exponent));
    }

    /// <summary><c>%.2f</c> and the like.</summary>
    public static string Fixed(double value, int digits) =>
        double.IsFinite(value) ? Round(value, digits).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : Repr(value);

    /// <summary><c>round(value, digits)</c>: of the binary number's exact value, ties to even.</summary>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || digits > 22 || Math.Abs(value) >= 1e22)
        {
            return value;
        }

        if (digits < 0)
        {
            var unit = (decimal)Math.Pow(10, Math.Min(-digits, 28));
            return Math.Abs(value) < 1e15 ? (double)(Math.Round((decimal)value / unit, MidpointRounding.ToEven) * unit) : value;
        }

        // Far from a tie the nearest whole number over a power of ten is right; both are exact, and so is their quotient's rounding.
        if (digits <= 15 && Powers[digits] is var power && Math.Abs(value) * power is < 1e15 and var scaled && Math.Abs(scaled - Math.Floor(scaled) - 0.5) > 1e-3)
        {
            var rounded = Math.Round(Math.Abs(value) * power) / power;
            return value < 0 || double.IsNegative(value) ? -rounded : rounded;
        }

        var text = value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var nearest = double.Parse(text, CultureInfo.InvariantCulture);
        return IsTie(value, digits) ? ToEven(value, digits) : nearest;
    }

    /// <summary><c>format % value</c> with one value.</summary>
    /// <exception cref="GraphiteException">The format is none for a number.</exception>
    public static string Format(string format, double value)
    {
        var text = new StringBuilder();
        var used = false;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            var from = ++i;
            while (i < format.Length && (char.IsAsciiDigit(format[i]) || format[i] == '.'))
            {
                i++;
            }

            if (i < format.Length && format[i] == '%' && i == from)
            {
                text.Append('%');
                continue;
            }

            if (i >= format.Length || used)
            {
                throw new GraphiteException(used ? "not enough arguments for format string" : "incomplete format");
            }

            used = true;
            var parts = format[from..i].Split('.');
            var digits = parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? Math.Min(given, 30) : 6;
            var written = format[i] switch
            {
                'd' or 'i' => Math.Truncate(value).ToString("F0", CultureInfo.InvariantCulture),
                's' or 'r' => Repr(value),
                'f' or 'F' => Fixed(value, digits),
                'g' => General(value),
                _ => throw new GraphiteException($"unsupported format character '{format[i]}'"),
            };
            var width = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var wide) ? Math.Min(wide, 200) : 0;
            text.Append(parts[0].StartsWith('0') ? written.PadLeft(width, '0') : written.PadLeft(width));
        }

        return used ? text.ToString() : throw new GraphiteException("not all arguments converted during string formatting");
    }

    private static readonly double[] Powers = [.. Enumerable.Range(0, 16).Select(static digits => Math.Pow(10, digits))];

    // A number whose last binary place is the one behind the last decimal kept ends in a five there, and nothing follows.
    private static bool IsTie(double value, int digits)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = bits & 0xFFFFFFFFFFFFF;
        mantissa = exponent == 0 ? mantissa : mantissa | 0x10000000000000;
        return mantissa != 0 && -(Math.Max(exponent, 1) - 1075 + System.Numerics.BitOperations.TrailingZeroCount(mantissa)) == digits + 1;
    }

    private static double ToEven(double value, int digits)
    {
        var exact = value.ToString("F" + (digits + 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var kept = exact[..^1].TrimEnd('.');
        var last = kept.LastIndexOfAnyInRange('0', '9');
        var down = double.Parse(kept, CultureInfo.InvariantCulture);
        return (kept[last] - '0') % 2 == 0 ? down : double.Parse(value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private static int LastIndexOfAnyInRange(this string text, char from, char to) => text.AsSpan().LastIndexOfAnyInRange(from, to);

    private static string Exponent(int exponent) => (exponent < 0 ? "e-" : "e+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);

    private static string Trimmed(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
}
