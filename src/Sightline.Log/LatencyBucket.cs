namespace Sightline.Log;

/// <summary>How many syncs took at most <paramref name="UpToSeconds"/> and longer than the bucket before allows.</summary>
/// <param name="UpToSeconds">The last bucket's is infinite.</param>
/// <param name="Count">Not cumulative.</param>
public readonly record struct LatencyBucket(double UpToSeconds, long Count);
