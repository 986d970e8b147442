using System.Globalization;
using System.Text;

namespace Sightline.Server.Show;

/// <summary>Where a chart's lines run, in a box of <see cref="Width"/> by <see cref="Height"/> with the origin at the top left.</summary>
internal sealed class ChartGeometry
{
    public const int Width = 1000;
    public const int Height = 240;

    private readonly int _count;

    /// <param name="points">At least one.</param>
    /// <param name="whole">Values are counts.</param>
    /// <param name="lastIsPartial">The last point with a value is not over yet.</param>
    public ChartGeometry(IReadOnlyList<GraphPoint> points, bool whole, bool lastIsPartial = false)
    {
        _count = points.Count;
        Top = NiceTop(points.Max(p => Math.Max(p.Now ?? 0, p.Before ?? 0)), whole);
        double?[] now = [.. points.Select(p => p.Now)];
        var last = Array.FindLastIndex(now, value => value is not null);
        Area = last > 0 && !now.AsSpan(0, last + 1).Contains(null)
            ? string.Create(CultureInfo.InvariantCulture, $"{Path(now)}L{X(last):0.#} {Height}L{X(0):0.#} {Height}Z")
            : "";
        if (lastIsPartial && last > 0 && now[last - 1] is not null)
        {
            var part = new double?[_count];
            (part[last - 1], part[last]) = (now[last - 1], now[last]);
            Part = Path(part);
            now[last] = null;
        }

        Line = Path(now);
        Before = Path([.. points.Select(p => p.Before)]);
    }

    /// <summary>Value at the upper edge: a round number not below the greatest value.</summary>
    public double Top { get; }

    public string Line { get; }

    /// <summary>From the last whole bucket to the one that is not over yet; empty when all are.</summary>
    public string Part { get; } = "";

    public string Area { get; }

    public string Before { get; }

    public double BandWidth => (double)Width / Math.Max(1, _count);

    /// <summary>
    /// The next of 1, 2, 3, 4, 5, 6, 8 times a power of ten. Nothing at all has a top of 1, so that the line lies at the bottom. Of things
    /// that are counted, half of it is whole too: the middle of the scale has a label.
    /// </summary>
    public static double NiceTop(double most, bool whole)
    {
        if (most <= 0 || !double.IsFinite(most))
        {
            return whole ? 2 : 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        foreach (var step in (ReadOnlySpan<double>)[1, 2, 3, 4, 5, 6, 8])
        {
            if (step * power >= most * 0.999999 && !(whole && step * power % 2 != 0))
            {
                return step * power;
            }
        }

        return 10 * power;
    }

    public double X(int index) => _count <= 1 ? Width / 2.0 : (double)Width * index / (_count - 1);

    public double BandX(int index) => Math.Clamp(X(index) - (BandWidth / 2), 0, Width);

    private double Y(double value) => Height - (value / Top * Height);

    private string Path(double?[] values)
    {
        var path = new StringBuilder();
        var pen = 'M';
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value)
            {
                pen = 'M';
                continue;
            }

            path.Append(CultureInfo.InvariantCulture, $"{pen}{X(i):0.#} {Y(value):0.#}");
            // A value alone among gaps: a line of no length, which round caps make a dot.
            if (pen == 'M' && (i + 1 == values.Length || values[i + 1] is null))
            {
                path.Append(CultureInfo.InvariantCulture, $"L{X(i):0.#} {Y(value):0.#}");
            }

            pen = 'L';
        }

        return path.ToString();
    }
}
