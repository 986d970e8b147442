using Sightline.Core.Model;

namespace Sightline.Log;

/// <summary>What <see cref="DurableLog.Open"/> found and did.</summary>
public sealed record RecoveryReport
{
    /// <summary>Segment files found.</summary>
    public int Segments { get; init; }

    /// <summary>The first record still there.</summary>
    public LogPosition FirstAvailable { get; init; }

    /// <summary>Where the log goes on.</summary>
    public LogPosition End { get; init; }

    /// <summary>Whole records in the last segment.</summary>
    public long RecordsScanned { get; init; }

    /// <summary>Bytes cut off the end of the last segment: a batch being written when the process or the machine stopped.</summary>
    public long TornBytes { get; init; }

    /// <summary>Damaged places in the last segment with whole records behind them; they stay, and readers skip them.</summary>
    public int DamagedRanges { get; init; }

    /// <summary>Bytes in those places.</summary>
    public long DamagedBytes { get; init; }

    /// <summary>Positions left out because the store was ahead of the log: files of the log were lost or cut.</summary>
    public long SkippedBytes { get; init; }

    /// <summary>Segment files whose header was damaged and made up from what is around it.</summary>
    public int DamagedHeaders { get; init; }

    /// <summary>Time it took.</summary>
    public TimeSpan Took { get; init; }
}
