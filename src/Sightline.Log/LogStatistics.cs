namespace Sightline.Log;

/// <summary>Interim counts; the full log replaces this file.</summary>
public sealed class LogStatistics
{
    private long _syncs;
    private long _bytes;

    public long Appends => Syncs;

    public long Syncs => Interlocked.Read(ref _syncs);

    public long Bytes => Interlocked.Read(ref _bytes);

    public TimeSpan SyncP99 { get; private set; }

    public long DamagedBytes { get; }

    internal void Synced(long bytes, TimeSpan took)
    {
        Interlocked.Increment(ref _syncs);
        Interlocked.Add(ref _bytes, bytes);
        SyncP99 = took;
    }
}
