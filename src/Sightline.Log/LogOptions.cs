using Sightline.Core.Model;

namespace Sightline.Log;

/// <summary>Where the log lies and how much it may take. Checked by <see cref="DurableLog.Open"/>.</summary>
public sealed record LogOptions
{
    /// <summary>The largest record the format's readers accept.</summary>
    public const int RecordBytesCeiling = 64 << 20;

    /// <summary>A directory for the log alone; created when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// Up to where the store holds everything already. A log found shorter (its files were lost) goes on from here, because the
    /// store would skip records at positions it believes to have.
    /// </summary>
    public LogPosition StoreHas { get; init; }

    /// <summary>A new segment begins when the next batch would pass this size.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>The largest payload accepted.</summary>
    public int MaxRecordBytes { get; init; } = 16 << 20;

    /// <summary>Appends are refused while this much lies between the log's end and the store's position.</summary>
    public long MaxUnreadBytes { get; init; } = 4L << 30;

    /// <summary>Appends are refused while the disk has less left than this.</summary>
    public long MinFreeDiskBytes { get; init; } = 256L << 20;

    /// <summary>Records gathered for one write and sync; what comes beyond waits for the next.</summary>
    public int MaxBatchBytes { get; init; } = 8 << 20;

    /// <summary>Appends are refused while more than this waits in memory behind a full batch: the disk is too slow for the load.</summary>
    public long MaxWaitingBytes { get; init; } = 64 << 20;

    /// <summary>How long appends are refused after a full disk or a failure before one is let through to try again.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    internal LogOptions Checked()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Directory);
        ArgumentOutOfRangeException.ThrowIfNegative(StoreHas.Value, nameof(StoreHas));
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 4096);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRecordBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxRecordBytes, RecordBytesCeiling);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUnreadBytes, MaxRecordBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(MinFreeDiskBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBatchBytes, 4096);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxBatchBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxWaitingBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryAfter, TimeSpan.Zero);
        return this;
    }

    /// <summary>From this length on a segment has zeros written ahead of its records, which makes syncs quicker.</summary>
    public int WriteAheadFromBytes { get; init; } = 16 << 10;
}
