using System.Globalization;
using Microsoft.Extensions.Primitives;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>What a request says about a picture, in graphite-web's words.</summary>
internal sealed class PictureOptions
{
    private readonly Func<string, string> _text;

    public PictureOptions(Func<string, StringValues> values, RenderContext context)
    {
        _text = name => values(name) is [.., { } last] && !last.Equals("default", StringComparison.OrdinalIgnoreCase) ? last : "";
        Context = context;
        Bare = Flag("graphOnly");
        var template = PictureTemplate.Of(values("template").ToString());
        Background = Ink.Parse(_text("bgcolor")) ?? template.Background;
        Foreground = Ink.Parse(_text("fgcolor")) ?? template.Foreground;
        Grid = Ink.Parse(_text("majorGridLineColor")) is { } grid ? grid with { Alpha = 0.5 * grid.Alpha } : Ink.Parse(_text("fgcolor")) is { } fore ? fore with { Alpha = 0.15 } : template.Grid;
        Colors = PictureTemplate.Inks(_text("colorList")) is { Count: > 0 } colors ? colors : template.Lines;
    }

    /// <summary>Of a picture that no request to <c>/render</c> asks for.</summary>
    public static PictureOptions Read(Func<string, StringValues> values, TimeZoneInfo zone, long from, long until) => new(values, new RenderContext(from, until, until, zone));

    /// <summary>The range asked for and the zone of its times.</summary>
    public RenderContext Context { get; }

    /// <summary>Nothing but the lines.</summary>
    public bool Bare { get; }

    public Ink Background { get; }

    public Ink Foreground { get; }

    public Ink Grid { get; }

    public IReadOnlyList<Ink> Colors { get; }

    public bool IsPie => _text("graphType") == "pie";

    public int Width => (int)Number("width", 330, 20, 4000);

    public int Height => (int)Number("height", 250, 20, 4000);

    public double Margin => Bare ? 0 : Number("margin", 10, 0, 500);

    public string Title => Bare ? "" : _text("title");

    public string VerticalTitle => Bare ? "" : _text("vtitle");

    public string VerticalTitleRight => Bare ? "" : _text("vtitleRight");

    public double FontSize => Number("fontSize", 10, 4, 100);

    public Letters Letters => new(_text("fontName"), Flag("fontBold"), Flag("fontItalic"));

    public bool HasGrid => !Bare && !Flag("hideGrid");

    public bool HasXAxis => !Bare && !Flag("hideAxes") && !Flag("hideXAxis");

    public bool HasYAxis => !Bare && !Flag("hideAxes") && !Flag("hideYAxis");

    /// <summary>The axis of values is on the right when there is but one.</summary>
    public bool IsRight => _text("yAxisSide") == "right";

    /// <summary><see langword="null"/>: when there are no more series than are told apart.</summary>
    public bool? Legend => Bare ? false : _text("hideLegend").Length == 0 ? null : !Flag("hideLegend");

    public bool UniqueLegend => Flag("uniqueLegend");

    public bool HidesEmptyNames => Flag("hideNullFromLegend");

    /// <summary>none, first, all or stacked.</summary>
    public string Area => _text("areaMode") is { Length: > 0 } area ? area : "none";

    public double? AreaAlpha => Given("areaAlpha") is { } alpha ? Math.Clamp(alpha, 0, 1) : null;

    /// <summary>slope, staircase or connected.</summary>
    public string Lines => _text("lineMode") is { Length: > 0 } lines ? lines : "slope";

    /// <summary>Gaps of so many values are bridged where lines are connected.</summary>
    public double ConnectedLimit => Given("connectedLimit") ?? double.PositiveInfinity;

    public bool NullIsZero => Flag("drawNullAsZero");

    /// <summary>Pixels between values, at least.</summary>
    public double LeastStep => Number("minXStep", 1, 0.05, 100);

    public string TimeFormat => _text("xFormat");

    public string Units => _text("yUnitSystem") is { Length: > 0 } units ? units : "si";

    /// <summary>0: axes are linear.</summary>
    public double LogBase => _text("logBase") == "e" ? Math.E : Given("logBase") is > 1 and var given ? given : 0;

    /// <summary>average, maximum or minimum.</summary>
    public string PieMode => _text("pieMode");

    /// <summary>none, number or percent.</summary>
    public string ValueLabels => _text("valueLabels") is { Length: > 0 } labels ? labels : "percent";

    /// <summary>Of a series; with two axes each side has its own.</summary>
    public double LineWidth(bool two, bool right, int count) =>
        Math.Clamp((two ? Given(right ? "rightWidth" : "leftWidth") : null) ?? Given("lineWidth") ?? (count > 30 ? 1 : 1.5), 0.1, 50);

    /// <summary>That of all series of a side, where it is said.</summary>
    public Ink? SideColor(bool two, bool right) => two ? Ink.Parse(_text(right ? "rightColor" : "leftColor")) : null;

    public double? SideDash(bool two, bool right) => two && Flag(right ? "rightDashed" : "leftDashed") ? 5 : null;

    /// <summary>With two axes each side has its own; what is said for both holds for the left one.</summary>
    public AxisLimits Limits(bool two, bool right)
    {
        double? Of(string name, string other = "") => two
            ? Given(name + (right ? "Right" : "Left")) ?? (right ? null : Given(name))
            : Given(name) ?? (other.Length > 0 ? Given(other) : null);
        var limits = new AxisLimits(Of("yMin", "min"), Of("yMax", "max"), Of("yLimit"), Of("yStep"));
        return limits.Least >= limits.Most ? limits with { Most = null } : limits;
    }

    private double? Given(string name) =>
        double.TryParse(_text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e300 ? number : null;

    private double Number(string name, double otherwise, double least, double most) => Math.Clamp(Given(name) ?? otherwise, least, most);

    private bool Flag(string name) => _text(name) is var text && (text.Equals("true", StringComparison.OrdinalIgnoreCase) || (Given(name) ?? 0) != 0);
}
