using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Log;

/// <summary>A file of the log: the records from <see cref="Start"/> up to where the next segment begins.</summary>
internal sealed class Segment(string path, LogPosition start, LogPosition previousEnd, ulong? secret)
{
    private const string Extension = ".seg";
    private const int NameDigits = 19;
    private volatile Segment? _next;

    public string Path { get; } = path;

    public LogPosition Start { get; } = start;

    public LogPosition PreviousEnd { get; } = previousEnd;

    /// <summary>What its records are marked with; <see langword="null"/>: its header is damaged and nothing around it tells.</summary>
    public ulong? Secret { get; } = secret;

    /// <summary>
    /// Set before anything behind it becomes durable. Bytes in this file past the next segment's start are void: a batch whose sync
    /// failed, which was never acknowledged.
    /// </summary>
    public Segment? Next
    {
        get => _next;
        set => _next = value;
    }

    public static long OffsetOf(LogPosition start, long position) => SegmentHeader.Size + (position - start.Value);

    public static string NameOf(LogPosition start) => start.Value.ToString("D19", CultureInfo.InvariantCulture) + Extension;

    public static bool TryParseName(string name, out LogPosition start)
    {
        start = default;
        if (name.Length != NameDigits + Extension.Length || !name.EndsWith(Extension, StringComparison.Ordinal)
            || !long.TryParse(name.AsSpan(0, NameDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        start = new LogPosition(value);
        return true;
    }
}
