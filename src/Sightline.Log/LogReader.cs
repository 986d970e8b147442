using Sightline.Core.Model;
using Sightline.Log.Files;

namespace Sightline.Log;

/// <summary>
/// Reads durable records in order from a position on. For one thread at a time. While it is open the log keeps what it has not
/// read. Damage is skipped, counted in the log's statistics and reported, never silently.
/// </summary>
public sealed class LogReader : IDisposable
{
    private readonly DurableLog _log;
    private readonly ILogFiles _files;
    private Segment? _segment;
    private ILogFile? _file;
    private SegmentCursor? _cursor;
    private long _position;

    internal LogReader(DurableLog log, ILogFiles files, LogPosition from)
    {
        (_log, _files, _position) = (log, files, from.Value);
    }

    /// <summary>Where the next record is looked for; behind the record last read.</summary>
    public LogPosition Position => new(Volatile.Read(ref _position));

    /// <summary>
    /// The next record; false when there is no durable one (see <see cref="DurableLog.WaitForDataAsync"/>). Throws
    /// <see cref="LogFailedException"/> when the disk cannot be read: nothing is skipped, the call may be repeated.
    /// </summary>
    public bool TryRead(out LogRecord record)
    {
        try
        {
            return Next(out record);
        }
        catch (IOException error)
        {
            Leave();
            throw new LogFailedException($"the log could not be read at {Position}: {error.Message}", error);
        }
    }

    public void Dispose()
    {
        Leave();
        _log.Close(this);
    }

    private bool Next(out LogRecord record)
    {
        record = default;
        while (true)
        {
            // In this order: a segment that ends before the durable end already knows the next one.
            var durableEnd = _log.DurableEnd.Value;
            if (_position >= durableEnd || (_segment ??= _log.FindSegment(Position)) is not { } segment)
            {
                return false;
            }

            if (_position < segment.Start.Value)
            {
                SkipTo(segment);
                continue;
            }

            var next = segment.Next;
            var limit = next is null ? durableEnd : Math.Min(durableEnd, next.PreviousEnd.Value);
            switch (Read(segment, limit))
            {
                case CursorResult.Record:
                    record = _cursor!.Record;
                    Volatile.Write(ref _position, record.End.Value);
                    return true;
                case CursorResult.Damage:
                    _log.ReportDamage(_position, _cursor?.Skipped ?? limit - _position);
                    Volatile.Write(ref _position, _cursor?.Position ?? limit);
                    break;
                default:
                    if (next is null || limit < next.PreviousEnd.Value)
                    {
                        return false;
                    }

                    Leave();
                    _segment = next;
                    SkipTo(next);
                    break;
            }
        }
    }

    /// <summary>Positions between the records before a segment and its start never existed; any before those are lost.</summary>
    private void SkipTo(Segment segment)
    {
        if (_position < segment.PreviousEnd.Value)
        {
            _log.ReportDamage(_position, segment.PreviousEnd.Value - _position);
        }

        Volatile.Write(ref _position, Math.Max(_position, segment.Start.Value));
    }

    private CursorResult Read(Segment segment, long limit)
    {
        if (_position >= limit)
        {
            return CursorResult.End;
        }

        if (segment.Secret is not { } secret)
        {
            return CursorResult.Damage;
        }

        _file ??= _files.Open(segment.Path);
        _cursor ??= new SegmentCursor(_file, segment.Start, secret, Position);
        return _cursor.Read(limit);
    }

    private void Leave()
    {
        _cursor?.Dispose();
        _file?.Dispose();
        (_cursor, _file, _segment) = (null, null, null);
    }
}
