using Microsoft.Playwright;

namespace Sightline.Benchmarks;

/// <summary>How a page is looked at.</summary>
internal sealed record ScreenLook(string Name, int Width, ColorScheme Scheme, bool Script = true, ForcedColors Forced = ForcedColors.None, Media Media = Media.Screen)
{
    /// <summary>What shows most of what can go wrong.</summary>
    public static readonly IReadOnlyList<ScreenLook> Quick = [new("1280-light", 1280, ColorScheme.Light), new("390-light", 390, ColorScheme.Light)];

    /// <summary>Each page once in every way that its style has a rule of its own for.</summary>
    public static readonly IReadOnlyList<ScreenLook> Usual =
    [
        .. Quick, new("1280-dark", 1280, ColorScheme.Dark), new("2560-light", 2560, ColorScheme.Light), new("1280-noscript", 1280, ColorScheme.Light, Script: false),
    ];

    /// <summary>Everything; on paper as wide as A4 within its margins.</summary>
    public static readonly IReadOnlyList<ScreenLook> All =
    [
        .. Usual, new("390-dark", 390, ColorScheme.Dark), new("2560-dark", 2560, ColorScheme.Dark), new("390-noscript", 390, ColorScheme.Light, Script: false),
        new("1280-forced", 1280, ColorScheme.Dark, Forced: ForcedColors.Active), new("print", 700, ColorScheme.Light, Media: Media.Print),
    ];
}
