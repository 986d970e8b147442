namespace Sightline.Core.Wire.Graphite;

/// <summary>What is wrong with a datum of Graphite's protocols.</summary>
public enum GraphiteFault
{
    None = 0,
    /// <summary>Not a name, a number and a time.</summary>
    Malformed,
    /// <summary>The value is NaN, which carbon drops too.</summary>
    NotANumber,
    /// <summary>The time is before 1970 or after 2106 (milliseconds, for example).</summary>
    BadTime,
    /// <summary>The name is longer than <see cref="SeriesName.MaxBytes"/>.</summary>
    TooLong,
    /// <summary>The name's tags cannot be: empty, or with a sign tags must not have.</summary>
    BadTags,
}
