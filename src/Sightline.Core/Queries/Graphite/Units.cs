namespace Sightline.Core.Queries.Graphite;

/// <summary>Numbers with thousands shortened: <c>1.50k</c>, <c>2.00Mi</c>.</summary>
internal static class Units
{
    private static readonly string[] Si = ["P", "T", "G", "M", "k"];
    private static readonly string[] Binary = ["Pi", "Ti", "Gi", "Mi", "Ki"];

    /// <summary>A number over a power of a thousand (or 1024), and which.</summary>
    /// <param name="value">The number.</param>
    /// <param name="system"><c>si</c> or <c>binary</c>.</param>
    public static (double Value, string Prefix) Split(double value, string system)
    {
        var (names, radix) = system == "binary" ? (Binary, 1024.0) : (Si, 1000.0);
        for (var i = 0; i < names.Length; i++)
        {
            var size = Math.Pow(radix, names.Length - i);
            if (Math.Abs(value) >= size)
            {
                return (Whole(value / size, value), names[i]);
            }
        }

        return (Whole(value, value), "");
    }

    public static string Text(double value, string system, string? units)
    {
        var (number, prefix) = Split(value, system);
        return PyText.Fixed(number, 2) + (units is null ? "" : " ") + prefix + units;
    }

    private static double Whole(double number, double value) => number - Math.Floor(number) < 1e-11 && value > 1 ? Math.Floor(number) : number;
}
