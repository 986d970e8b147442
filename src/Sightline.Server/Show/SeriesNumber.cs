using System.Globalization;

namespace Sightline.Server.Show;

/// <summary>Numbers of any size in a few characters.</summary>
internal static class SeriesNumber
{
    private static readonly string[] Large = ["", "k", "M", "G", "T", "P", "E"];
    private static readonly string[] Binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly string[] Small = ["", "m", "µ", "n", "p"];

    /// <summary>Prefixes of the unit are powers of 1024.</summary>
    public static bool IsBinary(string unit) => unit is "B" or "B/s";

    /// <summary><c>1.23k</c>, <c>45.6</c>, <c>0.175</c>, <c>1.2m</c> (thousandths); of bytes <c>1.5Gi</c>. What does not exist is a dash.</summary>
    public static string Text(double? value, string unit)
    {
        if (value is not { } number || !double.IsFinite(number))
        {
            return Format.None;
        }

        var size = Math.Abs(number);
        if (size == 0)
        {
            return "0";
        }

        // A unit that has its prefix already gets no second one.
        var (thousand, names) = IsBinary(unit) ? (1024d, Binary) : (1000d, Large);
        var power = 0;
        if (size >= 0.9995)
        {
            while (size >= thousand * 0.9995 && power < names.Length - 1)
            {
                size /= thousand;
                power++;
            }

            return Sign(number) + Digits(size) + names[power];
        }

        // Prefixes of small numbers are read slowly, and m may be anything.
        if (size >= 0.00995)
        {
            return Sign(number) + size.ToString("0.###", CultureInfo.InvariantCulture);
        }

        while (size < 0.9995 && power < Small.Length - 1)
        {
            size *= 1000;
            power++;
        }

        return Sign(number) + Digits(size) + Small[power];
    }

    private static string Sign(double number) => number < 0 ? "−" : "";

    private static string Digits(double size) => size.ToString(size < 9.995 ? "0.##" : size < 99.95 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
