using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>A graph of series: lines, areas and stacks over time, with axes and a legend.</summary>
internal sealed class Picture
{
    private readonly PictureOptions _options;
    private readonly ICanvas _canvas;
    private readonly List<Layer> _layers;
    private readonly Legend _legend;
    private readonly bool _two;
    private readonly long _from;
    private readonly long _until;
    private readonly double _top;
    private readonly double _bottom;
    private readonly double _left;
    private readonly double _right;
    private readonly Scale _leftScale;
    private readonly Scale _rightScale;

    private Picture(IReadOnlyList<Series> series, PictureOptions options, ICanvas canvas)
    {
        (_options, _canvas) = (options, canvas);
        _from = series.Select(static one => one.Start).DefaultIfEmpty(options.Context.From).Min();
        _until = Math.Max(_from + 1, series.Select(static one => one.End).DefaultIfEmpty(options.Context.Until).Max());
        _two = series.Any(static one => one.Drawing.SecondYAxis);
        var (size, margin) = (options.FontSize, options.Margin);
        _layers = Layer.Of(series, options, options.Width - (2 * margin));
        _legend = new Legend(_layers.Where(one => !one.Series.Drawing.Invisible && (!options.HidesEmptyNames || !Array.TrueForAll(one.Series.Values, double.IsNaN))).Select(static one => (one.Series.Name, one.Ink)), options, canvas);
        _top = margin + (options.Title.Length > 0 ? size * 2.2 : options.HasYAxis ? size * 0.4 : 0);
        _bottom = Math.Max(_top + 1, options.Height - margin - _legend.Height - (options.HasXAxis ? size * 1.7 : 0));
        var marks = (_bottom - _top) / (size * 3.2);
        _leftScale = new Scale(_layers.Where(static one => !one.IsRight).SelectMany(static one => one.Extent), options.Limits(_two, right: false), options.Units, options.LogBase, marks);
        _rightScale = new Scale(_layers.Where(static one => one.IsRight).SelectMany(static one => one.Extent), options.Limits(_two, right: true), options.Units, options.LogBase, marks);
        var (first, second) = (options.HasYAxis ? Labels(_leftScale) : 0, _two && options.HasYAxis ? Labels(_rightScale) : 0);
        (first, second) = options.IsRight && !_two ? (0, first) : (first, second);
        _left = margin + first + (options.VerticalTitle.Length > 0 ? size * 1.6 : 0);
        // The last time's label needs half its width.
        _right = Math.Max(_left + 1, options.Width - margin - Math.Max(second, options.HasXAxis ? size : 0) - (options.VerticalTitleRight.Length > 0 ? size * 1.6 : 0));
    }

    public static string Svg(IReadOnlyList<Series> series, PictureOptions options)
    {
        var canvas = new SvgCanvas(options.Width, options.Height, options.Letters, options.Title);
        new Picture(series, options, canvas).Draw();
        return canvas.ToString();
    }

    /// <exception cref="GraphiteException">There is no libcairo.</exception>
    public static byte[] Png(IReadOnlyList<Series> series, PictureOptions options, string library = CairoCanvas.Library)
    {
        using var canvas = new CairoCanvas(options.Width, options.Height, options.Letters, library);
        new Picture(series, options, canvas).Draw();
        return canvas.ToPng();
    }

    private double Labels(Scale scale) => scale.Marks().Select(mark => _canvas.Width(mark.Text, _options.FontSize)).DefaultIfEmpty(0).Max() + (_options.FontSize * 0.7);

    private double X(long time) => _left + ((time - _from) * (_right - _left) / (_until - _from));

    private double Y(Layer one, double value) => Math.Clamp(_bottom - ((one.IsRight ? _rightScale : _leftScale).Place(value) * (_bottom - _top)), _top - 1, _bottom + 1);

    private void Draw()
    {
        var (size, ink) = (_options.FontSize, _options.Foreground);
        _canvas.Fill([(0, 0), (_options.Width, 0), (_options.Width, _options.Height), (0, _options.Height)], _options.Background);
        if (_options.Title.Length > 0)
        {
            _canvas.Text(_options.Width / 2.0, _options.Margin + (size * 1.1), Legend.Fitted(_canvas, _options.Title, _options.Width - (2 * _options.Margin), size * 1.3), ink, size * 1.3, Anchor.Middle);
        }

        if (_layers.Count == 0)
        {
            _canvas.Text(_options.Width / 2.0, _options.Height / 2.0, "No data", ink with { Alpha = 0.7 }, size * 1.4, Anchor.Middle);
            return;
        }

        TimeAxis();
        var onRight = _options.IsRight && !_two;
        ValueAxis(_leftScale, onRight, grid: true);
        if (_two)
        {
            ValueAxis(_rightScale, onRight: true, grid: false);
        }

        if (_options.VerticalTitle.Length > 0)
        {
            _canvas.Text(_options.Margin + (size * 0.9), (_top + _bottom) / 2, Legend.Fitted(_canvas, _options.VerticalTitle, _bottom - _top, size), ink, size, Anchor.Middle, upwards: true);
        }

        if (_options.VerticalTitleRight.Length > 0)
        {
            _canvas.Text(_options.Width - _options.Margin, (_top + _bottom) / 2, Legend.Fitted(_canvas, _options.VerticalTitleRight, _bottom - _top, size), ink, size, Anchor.Middle, upwards: true);
        }

        // Areas first, upper layers before those below them, so that no line is hidden.
        foreach (var one in _layers.Where(static one => one.IsFilled).Reverse().Concat(_layers.Where(static one => !one.IsFilled)).Where(static one => !one.Series.Drawing.Invisible))
        {
            Curve(one);
        }

        _legend.Draw(_canvas, _options.Margin, _options.Height - _options.Margin - _legend.Height + (size * 0.3), ink);
    }

