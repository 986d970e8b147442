using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sightline.Core.Model;
using Sightline.Log.Files;

namespace Sightline.Log;

/// <summary>
/// The durable append log: what was received lies here, synced to disk, from before its sender is answered until the store has it.
/// Safe for any number of threads. One process at a time may open a directory; the lock of the data directory sees to that.
/// </summary>
public sealed class DurableLog : IAsyncDisposable
{
    private readonly LogOptions _options;
    private readonly ILogFiles _files;
    private readonly ILogger _logger;
    private readonly SegmentChain _chain;
    private readonly AppendQueue _queue;
    private readonly LogWriter _writer;
    private readonly List<LogReader> _readers = [];
    private long _damageSeenUpTo;
    private long _damagedRanges;
    private long _damagedBytes;
    private long _deletedSegments;

    private DurableLog(LogOptions options, TimeProvider time, ILogger logger, ILogFiles files)
    {
        (_options, _files, _logger) = (options, files, logger);
        var (chain, end, resumeAt, report) = new LogRecovery(options, files, time, logger).Run();
        (_chain, Recovery) = (chain, report);
        _queue = new AppendQueue(options, time, chain.Secret, end, resumeAt);
        _queue.StoreHas(report.FirstAvailable);
        _writer = new LogWriter(options, files, time, logger, chain, _queue, end, resumeAt);
        _writer.Start();
    }

    /// <summary>What opening found and did.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>Everything before it is durable and can be read.</summary>
    public LogPosition DurableEnd => _queue.DurableEnd;

    /// <summary>The first position whose record is still there.</summary>
    public LogPosition FirstAvailable
    {
        get
        {
            lock (_queue.Gate)
            {
                return _chain.First?.Start ?? DurableEnd;
            }
        }
    }

    public LogState State => _queue.State;

    public LogStatistics Statistics
    {
        get
        {
            lock (_queue.Gate)
            {
                return new LogStatistics
                {
                    Appends = _writer.Appends,
                    Bytes = _writer.Bytes,
                    Syncs = _writer.Syncs,
                    SyncTime = _writer.Latency.Sum,
                    SyncLatency = _writer.Latency.Buckets(),
                    Refused = _queue.RefusedCount,
                    FailedBatches = _writer.FailedBatches,
                    DamagedRanges = _damagedRanges,
                    DamagedBytes = _damagedBytes,
                    Segments = _chain.Count,
                    DeletedSegments = _deletedSegments,
                };
            }
        }
    }

