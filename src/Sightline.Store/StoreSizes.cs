namespace Sightline.Store;

/// <summary>How much is stored.</summary>
/// <param name="FileBytes">Size of the database file.</param>
/// <param name="LogBytes">Size of its write-ahead log: what a restart would replay.</param>
/// <param name="Events">Rows of events.</param>
/// <param name="Sessions">Visits.</param>
/// <param name="Texts">Texts of the dictionary.</param>
public sealed record StoreSizes(long FileBytes, long LogBytes, long Events, long Sessions, long Texts);
