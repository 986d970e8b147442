namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>A set of colours that graphite-web's <c>template=</c> names.</summary>
/// <param name="Background">Behind all.</param>
/// <param name="Foreground">Of texts.</param>
/// <param name="Grid">Of lines behind the graph.</param>
/// <param name="Lines">Of series.</param>
internal sealed record PictureTemplate(Ink Background, Ink Foreground, Ink Grid, IReadOnlyList<Ink> Lines)
{
    /// <summary>Of pictures for which nothing is said.</summary>
    public static PictureTemplate Own { get; } = new(new Ink(255, 255, 255), new Ink(60, 64, 72), new Ink(60, 64, 72, 0.14), Ink.Series);

    private static readonly Dictionary<string, PictureTemplate> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["default"] = Dark("blue,green,red,purple,brown,yellow,aqua,grey,magenta,pink,gold,rose"),
        ["noc"] = Dark("blue,green,red,yellow,purple,brown,aqua,grey,magenta,pink,gold,rose"),
        ["plain"] = new(new Ink(255, 255, 255), new Ink(0, 0, 0), new Ink(0, 0, 0, 0.15), Inks("blue,green,red,purple,brown,orange,aqua,grey,magenta,pink,gold,rose")),
        ["summary"] = Dark("#6666ff,#66ff66,#ff6666"),
        ["alphas"] = new(new Ink(255, 255, 255), new Ink(0, 0, 0), new Ink(0, 0, 0, 0.15), Inks("00ff00aa,ff000077,00337799")),
    };

    /// <summary>That of a name; one that nobody knows is our own.</summary>
    public static PictureTemplate Of(string name) => Known.GetValueOrDefault(name, Own);

    public static IReadOnlyList<Ink> Inks(string list) => [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Take(1000).Select(static one => Ink.Parse(one.Trim())).OfType<Ink>()];

    private static PictureTemplate Dark(string lines) => new(new Ink(0, 0, 0), new Ink(255, 255, 255), new Ink(255, 255, 255, 0.22), Inks(lines));
}
