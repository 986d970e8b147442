namespace Sightline.Store;

/// <summary>A month whose events rest in a file of their own.</summary>
/// <param name="Month"><c>2026-09</c>, UTC.</param>
/// <param name="Events">Events in the file.</param>
/// <param name="FileBytes">Its size.</param>
public sealed record SettledMonth(string Month, long Events, long FileBytes);
