using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Sightline.Core.Model;
using Sightline.Log.Files;

namespace Sightline.Log;

/// <summary>
/// What opening does before anything is appended: reads every segment's header, walks the last segment, cuts a torn tail. Only the
/// last can have one: a segment is left for the next one when everything in it is durable.
/// </summary>
internal sealed class LogRecovery(LogOptions options, ILogFiles files, TimeProvider time, ILogger logger)
{
    private readonly List<Segment> _segments = [];
    private readonly List<LogPosition> _damagedHeaders = [];
    private int _damagedRanges;
    private long _damagedBytes;
    private long _tornBytes;
    private long _records;

    /// <summary>
    /// The segments, where they end, and where to go on: always in a new one. One found empty is not gone on in, because whether its
    /// making was finished (its header and its name made durable) cannot be seen.
    /// </summary>
    public (SegmentChain Chain, LogPosition End, LogPosition ResumeAt, RecoveryReport Report) Run()
    {
        var began = time.GetTimestamp();
        files.CreateDirectory(options.Directory);
        var floor = ReadHeaders();
        var secret = _segments.LastOrDefault(segment => segment.Secret is not null)?.Secret ?? NewSecret();
        var chain = new SegmentChain(files, options.Directory, secret, _segments);
        for (var index = 1; index < _segments.Count; index++)
        {
            _segments[index - 1].Next = _segments[index];
        }

        var end = chain.Last is { } last ? ScanLast(last) : floor;
        var resumeAt = new LogPosition(Math.Max(Math.Max(end.Value, floor.Value), options.StoreHas.Value));
        if (end < options.StoreHas)
        {
            logger.Behind(end.Value, options.StoreHas.Value);
        }

        var skipped = resumeAt.Value - end.Value;
        if (chain.Last is { } tail && tail.Start == resumeAt)
        {
            // The next segment needs a name of its own; the position left out never existed.
            resumeAt = new LogPosition(resumeAt.Value + 1);
        }

        var report = new RecoveryReport
        {
            Segments = _segments.Count,
            FirstAvailable = chain.First?.Start ?? resumeAt,
            End = resumeAt,
            RecordsScanned = _records,
            TornBytes = _tornBytes,
            DamagedRanges = _damagedRanges,
            DamagedBytes = _damagedBytes,
            DamagedHeaders = _damagedHeaders.Count,
            SkippedBytes = skipped,
            Took = time.GetElapsedTime(began),
        };
        logger.Opened(options.Directory, report.FirstAvailable.Value, resumeAt.Value, report.Segments, _records);
        return (chain, end, resumeAt, report);
    }

    private static ulong NewSecret()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        System.Security.Cryptography.RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    /// <summary>The position below which nothing may be written: that of a segment whose making was not finished.</summary>
    private LogPosition ReadHeaders()
    {
        var found = new List<LogPosition>();
        foreach (var name in files.List(options.Directory))
        {
            if (Segment.TryParseName(name, out var start))
            {
                found.Add(start);
            }
        }

        found.Sort();
        var headers = found.ConvertAll(ReadHeader);
        var floor = LogPosition.Start;
        while (found.Count > 0 && headers[^1].Header is null && headers[^1].Length <= SegmentHeader.Size)
        {
            // Its header is made durable before any record is written behind it.
            floor = floor > found[^1] ? floor : found[^1];
            files.Delete(PathOf(found[^1]));
            found.RemoveAt(found.Count - 1);
            headers.RemoveAt(headers.Count - 1);
        }

        for (var index = 0; index < found.Count; index++)
        {
            var header = headers[index].Header;
            if (header is null)
            {
                _damagedHeaders.Add(found[index]);
                logger.HeaderDamaged(PathOf(found[index]));
            }

            var secret = header?.Secret ?? headers[index].Guess ?? Neighbour(headers, index);
            _segments.Add(new Segment(PathOf(found[index]), found[index], header?.PreviousEnd ?? found[index], secret));
        }

        return floor;
    }

