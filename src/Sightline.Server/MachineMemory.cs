using Sightline.Server.Query;
using Sightline.Store.Series;

namespace Sightline.Server;

/// <summary>
/// How what the machine (or the container) has of memory is shared out, so that all parts at their fullest fit a machine of 512 MB beside about 150 MB of the
/// server itself; large machines give no more than helps. What a part cannot hold it spills, refuses or computes again.
/// </summary>
/// <param name="StoreBytes">The store's engine, before it spills to disk.</param>
/// <param name="QueryBytes">One query at most.</param>
/// <param name="QueriesBytes">All queries that run.</param>
/// <param name="KeptBytes">Kept from one query for the next.</param>
/// <param name="AnswersBytes">Answers kept.</param>
/// <param name="UsualSeries">Series of metrics of a project that has no limit of its own: their names rest in memory, and must find room in it at the next start, too.</param>
internal sealed record MachineMemory(long StoreBytes, long QueryBytes, long QueriesBytes, long KeptBytes, long AnswersBytes, int UsualSeries)
{
    private const long Mebibyte = 1 << 20;
    private const int BytesOfSeries = 600;

    /// <param name="storeBytes">The store's part as the operator wants it; 0: a share.</param>
    public static MachineMemory OfThisOne(long storeBytes = 0)
    {
        // The load from which the collector thinks memory high is nine tenths of it; what the runtime calls available is less in a container.
        var bytes = GC.GetGCMemoryInfo().HighMemoryLoadThresholdBytes / 9 * 10;
        return Of(bytes > 0 ? bytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, storeBytes);
    }

    /// <param name="bytes">All there is.</param>
    /// <param name="storeBytes">The store's part as the operator wants it; 0: a share.</param>
    public static MachineMemory Of(long bytes, long storeBytes = 0)
    {
        long Share(int part, long least, long most) => Math.Clamp(bytes / part, least * Mebibyte, most * Mebibyte);
        var queries = Share(5, 32, 1024);
        return new MachineMemory(
            storeBytes > 0 ? storeBytes : Share(4, 96, 1024), Math.Min(queries, 512 * Mebibyte), queries, Share(20, 8, 192), Share(32, 4, 64),
            (int)Math.Clamp(bytes / 8 / BytesOfSeries, 50_000, SeriesIndex.MostUsual));
    }

    public QueryOptions ForQueries(QueryOptions options) => options with { MemoryBytes = QueryBytes, TotalMemoryBytes = QueriesBytes, ArrayBytes = KeptBytes, CacheBytes = AnswersBytes };
}