    /// <summary>
    /// Recovers what is in the directory and opens it. Throws <see cref="LogFormatException"/> for files of a newer version and
    /// <see cref="LogFailedException"/> when the disk cannot be read; a full disk is no obstacle.
    /// </summary>
    public static DurableLog Open(LogOptions options, TimeProvider time, ILogger? logger = null, ILogFiles? files = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            return new DurableLog(options.Checked(), time, logger ?? NullLogger.Instance, files ?? new DiskFiles());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LogFailedException($"the log in {options.Directory} could not be opened: {error.Message}", error);
        }
    }

    /// <summary>
    /// Appends a record and completes once it is durable, with the position behind it. Records of one caller that awaits each are in
    /// order. Cancellation is heard until the record joins a batch; from then on it is written, and the answer (milliseconds away)
    /// tells the truth. The payload is copied before the call returns. Throws <see cref="RecordTooLargeException"/>,
    /// <see cref="LogFullException"/>, <see cref="DiskFullException"/>, <see cref="LogFailedException"/> (also once disposed): the record
    /// is not acknowledged (after the last it may still turn up, as after any crash).
    /// </summary>
    public ValueTask<LogPosition> AppendAsync(RecordKind kind, uint project, ReadOnlyMemory<byte> payload, CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<LogPosition>(cancellation);
        }

        if (payload.Length > _options.MaxRecordBytes)
        {
            return ValueTask.FromException<LogPosition>(
                new RecordTooLargeException($"a record of {payload.Length} bytes is over the limit of {_options.MaxRecordBytes}"));
        }

        return _queue.Append(kind, project, payload, cancellation);
    }

    /// <summary>How much a store at this position has still to read.</summary>
    public long UnreadBytes(LogPosition storePosition) => Math.Max(0, DurableEnd.Value - storePosition.Value);

    /// <summary>
    /// A reader from a position on: 0, a record's <see cref="LogRecord.End"/>, or what the store holds. Positions before
    /// <see cref="FirstAvailable"/> count and are reported as damage.
    /// </summary>
    public LogReader OpenReader(LogPosition from)
    {
        lock (_queue.Gate)
        {
            if (from > _queue.AppendEnd)
            {
                throw new ArgumentOutOfRangeException(nameof(from), from, $"the log ends at {DurableEnd}; open it with StoreHas");
            }

            var first = FirstAvailable;
            if (from < first)
            {
                ReportDamage(from.Value, first.Value - from.Value);
                from = first;
            }

            var reader = new LogReader(this, _files, from);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>
    /// Keeps every segment there is now, and those to come, until the result is disposed: for a copy of the log's files beside the
    /// running log. Bytes of a segment before <see cref="DurableEnd"/> never change.
    /// </summary>
    public IDisposable KeepAll()
    {
        lock (_queue.Gate)
        {
            var reader = new LogReader(this, _files, FirstAvailable);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>Where in the file of the segment that begins at <paramref name="start"/> a position lies.</summary>
    public static long FileOffsetOf(long start, LogPosition position) => Segment.OffsetOf(new LogPosition(start), position.Value);

    /// <summary>Completes once there is something durable behind a position.</summary>
    public ValueTask WaitForDataAsync(LogPosition after, CancellationToken cancellation) => _queue.WaitForDataAsync(after, cancellation);

    /// <summary>
    /// Tells how far the store is. Deletes the segments wholly before that (and before every open reader), and gives appends as much
    /// room as <see cref="LogOptions.MaxUnreadBytes"/> allows. To be called after every transaction of the store: it is cheap.
    /// </summary>
    public void DeleteBefore(LogPosition storeHas)
    {
        List<Segment> old;
        lock (_queue.Gate)
        {
            _queue.StoreHas(storeHas);
            var bound = _readers.Aggregate(storeHas, (least, reader) => reader.Position < least ? reader.Position : least);
            old = _chain.TakeBefore(bound);
        }

        var deleted = 0;
        try
        {
            for (; deleted < old.Count; deleted++)
            {
                _files.Delete(old[deleted].Path);
                _logger.SegmentDeleted(old[deleted].Path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _logger.SegmentNotDeleted(old[deleted].Path, error);
        }

        if (old.Count > 0)
        {
            lock (_queue.Gate)
            {
                _deletedSegments += deleted;
                _chain.PutBack(old.GetRange(deleted, old.Count - deleted));
            }
        }
    }

    /// <summary>
    /// To be called every few seconds. Begins a new segment when the newest holds records older than this, so that
    /// <see cref="DeleteBefore"/> can remove them soon (payloads hold addresses of visitors); and after a full disk or a failure
    /// tries again, so that <see cref="State"/> recovers without appends. Age is measured from when this process wrote them.
    /// </summary>
    public void RollIfOlderThan(TimeSpan age)
    {
        if (_writer.IsOlderThan(age))
        {
            _writer.Roll();
        }
        else if (State is LogState.DiskFull or LogState.Failed)
        {
            _queue.WakeWriter();
        }
    }

    /// <summary>Refuses further appends, writes those accepted, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _writer.Ended.ConfigureAwait(false);
    }

    internal Segment? FindSegment(LogPosition position)
    {
        lock (_queue.Gate)
        {
            return _chain.Find(position);
        }
    }

    internal void Close(LogReader reader)
    {
        lock (_queue.Gate)
        {
            _readers.Remove(reader);
        }
    }

    internal void ReportDamage(long position, long bytes)
    {
        lock (_queue.Gate)
        {
            if (position < _damageSeenUpTo)
            {
                return;
            }

            _damageSeenUpTo = position + bytes;
            _damagedRanges++;
            _damagedBytes += bytes;
        }

        _logger.Damage(position, bytes);
    }
}
