namespace Sightline.Store.Series;

/// <summary>How many of lately's new names begin like that.</summary>
/// <param name="Text">Whole elements with the dot, or the name and the tag whose values differ: <c>disk.used;request=</c>.</param>
/// <param name="Share">0 to 1.</param>
public sealed record NamePrefix(string Text, double Share);
