namespace Sightline.Core.Wire.Matomo;

/// <summary>What became of a hit. Whatever it is, the batch holds its events or its drop.</summary>
public enum MatomoResult
{
    /// <summary>Its events are in the batch.</summary>
    Tracked,
    /// <summary>Matomo would not record it and answers as if it had; the batch has a drop that says why.</summary>
    Excluded,
    /// <summary>Matomo answers 400; the batch has a drop that says why.</summary>
    Refused,
}
