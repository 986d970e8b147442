using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>Finds buckets of times that mostly follow each other. For one thread.</summary>
internal sealed class BucketCursor(TimeBuckets buckets, long toMs)
{
    private long bucketFrom = long.MaxValue;
    private int bucket;

    /// <summary>Where the bucket found last ends.</summary>
    public long EndMs { get; private set; } = long.MinValue;

    public int Of(long timeMs)
    {
        if (timeMs < bucketFrom || timeMs >= EndMs)
        {
            bucket = buckets.IndexOf(timeMs);
            bucketFrom = buckets.Starts[bucket];
            EndMs = bucket + 1 < buckets.Count ? buckets.Starts[bucket + 1] : toMs;
        }
        return bucket;
    }
}
