using Sightline.Core.Model;
using Sightline.Core.Wire.AccessLog;

namespace Sightline.Server.Import;

/// <summary>Reads a file slice by slice. A slice is one batch, stored whole with the position behind it or not at all.</summary>
internal sealed class SliceReader(ImportFile file, LineScanner lines, AccessLogReader reader, FileReport report, TimeProvider clock)
{
    /// <summary>Bounds a slice of very long lines by those that become events, so that its record stays well under the log's limit.</summary>
    private const long MaxKeptBytes = 4 * 1024 * 1024;

    /// <summary>Bounds the wait for a slice of lines that become nothing.</summary>
    private const long MaxSliceBytes = 16 * 1024 * 1024;

    private readonly Dictionary<DropReason, (uint Count, string? Sample)> _drops = [];

    private ImportException? _fault;
    private long _keptBytes;

    /// <summary>The next lines; <see langword="null"/> when none of a request is left.</summary>
    /// <exception cref="ImportException">The file cannot be read further; the lines before were given out.</exception>
    public EventBatch? Next(int maxLines)
    {
        if (_fault is not null)
        {
            throw _fault;
        }

        var batch = new EventBatch { ReceivedBy = ReceivedBy.AccessLog, ReceivedMs = clock.GetUtcNow().ToUnixTimeMilliseconds() };
        var records = 0;
        _keptBytes = 0;
        var from = lines.Offset;
        _drops.Clear();
        while (records < maxLines && _keptBytes < MaxKeptBytes && lines.Offset - from < MaxSliceBytes && TryRead(out var line, out var isTooLong))
        {
            records += Take(line, isTooLong, batch) ? 1 : 0;
        }

        report.LeftUnfinished = lines.HasUnfinishedLine;
        if (records == 0)
        {
            // Comments and blank lines alone are no reason to move on: whoever resumes before them reads them again.
            return lines.Offset - from < MaxSliceBytes && _fault is null ? null : Next(maxLines);
        }

        report.Records += records;
        foreach (var (reason, drop) in _drops)
        {
            batch.Drops.Add(new IncomingDrop(reason, drop.Count, drop.Sample));
        }

        batch.Progress = FileIdentity.At(file.Head.Span, lines.Offset, lines.Tail, reader.Save(), file.Name);
        return batch;
    }

    private bool TryRead(out ReadOnlySpan<byte> line, out bool isTooLong)
    {
        try
        {
            return lines.TryRead(file.IsFinished, out line, out isTooLong);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            _fault = new ImportException($"unreadable behind byte {lines.Offset} (unpacked): {e.Message}", e);
            line = default;
            isTooLong = false;
            return false;
        }
    }

    private bool Take(ReadOnlySpan<byte> line, bool isTooLong, EventBatch batch)
    {
        if (isTooLong)
        {
            Drop(DropReason.TooLarge, null);
            return true;
        }

        if (lines.Offset <= line.Length + 2 && line.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
        {
            line = line[3..]; // byte order mark
        }

        switch (reader.Read(line, out var item, out var reason, out var sample, wanted => !_drops.ContainsKey(wanted)))
        {
            case LineKind.NotRecord:
                report.NotRecords++;
                return false;
            case LineKind.Event:
                batch.Events.Add(item!);
                _keptBytes += line.Length;
                Count(reader.Format);
                return true;
            default:
                Drop(reason, sample);
                Count(reason == DropReason.Malformed ? LogFormat.Auto : reader.Format);
                return true;
        }
    }

    private void Drop(DropReason reason, string? sample)
    {
        var before = _drops.GetValueOrDefault(reason);
        _drops[reason] = (before.Count + 1, before.Sample ?? sample);
    }

    private void Count(LogFormat format)
    {
        if (format != LogFormat.Auto)
        {
            report.Formats[format] = report.Formats.GetValueOrDefault(format) + 1;
        }
    }
}
