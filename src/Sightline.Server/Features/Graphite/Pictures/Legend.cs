namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>Names and colours below a picture, in as many columns as fit.</summary>
internal sealed class Legend
{
    private const int MostUntold = 10;
    private const int MostColumns = 4;

    private readonly List<(string Name, Ink Ink)> _entries;
    private readonly double _size;
    private readonly double _width;
    private readonly int _columns;
    private readonly int _rows;

    /// <param name="names">Of series, with their colours.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="canvas">Knows how wide texts are.</param>
    public Legend(IEnumerable<(string Name, Ink Ink)> names, PictureOptions options, ICanvas canvas)
    {
        _entries = [.. options.UniqueLegend ? names.DistinctBy(static one => one.Name) : names];
        _size = options.FontSize;
        _width = options.Width - (2 * options.Margin);
        if (_entries.Count == 0 || !(options.Legend ?? _entries.Count <= MostUntold))
        {
            _entries = [];
            return;
        }

        var widest = _entries.Max(one => canvas.Width(one.Name, _size)) + (_size * 2.6);
        _columns = (int)Math.Clamp(Math.Floor(_width / widest), 1, Math.Min(MostColumns, _entries.Count));
        _rows = (_entries.Count + _columns - 1) / _columns;
        // The lines are what the picture is for.
        _rows = Math.Min(_rows, (int)Math.Floor(options.Height * 0.4 / (_size * 1.5)));
    }

    public double Height => _entries.Count == 0 || _rows == 0 ? 0 : (_rows * _size * 1.5) + (_size * 0.5);

    public void Draw(ICanvas canvas, double left, double top, Ink ink)
    {
        var room = _columns * _rows;
        var shown = _entries.Count <= room ? _entries.Count : Math.Max(0, room - 1);
        var column = _columns > 0 ? _width / _columns : 0;
        for (var i = 0; i < Math.Min(room, shown + 1); i++)
        {
            // Down the columns: what is read first stands together.
            var (x, y) = (left + (i / _rows * column), top + (_size * 1.5 * ((i % _rows) + 1)));
            if (i == shown)
            {
                if (shown < _entries.Count)
                {
                    canvas.Text(x + (_size * 1.3), y, $"and {_entries.Count - shown} more", ink with { Alpha = ink.Alpha * 0.7 }, _size, Anchor.Start);
                }

                continue;
            }

            var edge = _size * 0.8;
            canvas.Fill([(x, y - edge), (x + edge, y - edge), (x + edge, y), (x, y)], _entries[i].Ink);
            canvas.Text(x + (_size * 1.3), y, Fitted(canvas, _entries[i].Name, column - (_size * 1.8), _size), ink, _size, Anchor.Start);
        }
    }

    /// <summary>A text, or as much of its beginning as fits.</summary>
    public static string Fitted(ICanvas canvas, string text, double width, double size)
    {
        if (canvas.Width(text, size) <= width)
        {
            return text;
        }

        var (fits, not) = (0, text.Length);
        while (not - fits > 1)
        {
            var middle = (fits + not) / 2;
            (fits, not) = canvas.Width(text[..middle] + "…", size) <= width ? (middle, not) : (fits, middle);
        }

        return text[..fits] + "…";
    }
}
