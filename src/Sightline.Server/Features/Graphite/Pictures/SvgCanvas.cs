using System.Globalization;
using System.Net;
using System.Text;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>A picture as SVG.</summary>
internal sealed class SvgCanvas : ICanvas
{
    private const double MeanWidth = 0.56;

    private readonly StringBuilder _svg = new();

    public SvgCanvas(int width, int height, Letters letters, string title)
    {
        _svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"{Safe(letters.Family.Length > 0 ? letters.Family + ", sans-serif" : "system-ui, sans-serif")}\"");
        _svg.Append(letters.IsBold ? " font-weight=\"bold\"" : "").Append(letters.IsItalic ? " font-style=\"italic\"" : "").Append('>');
        if (title.Length > 0)
        {
            _svg.Append(CultureInfo.InvariantCulture, $"<title>{Safe(title)}</title>");
        }
    }

    public void Fill(IReadOnlyList<(double X, double Y)> points, Ink ink)
    {
        Path(points);
        _svg.Append(CultureInfo.InvariantCulture, $"Z\" fill=\"{Color(ink)}\" fill-opacity=\"{ink.Alpha:0.###}\"/>");
    }

    public void Line(IReadOnlyList<(double X, double Y)> points, Ink ink, double width, double? dash)
    {
        Path(points);
        _svg.Append(CultureInfo.InvariantCulture, $"\" fill=\"none\" stroke=\"{Color(ink)}\" stroke-opacity=\"{ink.Alpha:0.###}\" stroke-width=\"{width:0.##}\" stroke-linejoin=\"round\"");
        if (dash is { } length)
        {
            _svg.Append(CultureInfo.InvariantCulture, $" stroke-dasharray=\"{length:0.##}\"");
        }

        _svg.Append("/>");
    }

    public void Text(double x, double y, string text, Ink ink, double size, Anchor anchor, bool upwards = false)
    {
        _svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.##}\" y=\"{y:0.##}\" font-size=\"{size:0.##}\" fill=\"{Color(ink)}\" fill-opacity=\"{ink.Alpha:0.###}\"");
        _svg.Append(anchor switch { Anchor.Start => "", Anchor.Middle => " text-anchor=\"middle\"", _ => " text-anchor=\"end\"" });
        if (upwards)
        {
            _svg.Append(CultureInfo.InvariantCulture, $" transform=\"rotate(-90 {x:0.##} {y:0.##})\"");
        }

        _svg.Append(CultureInfo.InvariantCulture, $">{Safe(text)}</text>");
    }

    public double Width(string text, double size) => text.Length * size * MeanWidth;

    public override string ToString() => _svg + "</svg>";

    private void Path(IReadOnlyList<(double X, double Y)> points)
    {
        _svg.Append("<path d=\"M");
        foreach (var (x, y) in points)
        {
            _svg.Append(CultureInfo.InvariantCulture, $"{x:0.##} {y:0.##} ");
        }
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(Letters.Clean(text));

    private static string Color(Ink ink) => $"#{ink.Red:x2}{ink.Green:x2}{ink.Blue:x2}";
}
