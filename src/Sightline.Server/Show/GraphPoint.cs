namespace Sightline.Server.Show;

/// <summary>A bucket of a graph.</summary>
/// <param name="Label">On the axis.</param>
/// <param name="Now">Height; <see langword="null"/>: no value, a gap in the line.</param>
/// <param name="Before">Height of the comparison.</param>
/// <param name="NowText">The value as written.</param>
/// <param name="BeforeText">That of the comparison.</param>
/// <param name="BeforeLabel">The bucket compared with.</param>
/// <param name="From">First instant or day of the bucket, as a custom range's begin is written.</param>
/// <param name="To">And its last, inside.</param>
public sealed record GraphPoint(
    string Label, double? Now, double? Before, string NowText, string BeforeText = "", string? BeforeLabel = null, string From = "", string To = "");
