namespace Sightline.Store;

/// <summary>Events of a month.</summary>
/// <param name="Month"><c>2026-09</c>, UTC.</param>
/// <param name="Events">All of them.</param>
/// <param name="SettledEvents">Those in the month's own file.</param>
/// <param name="FileBytes">Size of that file; 0: it has none.</param>
/// <param name="ApproximateBytes">The file, and the events' estimated share of the main file.</param>
public sealed record MonthStorage(string Month, long Events, long SettledEvents, long FileBytes, long ApproximateBytes);
