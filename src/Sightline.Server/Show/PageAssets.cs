using Sightline.Server.Access;

namespace Sightline.Server.Show;

/// <summary>What pages load: the style sheet, two scripts and the map. Scripts are built from <c>web/dashboard</c> and lie beside the application.</summary>
internal static class PageAssets
{
    public static Asset Style { get; } = new("/assets/sightline.css", "text/css; charset=utf-8", [.. Embedded("Sightline.Server.Show.sightline.css"), .. Embedded("Sightline.Server.Show.forms.css"), .. Embedded("Sightline.Server.Show.series.css")]);

    /// <summary>Swaps regions, shortcuts, realtime: on every page.</summary>
    public static Asset App { get; } = new("/assets/app.js", "text/javascript; charset=utf-8", Beside("app.js"));

    /// <summary>The graph that answers the pointer; loaded by <see cref="App"/> where a page has one.</summary>
    public static Asset Chart { get; } = new("/assets/chart.js", "text/javascript; charset=utf-8", Beside("chart.js"));

    /// <summary>Outlines of countries, one symbol each, named by their ISO 3166-1 code.</summary>
    public static Asset World { get; } = new("/assets/world.svg", "image/svg+xml", Beside("world.svg"));

    public static void MapAssets(this IEndpointRouteBuilder app)
    {
        foreach (var asset in (Asset[])[Style, App, Chart, World])
        {
            app.MapGet(asset.Path, asset.Answer).AllowEveryone();
        }
    }

    internal static byte[] Beside(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "assets", name));

    private static byte[] Embedded(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
