using System.Buffers;
using System.Buffers.Binary;
using Sightline.Core.Model;
using Sightline.Log.Files;

namespace Sightline.Log;

internal enum CursorResult
{
    /// <summary>Nothing more before the limit.</summary>
    End,

    /// <summary>A whole record; the cursor stands behind it.</summary>
    Record,

    /// <summary>Bytes that are no record; the cursor stands at the next whole record, or at the limit.</summary>
    Damage,
}

/// <summary>Walks the records of one segment file and finds its way behind damage. Never reads past the limit it is given.</summary>
internal sealed class SegmentCursor(ILogFile file, LogPosition start, ulong secret, LogPosition position) : IDisposable
{
    private const int WindowBytes = 256 << 10;
    private byte[] _window = [];
    private long _windowStart;
    private int _windowLength;

    public long Position { get; private set; } = position.Value;

    /// <summary>After <see cref="CursorResult.Record"/>; its payload is valid until the next call.</summary>
    public LogRecord Record { get; private set; }

    /// <summary>After <see cref="CursorResult.Damage"/>: how many bytes were skipped.</summary>
    public long Skipped { get; private set; }

    public CursorResult Read(long limit)
    {
        if (Position >= limit)
        {
            return CursorResult.End;
        }

        if (TryRecord(Position, limit, out var header))
        {
            Take(header);
            return CursorResult.Record;
        }

        var from = Position;
        Position = NextRecord(from + 1, limit);
        Skipped = Position - from;
        return CursorResult.Damage;
    }

    /// <summary>Whether a whole record stands here; the cursor does not move.</summary>
    public bool IsRecord(long limit) => TryRecord(Position, limit, out _);

    /// <summary>Gives the window back; the file is its owner's to close.</summary>
    public void Dispose()
    {
        Release();
    }

    private void Take(in RecordHeader header)
    {
        if (header.Flags != 0)
        {
            throw new LogFormatException($"the record at {Position} bears flags {header.Flags}, which a newer version wrote");
        }

        var end = Position + header.RecordSize;
        Record = new LogRecord(
            new LogPosition(Position),
            new LogPosition(end),
            header.Kind,
            header.Project,
            _window.AsMemory((int)(Position - _windowStart) + RecordHeader.Size, header.Length));
        Position = end;
    }

    private bool TryRecord(long at, long limit, out RecordHeader header)
    {
        header = default;
        return Fill(at, RecordHeader.Size, limit)
            && RecordHeader.TryRead(Window(at), RecordHeader.Mark(secret, at), limit - at, out header)
            && Fill(at, header.RecordSize, limit)
            && header.Matches(Window(at));
    }

    /// <summary>Every byte is tried: a damaged length says nothing about where the next record begins.</summary>
    private long NextRecord(long at, long limit)
    {
        while (Fill(at, RecordHeader.Size, limit))
        {
            var window = Window(at);
            var last = window.Length - RecordHeader.Size;
            var step = 0;
            while (step <= last && BinaryPrimitives.ReadUInt64LittleEndian(window[step..]) != RecordHeader.Mark(secret, at + step))
            {
                step++;
            }

            at += step;
            if (step <= last)
            {
                if (TryRecord(at, limit, out _))
                {
                    return at;
                }

                at++;
            }
        }

        return limit;
    }

    private ReadOnlySpan<byte> Window(long at) => _window.AsSpan((int)(at - _windowStart), _windowLength - (int)(at - _windowStart));

    /// <summary>Has <paramref name="count"/> bytes from <paramref name="at"/> in the window; false if limit or file end before that.</summary>
    private bool Fill(long at, int count, long limit)
    {
        if (at >= _windowStart && at + count <= _windowStart + _windowLength)
        {
            return true;
        }

        if (limit - at < count)
        {
            return false;
        }

        var wanted = (int)Math.Min(Math.Max(count, WindowBytes), limit - at);
        Reserve(wanted);
        _windowStart = at;
        _windowLength = 0;
        while (_windowLength < wanted)
        {
            var got = file.Read(_window.AsSpan(_windowLength, wanted - _windowLength), Segment.OffsetOf(start, at + _windowLength));
            if (got == 0)
            {
                break;
            }

            _windowLength += got;
        }

        return _windowLength >= count;
    }

    private void Reserve(int bytes)
    {
        if (_window.Length < bytes || (_window.Length > 8 * WindowBytes && bytes <= WindowBytes))
        {
            Release();
            _window = ArrayPool<byte>.Shared.Rent(Math.Max(bytes, 4096));
        }
    }

    private void Release()
    {
        if (_window.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_window);
        }

        _window = [];
        _windowLength = 0;
    }
}
