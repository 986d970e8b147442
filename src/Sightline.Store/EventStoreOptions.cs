namespace Sightline.Store;

/// <summary>How the event store uses the machine.</summary>
public sealed record EventStoreOptions
{
    /// <summary>Threads of all queries and writes together; 0: one for each processor.</summary>
    public int Threads { get; init; }

    /// <summary>Memory the engine may take before it spills to disk, as DuckDB writes it (<c>512MB</c>).</summary>
    public string MemoryLimit { get; init; } = "1GB";

    /// <summary>
    /// What the engine may have read ahead of each query that looks at its rows here, bytes. With the engine's own megabyte its threads mostly wait for the query's.
    /// </summary>
    public long ReadAheadBytes { get; init; } = 16L << 20;

    /// <summary>
    /// A month's events move to a file of their own this many days after its end (UTC): by then visits are over everywhere, and what is sent
    /// late has mostly come.
    /// </summary>
    public int SettleAfterDays { get; init; } = 3;

    /// <summary>A month is settled only while this much of the disk stays free, bytes.</summary>
    public long MinFreeDiskBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>This many events that came late have a settled month's file written anew before a day has passed; or a quarter of the file's, if that is more.</summary>
    public int SettleLateEvents { get; init; } = 20_000;

    /// <summary>Events that one statement moves while a month's file is written: few enough to sort in memory, enough to fill row groups.</summary>
    internal int SliceEvents { get; init; } = 1_000_000;
}
