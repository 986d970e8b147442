using System.Globalization;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>What an axis of values spans, from one round number to another.</summary>
internal readonly record struct Scale(double Least, double Most, double Step)
{
    public static Scale Of(IEnumerable<double> values, double? least, double? most)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(double.IsFinite))
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        (low, high) = low > high ? (0, 1) : (low, high);
        // Half the way to 0 and no further: then from 0 on.
        low = low > 0 && low < high / 2 ? 0 : low;
        (low, high) = (least ?? low, most ?? high);
        high = high <= low ? low + Math.Max(1, Math.Abs(low) * 0.1) : high;
        var power = Math.Pow(10, Math.Floor(Math.Log10((high - low) / 4)));
        var step = power * (((high - low) / 4 / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        return new Scale(least ?? (Math.Floor(low / step) * step), most ?? (Math.Ceiling(high / step) * step), step);
    }

    public IEnumerable<double> Marks()
    {
        var first = Math.Ceiling(Least / Step);
        for (var i = 0; i < 20 && (first + i) * Step <= Most + (Step / 1000); i++)
        {
            yield return (first + i) * Step;
        }
    }

    public static string Written(double value)
    {
        foreach (var (size, prefix) in ((double, string)[])[(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")])
        {
            if (Math.Abs(value) >= size)
            {
                return (value / size).ToString("0.##", CultureInfo.InvariantCulture) + prefix;
            }
        }

        return value.ToString("0.####", CultureInfo.InvariantCulture);
    }
}
