using System.Globalization;
using System.Text;

namespace Sightline.Server.Show;

/// <summary>Where the lines of a <see cref="SeriesGraphModel"/> run, in a box of <see cref="ChartGeometry.Width"/> by <see cref="ChartGeometry.Height"/>.</summary>
internal sealed class SeriesGeometry
{
    private readonly SeriesGraphModel _model;

    public SeriesGeometry(SeriesGraphModel model)
    {
        _model = model;
        var lines = model.IsStacked ? Stacked(model.Lines) : [.. model.Lines.Select(static line => (Array.Empty<double>(), line.Values.ToArray()))];
        var values = lines.SelectMany(static line => line.Upper).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var (low, high) = (Math.Min(0, values.Min()), Math.Max(0, values.Max()));
        Bottom = model.Min ?? (low < 0 ? -NiceTop(-low, model.Unit) : 0);
        Top = model.Max ?? Math.Max(high > 0 ? NiceTop(high, model.Unit) : 0, Bottom);
        Top = Top > Bottom ? Top : Bottom + 1;
        Paths = [.. lines.Zip(model.Lines, (line, of) => Path(line.Upper, of))];
        Areas = model.IsStacked ? [.. lines.Zip(model.Lines, (line, of) => Area(line.Lower, line.Upper, of))] : [];
    }

    public double Top { get; }

    public double Bottom { get; }

    /// <summary>One a line.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>One a line when they are stacked; else none.</summary>
    public IReadOnlyList<string> Areas { get; }

    public double X(double time) => (time - _model.From) / Math.Max(1, _model.Until - _model.From) * ChartGeometry.Width;

    public double Y(double value) => Math.Clamp(ChartGeometry.Height - ((value - Bottom) / (Top - Bottom) * ChartGeometry.Height), -20, ChartGeometry.Height + 20);

    /// <summary>Times for labels below, evenly spread.</summary>
    public IEnumerable<long> Ticks(int count) => Enumerable.Range(0, count).Select(i => _model.From + ((_model.Until - _model.From) * i / (count - 1)));

    // Closer steps than a chart of counts has, since lines far below the upper edge are lines on top of each other; half of each is short, too.
    // Of bytes a round number of what is written: 20Mi and not 19.1Mi.
    private static double NiceTop(double most, string unit)
    {
        var scale = 1d;
        while (SeriesNumber.IsBinary(unit) && most / scale >= 1024 * 0.9995)
        {
            scale *= 1024;
        }

        if (SeriesNumber.IsBinary(unit) && most / scale > 800)
        {
            return 1024 * scale;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(most / scale)));
        foreach (var step in (ReadOnlySpan<double>)[1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8])
        {
            if (step * power >= most / scale * 0.999999)
            {
                return step * power * scale;
            }
        }

        return 10 * power * scale;
    }

    private static List<(double[] Lower, double[] Upper)> Stacked(IReadOnlyList<SeriesLine> lines)
    {
        var sums = new double[lines.Count == 0 ? 0 : lines.Max(static line => line.Values.Count)];
        var result = new List<(double[], double[])>();
        foreach (var line in lines)
        {
            var lower = (double[])sums.Clone();
            for (var i = 0; i < line.Values.Count; i++)
            {
                sums[i] += double.IsFinite(line.Values[i]) ? line.Values[i] : 0;
            }

            result.Add((lower, (double[])sums.Clone()));
        }

        // Where no line has a value there is nothing to stack.
        for (var i = 0; i < sums.Length; i++)
        {
            if (!lines.Any(line => i < line.Values.Count && double.IsFinite(line.Values[i])))
            {
                result.ForEach(line => line.Item2[i] = double.NaN);
            }
        }

        return result;
    }

    private string Path(double[] values, SeriesLine line)
    {
        var path = new StringBuilder();
        var pen = 'M';
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                pen = 'M';
                continue;
            }

            Point(path, pen, line.Start + (i * line.Step), values[i]);
            // A value alone among gaps: a line of no length, which round caps make a dot.
            if (pen == 'M' && (i + 1 == values.Length || !double.IsFinite(values[i + 1])))
            {
                Point(path, 'L', line.Start + (i * line.Step), values[i]);
            }

            pen = 'L';
        }

        return path.ToString();
    }

    // A piece for each stretch without gaps: along the upper edge and back along the lower one.
    private string Area(double[] lower, double[] upper, SeriesLine line)
    {
        var path = new StringBuilder();
        var from = 0;
        for (var i = 0; i <= upper.Length; i++)
        {
            if (i < upper.Length && double.IsFinite(upper[i]))
            {
                continue;
            }

            for (var j = from; j < i; j++)
            {
                Point(path, j == from ? 'M' : 'L', line.Start + (j * line.Step), upper[j]);
            }

            for (var j = i - 1; j >= from; j--)
            {
                Point(path, 'L', line.Start + (j * line.Step), lower[j]);
            }

            if (i > from)
            {
                path.Append('Z');
            }

            from = i + 1;
        }

        return path.ToString();
    }

    private void Point(StringBuilder path, char pen, long time, double value) => path.Append(CultureInfo.InvariantCulture, $"{pen}{X(time):0.#} {Y(value):0.#}");
}
