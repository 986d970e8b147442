namespace Sightline.Store;

/// <summary>Sizes of the store's files, bytes.</summary>
/// <param name="MainBytes">The main file.</param>
/// <param name="LogBytes">Its write-ahead log.</param>
/// <param name="MonthBytes">Files of settled months.</param>
/// <param name="Months">How many of those there are.</param>
public sealed record StoreFiles(long MainBytes, long LogBytes, long MonthBytes, int Months);
