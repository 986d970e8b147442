using Sightline.Log.Files;

namespace Sightline.Log;

/// <summary>
/// Zeros written behind the records of the newest segment. A sync behind which the file is longer must write the file's length, too, wherever
/// the file system keeps it: with zeros there already it writes data alone, which takes half as long. They go to the disk with the sync of the
/// batch before them. A quiet segment gets none, a busy one as many as it has records, up to a bound.
/// </summary>
/// <param name="segmentBytes">No further than a segment goes.</param>
/// <param name="fromBytes">Files shorter than this get none.</param>
internal sealed class WrittenAhead(long segmentBytes, int fromBytes)
{
    private const int Most = 1 << 20;
    private const int Block = 4096;

    private readonly byte[] _zeros = new byte[64 << 10];
    private long _until;
    private bool _full;

    /// <summary>A file without any.</summary>
    public void Begin()
    {
        _until = 0;
        _full = false;
    }

    /// <summary>Whether the file is longer than its records, which end at <paramref name="end"/>.</summary>
    public bool Any(long end) => _until > end;

    /// <summary>A batch was written up to <paramref name="end"/> and is not synced yet.</summary>
    public void Extend(ILogFile file, long end)
    {
        if (end <= _until || end < fromBytes || _full)
        {
            return;
        }

        var until = Math.Min(end + Math.Min(end, Most), segmentBytes) / Block * Block;
        try
        {
            for (var at = end; at < until; at += _zeros.Length)
            {
                file.Write(_zeros.AsSpan(0, (int)Math.Min(_zeros.Length, until - at)), at);
            }
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            // What was asked for is written; this was for speed alone, and is not tried again in this file.
            _full = true;
        }

        _until = Math.Max(until, end);
    }
}
