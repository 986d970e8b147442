namespace Sightline.Server.Show;

/// <summary>A row of a breakdown.</summary>
/// <param name="Label">Hostile text: encoded when shown.</param>
/// <param name="Value">The number.</param>
/// <param name="Share">Of all, 0 to 1: length of the bar.</param>
/// <param name="ShareText">The share in words.</param>
/// <param name="Href">Filters by this row.</param>
public sealed record BarRow(string Label, string Value, double Share, string ShareText, string Href);
