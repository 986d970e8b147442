namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>Where the text begins, or ends.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>What a graph is drawn on.</summary>
internal interface ICanvas
{
    void Fill(IReadOnlyList<(double X, double Y)> points, Ink ink);

    void Line(IReadOnlyList<(double X, double Y)> points, Ink ink, double width, double? dash);

    /// <param name="x">Where the anchor is.</param>
    /// <param name="y">The line it stands on.</param>
    /// <param name="text">Hostile text.</param>
    /// <param name="ink">Its colour.</param>
    /// <param name="size">Pixels.</param>
    /// <param name="anchor">What of it is at the place.</param>
    /// <param name="upwards">From bottom to top.</param>
    void Text(double x, double y, string text, Ink ink, double size, Anchor anchor, bool upwards = false);

    /// <summary>Pixels a text takes, perhaps estimated.</summary>
    double Width(string text, double size);
}

/// <summary>Letters of a picture.</summary>
/// <param name="Family">Hostile text; empty: the system's.</param>
/// <param name="IsBold">Heavier.</param>
/// <param name="IsItalic">Slanted.</param>
internal sealed record Letters(string Family, bool IsBold, bool IsItalic)
{
    /// <summary>Without what no letter is: control signs, halves of signs.</summary>
    public static string Clean(string text)
    {
        var clean = new System.Text.StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!System.Text.Rune.IsControl(rune) && rune.Value is not (0xFFFD or 0xFFFE or 0xFFFF))
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }
}
