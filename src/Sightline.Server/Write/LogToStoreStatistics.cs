namespace Sightline.Server.Write;

/// <summary>Counts of the store's feeder since the server started. Written by one thread, read by any.</summary>
internal sealed class LogToStoreStatistics
{
    private long _records;
    private long _events;
    private long _points;
    private long _batches;
    private long _failures;
    private long _orphans;
    private long _ticks;

    public long Records => Interlocked.Read(ref _records);

    /// <summary>Events stored (after enrichment, before duplicates are taken out).</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Points of metrics stored.</summary>
    public long Points => Interlocked.Read(ref _points);

    public long Batches => Interlocked.Read(ref _batches);

    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Records passed over because their project was removed.</summary>
    public long Orphans => Interlocked.Read(ref _orphans);

    /// <summary>Time spent reading, enriching and writing.</summary>
    public TimeSpan Busy => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    internal void Wrote(int records, int events, int points, TimeSpan took)
    {
        Interlocked.Add(ref _records, records);
        Interlocked.Add(ref _events, events);
        Interlocked.Add(ref _points, points);
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _ticks, took.Ticks);
    }

    internal void Failed() => Interlocked.Increment(ref _failures);

    internal void Orphaned(int records) => Interlocked.Add(ref _orphans, records);
}
