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

    void Text(double x, double y, string text, Ink ink, double size, Anchor anchor);
}
