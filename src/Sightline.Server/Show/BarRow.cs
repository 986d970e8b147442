namespace Sightline.Server.Show;

/// <summary>A row of a breakdown.</summary>
/// <param name="Label">Hostile text: encoded when shown.</param>
/// <param name="Share">0 to 1: length of the bar.</param>
/// <param name="Cells">The numbers, as written.</param>
/// <param name="Href">Filters by this row; <see langword="null"/>: it cannot.</param>
/// <param name="Key">The value behind the label, for the map.</param>
public sealed record BarRow(string Label, double Share, IReadOnlyList<string> Cells, string? Href, string? Key = null);
