namespace Sightline.Core.Model;

/// <summary>What the points were of which a coarser value was made.</summary>
/// <param name="Time">Of the coarser value.</param>
/// <param name="Value">The coarser value; NaN: they were too few for one.</param>
/// <param name="Summary">Of the points.</param>
public readonly record struct KeptSummary(uint Time, double Value, PointSummary Summary);
