namespace Sightline.Store.Settings;

/// <summary>A dashboard as it is kept.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Shown to people.</param>
/// <param name="Document">What it shows: JSON.</param>
/// <param name="ChangedMs">When it was last changed, Unix ms.</param>
public sealed record StoredDashboard(long Id, string Name, string Document, long ChangedMs);
