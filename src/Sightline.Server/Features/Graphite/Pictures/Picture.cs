using System.Globalization;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>A graph of series: lines, areas and stacks over time, with axes and a legend.</summary>
internal sealed class Picture
{
    private const int MostInLegend = 10;

    private readonly PictureOptions _options;
    private readonly ICanvas _canvas;
    private readonly List<Drawn> _series;
    private readonly bool _legend;
    private readonly (double Left, double Top, double Right, double Bottom) _room;
    private readonly long _from;
    private readonly long _until;

    private Picture(IReadOnlyList<Series> series, PictureOptions options, ICanvas canvas)
    {
        (_options, _canvas) = (options, canvas);
        _from = series.Select(static one => one.Start).DefaultIfEmpty(options.From).Min();
        _until = Math.Max(_from + 1, series.Select(static one => one.End).DefaultIfEmpty(options.Until).Max());
        _legend = options.Legend ?? series.Count <= MostInLegend;
        var line = options.FontSize * 1.5;
        var right = options.Axes && series.Any(static one => one.Drawing.SecondYAxis);
        _room = (
            options.Axes ? options.FontSize * (options.VerticalTitle.Length > 0 ? 6 : 4.5) : 4,
            (options.Title.Length > 0 ? line * 1.6 : 4) + (options.FontSize / 2) + (options.VerticalTitle.Length > 0 ? line : 0),
            options.Width - (right ? options.FontSize * 4.5 : 10),
            Math.Max(options.Height * 0.3, options.Height - 4 - (options.Axes ? line : 0) - (_legend ? Math.Min(series.Count, MostInLegend) * line : 0)));
        _series = Stacked(series);
    }

    public static string Svg(IReadOnlyList<Series> series, PictureOptions options)
    {
        var canvas = new SvgCanvas(options.Width, options.Height);
        new Picture(series, options, canvas).Draw();
        return canvas.ToString();
    }

    /// <exception cref="GraphiteException">There is no libcairo.</exception>
    public static byte[] Png(IReadOnlyList<Series> series, PictureOptions options)
    {
        using var canvas = new CairoCanvas(options.Width, options.Height);
        new Picture(series, options, canvas).Draw();
        return canvas.ToPng();
    }

    private void Draw()
    {
        var (left, top, right, bottom) = _room;
        _canvas.Fill([(0, 0), (_options.Width, 0), (_options.Width, _options.Height), (0, _options.Height)], _options.Background);
        if (_options.Title.Length > 0)
        {
            _canvas.Text(_options.Width / 2.0, _options.FontSize * 1.8, _options.Title, _options.Foreground, _options.FontSize * 1.3, Anchor.Middle);
        }

        if (_series.Count == 0)
        {
            _canvas.Text(_options.Width / 2.0, _options.Height / 2.0, "No data", _options.Foreground, _options.FontSize * 1.5, Anchor.Middle);
            return;
        }

        var first = Scale.Of(_series.Where(static one => !one.Series.Drawing.SecondYAxis).SelectMany(static one => one.Extent()), _options.Least, _options.Most);
        var second = Scale.Of(_series.Where(static one => one.Series.Drawing.SecondYAxis).SelectMany(static one => one.Extent()), null, null);
        TimeAxis();
        ValueAxis(first, left - 4, Anchor.End, _options.Grid);
        if (_series.Any(static one => one.Series.Drawing.SecondYAxis))
        {
            ValueAxis(second, right + 4, Anchor.Start, grid: false);
        }

        // Upper layers of a stack first, so that those below are seen before them.
        foreach (var one in _series.AsEnumerable().Reverse())
        {
            Curve(one, one.Series.Drawing.SecondYAxis ? second : first);
        }

        if (_options.VerticalTitle.Length > 0)
        {
            _canvas.Text(4, top - (_options.FontSize * 0.9), _options.VerticalTitle, _options.Foreground, _options.FontSize, Anchor.Start);
        }

        for (var i = 0; _legend && i < Math.Min(_series.Count, MostInLegend); i++)
        {
            var y = bottom + (_options.FontSize * 1.5 * (i + (_options.Axes ? 2 : 1)));
            var size = _options.FontSize * 0.8;
            _canvas.Fill([(left, y - size), (left + size, y - size), (left + size, y), (left, y)], _series[i].Ink);
            _canvas.Text(left + (size * 1.6), y, _series[i].Series.Name, _options.Foreground, _options.FontSize, Anchor.Start);
        }
    }

