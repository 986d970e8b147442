namespace Sightline.Store.Settings;

/// <summary>A view of a project under a name.</summary>
/// <param name="Id">Never used twice.</param>
/// <param name="Name">Unique within the project.</param>
/// <param name="Query">The address after the question mark; empty: the view without filters.</param>
public sealed record SavedView(long Id, string Name, string Query);
