namespace Sightline.Log;

/// <summary>Durations counted in fixed buckets, written by one thread, read by any.</summary>
internal sealed class LatencyHistogram
{
    private static readonly double[] Bounds =
        [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, double.PositiveInfinity];

    private readonly long[] _counts = new long[Bounds.Length];
    private long _sumTicks;

    public TimeSpan Sum => TimeSpan.FromTicks(Volatile.Read(ref _sumTicks));

    public void Add(TimeSpan duration)
    {
        var index = Array.FindIndex(Bounds, bound => duration.TotalSeconds <= bound);
        Volatile.Write(ref _counts[index], _counts[index] + 1);
        Volatile.Write(ref _sumTicks, _sumTicks + duration.Ticks);
    }

    /// <summary>How many durations lie above the bucket before and at or below each bound (seconds).</summary>
    public IReadOnlyList<LatencyBucket> Buckets() =>
        [.. Bounds.Select((bound, index) => new LatencyBucket(bound, Volatile.Read(ref _counts[index])))];
}
