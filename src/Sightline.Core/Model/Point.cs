namespace Sightline.Core.Model;

/// <summary>A sample of a series.</summary>
/// <param name="Time">Unix seconds UTC.</param>
/// <param name="Value">Never NaN.</param>
public readonly record struct Point(uint Time, double Value);
