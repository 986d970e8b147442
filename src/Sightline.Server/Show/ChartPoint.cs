namespace Sightline.Server.Show;

/// <summary>A bucket of a chart.</summary>
/// <param name="Label">On the axis.</param>
/// <param name="Now">Height; <see langword="null"/>: no value, a gap in the line.</param>
/// <param name="Before">Height of the comparison.</param>
/// <param name="Title">Shown when pointed at.</param>
/// <param name="NowText">For the table.</param>
/// <param name="BeforeText">For the table.</param>
public sealed record ChartPoint(string Label, double? Now, double? Before, string Title, string NowText, string BeforeText);
