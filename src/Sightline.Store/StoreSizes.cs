namespace Sightline.Store;

/// <summary>How much is stored.</summary>
/// <param name="FileBytes">Size of all database files: <paramref name="MainBytes"/> and those of settled months.</param>
/// <param name="MainBytes">Size of the main file, which grows and shrinks with what is not settled.</param>
/// <param name="LogBytes">Size of its write-ahead log: what a restart would replay.</param>
/// <param name="Events">Rows of events.</param>
/// <param name="SettledEvents">Those of them in files of months.</param>
/// <param name="SettledMonths">Files of months.</param>
/// <param name="Sessions">Visits.</param>
/// <param name="Texts">Texts of the dictionary.</param>
/// <param name="Points">Points of series.</param>
/// <param name="PackedPoints">Those of them that are packed.</param>
public sealed record StoreSizes(long FileBytes, long MainBytes, long LogBytes, long Events, long SettledEvents, int SettledMonths, long Sessions, long Texts, long Points, long PackedPoints);
