using Sightline.Core.Model;
using Sightline.Log.Files;

namespace Sightline.Log;

/// <summary>The segment files in order. Guarded by the log's one lock, which callers of the members below hold unless they say so.</summary>
internal sealed class SegmentChain(ILogFiles files, string directory, ulong secret, IEnumerable<Segment> found)
{
    private readonly List<Segment> _segments = [.. found];

    public int Count => _segments.Count;

    public Segment? First => _segments.Count > 0 ? _segments[0] : null;

    public Segment? Last => _segments.Count > 0 ? _segments[^1] : null;

    /// <summary>The segment a position lies in: the last that begins at or before it, else the first there is.</summary>
    public Segment? Find(LogPosition position)
    {
        for (var index = _segments.Count - 1; index > 0; index--)
        {
            if (_segments[index].Start <= position)
            {
                return _segments[index];
            }
        }

        return First;
    }

    /// <summary>
    /// Makes the file of a segment that begins at <paramref name="start"/>, durably. Called without the lock. A file of that name is
    /// what an earlier, failed call left: no record in it was acknowledged.
    /// </summary>
    public (Segment Segment, ILogFile File) Create(LogPosition start, LogPosition previousEnd)
    {
        var path = Path.Combine(directory, Segment.NameOf(start));
        files.Delete(path);
        var file = files.Create(path);
        try
        {
            Span<byte> header = stackalloc byte[SegmentHeader.Size];
            new SegmentHeader(start, previousEnd, secret).Write(header);
            file.Write(header, 0);
            file.Sync();
            files.SyncDirectory(directory);
            return (new Segment(path, start, previousEnd, secret), file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public ulong Secret => secret;

    public void Add(Segment segment)
    {
        if (Last is { } last)
        {
            last.Next = segment;
        }

        _segments.Add(segment);
    }

    /// <summary>Takes out the segments wholly before a position; never the last, which keeps the log's position over restarts.</summary>
    public List<Segment> TakeBefore(LogPosition position)
    {
        var count = 0;
        while (count < _segments.Count - 1 && _segments[count + 1].Start <= position)
        {
            count++;
        }

        var taken = _segments.GetRange(0, count);
        _segments.RemoveRange(0, count);
        return taken;
    }

    /// <summary>Puts back what could not be deleted, to be tried again.</summary>
    public void PutBack(IReadOnlyList<Segment> segments) => _segments.InsertRange(0, segments);
}
