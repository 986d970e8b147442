namespace Sightline.Core.Queries.Graphite;

/// <summary>What a picture of a series shall look like.</summary>
public sealed record Drawing
{
    public static Drawing Plain { get; } = new();

    /// <summary>A name or hexadecimal digits; <see langword="null"/>: the next one.</summary>
    public string? Color { get; init; }

    /// <summary>0 to 1.</summary>
    public double? Alpha { get; init; }

    /// <summary>Pixels.</summary>
    public double? LineWidth { get; init; }

    /// <summary>Pixels of a dash.</summary>
    public double? Dashed { get; init; }

    /// <summary>Drawn on top of those before, and filled.</summary>
    public bool Stacked { get; init; }

    /// <summary>Takes its room in a stack but is not seen.</summary>
    public bool Invisible { get; init; }

    /// <summary>Has the axis on the right.</summary>
    public bool SecondYAxis { get; init; }

    /// <summary>A line from bottom to top wherever there is a value.</summary>
    public bool Infinite { get; init; }
}
