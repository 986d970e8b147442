namespace Sightline.Server.Show;

/// <summary>A line of a graph of many.</summary>
public sealed record SeriesLine
{
    /// <summary>In the legend. Hostile text.</summary>
    public required string Name { get; init; }

    /// <summary>Unix seconds of the first value.</summary>
    public required long Start { get; init; }

    /// <summary>Seconds between values.</summary>
    public required long Step { get; init; }

    /// <summary>NaN: none, a gap in the line.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>A view of it alone.</summary>
    public string? Href { get; init; }

    public double? Last => Values.LastOrDefault(double.IsFinite, double.NaN) is var last && double.IsNaN(last) ? null : last;

    public double? Mean => Values.Any(double.IsFinite) ? Values.Where(double.IsFinite).Average() : null;

    public double? Max => Values.Any(double.IsFinite) ? Values.Where(double.IsFinite).Max() : null;
}
