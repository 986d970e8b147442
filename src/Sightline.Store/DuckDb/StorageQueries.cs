using Sightline.Store.DuckDb.Months;

namespace Sightline.Store.DuckDb;

/// <summary>How much is stored, of what.</summary>
internal static class StorageQueries
{
    public static StoreSizes Sizes(EventStore store, StoreSnapshot snapshot)
    {
        var months = SettledMonths.Read(snapshot.Connection).ConvertAll(month => month.File);
        var main = SizeOf(store, "main.duckdb");
        var settled = months.Sum(file => file.Rows);
        return new StoreSizes(
            main + months.Sum(store.Months.BytesOf),
            main,
            SizeOf(store, "main.duckdb.wal"),
            settled + Count(snapshot, "events"),
            settled,
            months.Count,
            Count(snapshot, "sessions"),
            Count(snapshot, "strings"));
    }

    private static long Count(StoreSnapshot snapshot, string table) => snapshot.Connection.ScalarLong($"SELECT count(*) FROM main.{table}") ?? 0;

    private static long SizeOf(EventStore store, string file)
    {
        var info = new FileInfo(Path.Combine(store.Directory, file));
        return info.Exists ? info.Length : 0;
    }
}
