using System.Globalization;

namespace Sightline.Core.Queries.Graphite;

/// <summary>Numbers as Python writes and rounds them.</summary>
public static class PyText
{
    /// <summary><c>repr</c>: <c>1.0</c>, <c>0.1</c>, <c>1e+16</c>.</summary>
    public static string Repr(double value)
    {
        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var size = Math.Abs(value);
        if (size is not 0 and (>= 1e16 or < 1e-4))
        {
            text = value.ToString("0.################e+00", CultureInfo.InvariantCulture);
            return text;
        }

        if (text.Contains('E', StringComparison.Ordinal))
        {
            text = ((decimal)value).ToString(CultureInfo.InvariantCulture);
        }

        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }

    /// <summary><c>%g</c> of a number in a name; whole numbers as they are.</summary>
    public static string General(double value)
    {
        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        var size = Math.Abs(value);
        if (size is not 0 and (>= 1e6 or < 1e-4))
        {
            return value.ToString("0.#####e+00", CultureInfo.InvariantCulture);
        }

        var digits = size == 0 ? 0 : Math.Clamp(5 - (int)Math.Floor(Math.Log10(size)), 0, 15);
        var text = value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    /// <summary><c>round(value, 6)</c>: of the binary number's exact value, ties to even.</summary>
    public static double Round6(double value)
    {
        if (double.IsNaN(value) || Math.Abs(value) >= 1e15)
        {
            return value;
        }

        var exact = value.ToString("F30", CultureInfo.InvariantCulture);
        var cut = exact.IndexOf('.', StringComparison.Ordinal) + 7;
        var kept = decimal.Parse(exact.AsSpan(0, cut), CultureInfo.InvariantCulture);
        var rest = exact.AsSpan(cut);
        var up = rest[0] > '5' || (rest[0] == '5' && (rest[1..].IndexOfAnyExcept('0') >= 0 || (exact[cut - 1] - '0') % 2 == 1));
        return (double)(up ? kept + (exact[0] == '-' ? -0.000001m : 0.000001m) : kept);
    }
}