    private void Curve(Layer one)
    {
        var drawing = one.Series.Drawing;
        var width = drawing.LineWidth ?? _options.LineWidth(_two, one.IsRight, _layers.Count);
        var dash = drawing.Dashed ?? _options.SideDash(_two, one.IsRight);
        var run = new List<(double X, double Y)>();
        var floor = new List<(double X, double Y)>();
        var gap = 0;
        for (var i = 0; i < one.Tops.Length; i++)
        {
            var time = one.Series.Start + (i * one.Series.Step);
            if (double.IsNaN(one.Tops[i]) || (_options.LogBase > 0 && one.Tops[i] <= 0))
            {
                gap++;
                if (_options.Lines != "connected" || gap > _options.ConnectedLimit)
                {
                    Finish(one, run, floor, width, dash);
                }

                continue;
            }

            gap = 0;
            if (drawing.Infinite)
            {
                _canvas.Line([(X(time), _top), (X(time), _bottom)], one.Ink, width, dash);
                continue;
            }

            var (top, under) = (Y(one, one.Tops[i]), one.IsStacked && _options.LogBase == 0 ? Y(one, one.Floors[i]) : Ground(one));
            run.Add((X(time), top));
            floor.Add((X(time), under));
            if (_options.Lines == "staircase")
            {
                run.Add((X(Math.Min(_until, time + one.Series.Step)), top));
                floor.Add((X(Math.Min(_until, time + one.Series.Step)), under));
            }
        }

        Finish(one, run, floor, width, dash);
    }

    // Where an area ends that lies on nothing: 0, or the edge of the picture.
    private double Ground(Layer one) => _options.LogBase > 0 ? _bottom : Math.Clamp(Y(one, 0), _top, _bottom);

    private void Finish(Layer one, List<(double X, double Y)> run, List<(double X, double Y)> floor, double width, double? dash)
    {
        if (run.Count == 1)
        {
            // A value alone is a dot.
            run.Add((run[0].X + Math.Max(1, width), run[0].Y));
            floor.Add((floor[0].X + Math.Max(1, width), floor[0].Y));
        }

        if (run.Count > 0 && one.IsFilled)
        {
            var alpha = one.Series.Drawing.Alpha ?? _options.AreaAlpha ?? (one.IsStacked ? 0.8 : 0.25);
            _canvas.Fill([.. run, .. floor.AsEnumerable().Reverse()], one.Ink with { Alpha = one.Ink.Alpha * alpha });
        }

        if (run.Count > 0 && !(one.IsFilled && one.IsStacked))
        {
            _canvas.Line(run, one.IsFilled ? one.Ink : one.Ink with { Alpha = one.Ink.Alpha * (one.Series.Drawing.Alpha ?? 1) }, width, dash);
        }

        run.Clear();
        floor.Clear();
    }

    private void ValueAxis(Scale scale, bool onRight, bool grid)
    {
        var size = _options.FontSize;
        foreach (var (value, text) in scale.Marks())
        {
            var y = _bottom - (scale.Place(value) * (_bottom - _top));
            if (grid && _options.HasGrid)
            {
                _canvas.Line([(_left, y), (_right, y)], _options.Grid, 1, null);
            }

            if (_options.HasYAxis)
            {
                _canvas.Text(onRight ? _right + (size * 0.6) : _left - (size * 0.6), y + (size * 0.35), text, _options.Foreground, size, onRight ? Anchor.Start : Anchor.End);
            }
        }
    }

    private void TimeAxis()
    {
        var size = _options.FontSize;
        var last = double.NegativeInfinity;
        foreach (var (time, text) in TimeMarks.Of(_from, _until, (_right - _left) / (size * 6.5), _options.Context.Zone, _options.TimeFormat))
        {
            var x = X(time);
            if (_options.HasGrid)
            {
                _canvas.Line([(x, _top), (x, _bottom)], _options.Grid, 1, null);
            }

            var half = _canvas.Width(text, size) / 2;
            if (_options.HasXAxis && x - half >= Math.Max(0, last) && x + half <= _options.Width)
            {
                _canvas.Text(x, _bottom + (size * 1.5), text, _options.Foreground, size, Anchor.Middle);
                last = x + half + (size * 0.5);
            }
        }
    }
}