    private void Curve(Drawn one, Scale scale)
    {
        var (left, top, right, bottom) = _room;
        double X(long time) => left + ((time - _from) * (right - left) / (_until - _from));
        double Y(double value) => Math.Clamp(bottom - ((value - scale.Least) * (bottom - top) / (scale.Most - scale.Least)), top - 1, bottom + 1);
        if (one.Series.Drawing.Invisible)
        {
            return;
        }

        var width = one.Series.Drawing.LineWidth ?? _options.LineWidth;
        var run = new List<(double X, double Y)>();
        var floor = new List<(double X, double Y)>();
        void Finish()
        {
            if (run.Count > 0 && one.IsFilled)
            {
                _canvas.Fill([.. run, .. floor.AsEnumerable().Reverse()], one.Ink with { Alpha = one.Ink.Alpha * (one.Series.Drawing.Alpha ?? 0.8) });
            }
            else if (run.Count > 0)
            {
                // A value alone is a dot.
                _canvas.Line(run.Count == 1 ? [run[0], (run[0].X + 1, run[0].Y)] : run, one.Ink with { Alpha = one.Ink.Alpha * (one.Series.Drawing.Alpha ?? 1) }, width, one.Series.Drawing.Dashed);
            }

            run.Clear();
            floor.Clear();
        }

        for (var i = 0; i < one.Tops.Length; i++)
        {
            var time = one.Series.Start + (i * one.Series.Step);
            if (double.IsNaN(one.Tops[i]))
            {
                if (_options.Lines != "connected")
                {
                    Finish();
                }

                continue;
            }

            if (one.Series.Drawing.Infinite)
            {
                _canvas.Line([(X(time), top), (X(time), bottom)], one.Ink, width, one.Series.Drawing.Dashed);
                continue;
            }

            run.Add((X(time), Y(one.Tops[i])));
            floor.Add((X(time), Y(one.Floors[i])));
            if (_options.Lines == "staircase")
            {
                run.Add((X(time + one.Series.Step), Y(one.Tops[i])));
                floor.Add((X(time + one.Series.Step), Y(one.Floors[i])));
            }
        }

        Finish();
    }

    private void ValueAxis(Scale scale, double x, Anchor anchor, bool grid)
    {
        var (left, top, right, bottom) = _room;
        foreach (var value in scale.Marks())
        {
            var y = bottom - ((value - scale.Least) * (bottom - top) / (scale.Most - scale.Least));
            if (grid)
            {
                _canvas.Line([(left, y), (right, y)], _options.Foreground with { Alpha = 0.15 }, 1, null);
            }

            if (_options.Axes)
            {
                _canvas.Text(x, y + (_options.FontSize / 3), Scale.Written(value), _options.Foreground, _options.FontSize, anchor);
            }
        }
    }

    private void TimeAxis()
    {
        var (left, top, right, bottom) = _room;
        var wanted = (_until - _from) / Math.Max(1, (right - left) / (_options.FontSize * 7));
        long[] steps = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 2 * 86_400, 7 * 86_400, 28 * 86_400L, 91 * 86_400L, 364 * 86_400L];
        var step = Array.Find(steps, one => one >= wanted) is > 0 and var found ? found : Math.Max(steps[^1], (long)wanted);
        var offset = (long)_options.Zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(_from)).TotalSeconds;
        var format = step < 60 ? "HH:mm:ss" : step < 86_400 ? "HH:mm" : step < 91 * 86_400L ? "d MMM" : "MMM yyyy";
        for (var time = ((_from + offset + step - 1) / step * step) - offset; time <= _until; time += step)
        {
            var x = left + ((time - _from) * (right - left) / (_until - _from));
            if (_options.Grid)
            {
                _canvas.Line([(x, top), (x, bottom)], _options.Foreground with { Alpha = 0.15 }, 1, null);
            }

            if (_options.Axes)
            {
                _canvas.Text(x, bottom + (_options.FontSize * 1.3), TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(time), _options.Zone).ToString(format, CultureInfo.InvariantCulture), _options.Foreground, _options.FontSize, Anchor.Middle);
            }
        }
    }

    // Values of stacked() are sums already; those of areaMode=stacked become sums here.
    private List<Drawn> Stacked(IReadOnlyList<Series> series)
    {
        var below = new Dictionary<long, double>();
        var drawn = new List<Drawn>();
        for (var index = 0; index < series.Count; index++)
        {
            // As many values as can be seen.
            var group = (int)Math.Max(1, Math.Ceiling(series[index].Values.Length / Math.Max(1, _room.Right - _room.Left)));
            var one = series[index] with { Values = series[index].Consolidated(group), Step = series[index].Step * group };
            var adds = _options.Area == "stacked";
            var filled = adds || one.Drawing.Stacked || _options.Area == "all" || (_options.Area == "first" && index == 0);
            double[] tops = [.. one.Values];
            var floors = new double[tops.Length];
            for (var i = 0; i < tops.Length && (adds || one.Drawing.Stacked); i++)
            {
                var time = one.Start + (i * one.Step);
                floors[i] = below.GetValueOrDefault(time);
                tops[i] = adds ? tops[i] + floors[i] : tops[i];
                below[time] = double.IsNaN(tops[i]) ? floors[i] : tops[i];
            }

            var ink = Ink.Parse(one.Drawing.Color) ?? _options.Colors[index % _options.Colors.Count];
            drawn.Add(new Drawn(one, tops, floors, ink, filled));
        }

        return drawn;
    }

    private sealed record Drawn(Series Series, double[] Tops, double[] Floors, Ink Ink, bool IsFilled)
    {
        public IEnumerable<double> Extent() => Series.Drawing.Infinite ? [] : IsFilled ? Tops.Concat(Floors) : Tops;
    }
}