    private static ulong? Neighbour(List<(SegmentHeader? Header, ulong? Guess, long Length)> headers, int index) =>
        headers.Take(index).LastOrDefault(other => other.Header is not null).Header?.Secret
        ?? headers.Skip(index).FirstOrDefault(other => other.Header is not null).Header?.Secret;

    private (SegmentHeader? Header, ulong? Guess, long Length) ReadHeader(LogPosition start)
    {
        using var file = files.Open(PathOf(start));
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size + RecordHeader.Size];
        var length = 0;
        for (int got; length < bytes.Length && (got = file.Read(bytes[length..], length)) > 0; length += got)
        {
        }

        if (SegmentHeader.TryRead(bytes[..length], PathOf(start), out var header) && header.Start == start)
        {
            return (header, null, file.Length);
        }

        return (null, GuessSecret(file, start, bytes[..length]), file.Length);
    }

    /// <summary>
    /// Nobody who sends payloads decides what stands where the first record's mark does, so if that record is whole its mark tells
    /// the secret.
    /// </summary>
    private static ulong? GuessSecret(ILogFile file, LogPosition start, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SegmentHeader.Size + RecordHeader.Size)
        {
            return null;
        }

        var guess = BinaryPrimitives.ReadUInt64LittleEndian(bytes[SegmentHeader.Size..]) ^ (ulong)start.Value;
        using var cursor = new SegmentCursor(file, start, guess, start);
        return cursor.IsRecord(start.Value + file.Length - SegmentHeader.Size) ? guess : null;
    }

    private string PathOf(LogPosition start) => Path.Combine(options.Directory, Segment.NameOf(start));

    private LogPosition ScanLast(Segment last)
    {
        using var file = files.Open(last.Path);
        var limit = last.Start.Value + Math.Max(0, file.Length - SegmentHeader.Size);
        if (last.Secret is not { } secret)
        {
            Damaged(last.Start.Value, limit - last.Start.Value);
            return new LogPosition(limit);
        }

        using var cursor = new SegmentCursor(file, last.Start, secret, last.Start);
        var end = last.Start.Value;
        for (var result = cursor.Read(limit); result != CursorResult.End; result = cursor.Read(limit))
        {
            if (result == CursorResult.Record)
            {
                _records++;
                end = cursor.Position;
            }
            else if (cursor.Position < limit)
            {
                Damaged(end, cursor.Skipped);
            }
        }

        if (end == last.Start.Value && _damagedHeaders.Contains(last.Start))
        {
            // Neither header nor any record is whole: this is no torn tail.
            Damaged(end, limit - end);
            return new LogPosition(limit);
        }

        if (end < limit)
        {
            _tornBytes = Content(file, Segment.OffsetOf(last.Start, end), Segment.OffsetOf(last.Start, limit));
            if (_tornBytes > 0)
            {
                logger.TailCut(last.Path, _tornBytes);
            }

            file.SetLength(Segment.OffsetOf(last.Start, end));
        }

        // A process that was killed may have left records it never synced: they are read from now on, so they must stay.
        file.Sync();
        return new LogPosition(end);
    }

    /// <summary>How far anything but zeros goes: those are written ahead.</summary>
    private static long Content(ILogFile file, long from, long to)
    {
        var buffer = new byte[64 << 10];
        long content = 0;
        for (var at = from; at < to;)
        {
            var got = file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at)), at);
            if (got == 0)
            {
                break;
            }

            var last = buffer.AsSpan(0, got).LastIndexOfAnyExcept((byte)0);
            if (last >= 0)
            {
                content = at + last + 1 - from;
            }

            at += got;
        }

        return content;
    }

    private void Damaged(long position, long bytes)
    {
        _damagedRanges++;
        _damagedBytes += bytes;
        logger.Damage(position, bytes);
    }
}
