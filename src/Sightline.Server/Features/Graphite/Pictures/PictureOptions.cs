using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>What the request says about a picture.</summary>
internal sealed record PictureOptions
{
    public required TimeZoneInfo Zone { get; init; }

    public required long From { get; init; }

    public required long Until { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public string Title { get; init; } = "";

    public string VerticalTitle { get; init; } = "";

    public Ink Background { get; init; }

    public Ink Foreground { get; init; }

    public IReadOnlyList<Ink> Colors { get; init; } = Ink.Series;

    public double FontSize { get; init; }

    public double LineWidth { get; init; }

    public double? Least { get; init; }

    public double? Most { get; init; }

    /// <summary><see langword="null"/>: when there are no more series than fit.</summary>
    public bool? Legend { get; init; }

    public bool Grid { get; init; }

    public bool Axes { get; init; }

    /// <summary>none, first, all or stacked.</summary>
    public string Area { get; init; } = "none";

    /// <summary>slope, staircase or connected.</summary>
    public string Lines { get; init; } = "slope";

    public static PictureOptions Read(Func<string, StringValues> values, RenderRequest request) => Read(values, request.Context.Zone, request.Context.From, request.Context.Until);

    public static PictureOptions Read(Func<string, StringValues> values, TimeZoneInfo zone, long from, long until)
    {
        string Text(string name) => values(name).ToString();
        double? Number(string name) => double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
        bool Flag(string name) => Text(name) is "1" or "true" or "True";
        var colors = Text("colorList").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static one => Ink.Parse(one.Trim())).OfType<Ink>().ToList();
        return new PictureOptions
        {
            Zone = zone,
            From = from,
            Until = until,
            Width = (int)Math.Clamp(Number("width") ?? 330, 50, 4000),
            Height = (int)Math.Clamp(Number("height") ?? 250, 50, 4000),
            Title = Text("title"),
            VerticalTitle = Text("vtitle"),
            Background = Ink.Parse(Text("bgcolor")) ?? new Ink(255, 255, 255),
            Foreground = Ink.Parse(Text("fgcolor")) ?? new Ink(60, 64, 72),
            Colors = colors.Count > 0 ? colors : Ink.Series,
            FontSize = Math.Clamp(Number("fontSize") ?? 10, 4, 40),
            LineWidth = Math.Clamp(Number("lineWidth") ?? 1.2, 0.1, 20),
            Least = Number("yMin"),
            Most = Number("yMax"),
            Legend = Text("hideLegend").Length == 0 ? null : !Flag("hideLegend"),
            Grid = !Flag("hideGrid") && !Flag("graphOnly"),
            Axes = !Flag("hideAxes") && !Flag("graphOnly"),
            Area = Text("areaMode") is { Length: > 0 } area ? area : "none",
            Lines = Text("lineMode") is { Length: > 0 } lines ? lines : "slope",
        };
    }
}
