namespace Sightline.Log;

/// <summary>Counts since the log was opened, for metrics and tests.</summary>
public sealed record LogStatistics
{
    /// <summary>Records made durable.</summary>
    public long Appends { get; init; }

    /// <summary>Their bytes, headers included.</summary>
    public long Bytes { get; init; }

    /// <summary>Syncs that made them durable: one for a whole batch.</summary>
    public long Syncs { get; init; }

    /// <summary>Time spent in syncs.</summary>
    public TimeSpan SyncTime { get; init; }

    /// <summary>Durations of a batch's write and sync.</summary>
    public IReadOnlyList<LatencyBucket> SyncLatency { get; init; } = [];

    /// <summary>Appends refused at once: the store behind, the disk full, the log failed.</summary>
    public long Refused { get; init; }

    /// <summary>Batches that could not be made durable; every caller in them was told.</summary>
    public long FailedBatches { get; init; }

    /// <summary>Damaged places that readers skipped, each counted once; at least one record was lost in each.</summary>
    public long DamagedRanges { get; init; }

    /// <summary>Bytes in those places.</summary>
    public long DamagedBytes { get; init; }

    /// <summary>Segment files there are.</summary>
    public int Segments { get; init; }

    /// <summary>Segment files deleted.</summary>
    public long DeletedSegments { get; init; }

    /// <summary>The duration (a bucket's upper bound, in seconds) that this share of the syncs stayed under; 0 without any.</summary>
    public double SyncSecondsAt(double share)
    {
        var rank = Math.Ceiling(share * SyncLatency.Sum(bucket => bucket.Count));
        long seen = 0;
        foreach (var bucket in SyncLatency)
        {
            seen += bucket.Count;
            if (seen > 0 && seen >= rank)
            {
                return bucket.UpToSeconds;
            }
        }

        return 0;
    }
}
