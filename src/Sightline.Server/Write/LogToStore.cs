using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Server.Write.Enrich;
using Sightline.Store;
using Sightline.Store.DuckDb;
using Sightline.Store.Settings;

namespace Sightline.Server.Write;

/// <summary>
/// The one reader of the log: takes what has come since the store's position, enriches it and writes it in batches, each in one
/// transaction with the new position. Stopping it anywhere, by any means, loses nothing and stores nothing twice.
/// </summary>
internal sealed partial class LogToStore : IDisposable
{
    /// <summary>A transaction takes at most this many events: at 20,000 the cost a row has levelled off.</summary>
    private const int MaxEvents = 20_000;

    /// <summary>A point costs the store about a tenth of an event.</summary>
    private const int PointsAnEvent = 10;

    /// <summary>
    /// How long a batch waits for company, also after one that was not full: a transaction costs as much as thousands of rows, and
    /// without the wait a steady stream makes dozens a second. Far under the two seconds in which an event must be visible.
    /// </summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);

    /// <summary>Addresses rest in the log only as long as the store needs: a drained segment is closed and deleted after this.</summary>
    private static readonly TimeSpan SegmentAge = TimeSpan.FromSeconds(30);

    private const int MaxRetrySeconds = 10;

    private readonly DurableLog _log;
    private readonly StoreWriter _writer;
    private readonly Func<StoreBatch, int> _write;
    private readonly Enrichment _enrichment;
    private readonly ProjectDirectory _projects;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private LogReader? _reader;
    private StoreBatch? _spare;
    private int _maxRecords = int.MaxValue;
    private volatile int _failures;
    private int _dataFailures;
    private bool _full;
    private readonly LagClock _lag;
    private long _stored;

    /// <param name="log">Where from.</param>
    /// <param name="writer">Where to; its position says where reading resumes.</param>
    /// <param name="enrichment">What happens on the way.</param>
    /// <param name="projects">Whose a record is.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log of faults.</param>
    /// <param name="write">Stands before <see cref="StoreWriter.Write"/> in tests that make it fail.</param>
    public LogToStore(
        DurableLog log, StoreWriter writer, Enrichment enrichment, ProjectDirectory projects, TimeProvider time, ILogger<LogToStore> logger,
        Func<StoreBatch, int>? write = null)
    {
        _write = write ?? writer.Write;
        _log = log;
        _writer = writer;
        _enrichment = enrichment;
        _projects = projects;
        _time = time;
        _logger = logger;
        _stored = writer.Position.Value;
        _lag = new LagClock(time, _stored);
    }

    public LogToStoreStatistics Statistics { get; } = new();

    /// <summary>Bytes acknowledged and not yet in the store.</summary>
    public long GapBytes => Math.Max(0, _log.DurableEnd.Value - Interlocked.Read(ref _stored));

    /// <summary>Attempts that failed since the last that went well.</summary>
    public int ConsecutiveFailures => _failures;

    /// <summary>How old the oldest acknowledged datum is that is not in the store; zero when it holds everything.</summary>
    public TimeSpan Lag => GapBytes == 0 ? TimeSpan.Zero : _lag.Lag;

    /// <summary>
    /// Runs until cancelled, on the calling thread, which it keeps: one of its own, for it computes and waits for the disk, which threads
    /// of the pool are not for. Faults of the store are logged and tried again.
    /// </summary>
    /// <exception cref="DuckDbException">The engine is broken for good: only a new process helps.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        using var stage = new WriteStage(Write);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                if (Step(stage))
                {
                    if (!_full)
                    {
                        Pause(Gather, cancellationToken);
                    }

                    continue;
                }

                if (_failures > 0)
                {
                    Pause(TimeSpan.FromSeconds(Math.Min(MaxRetrySeconds, Math.Pow(2, _failures - 1))), cancellationToken);
                    continue;
                }

                LetGo(SegmentAge);
                WaitForWork(cancellationToken);
            }
        }
        finally
        {
            // Whoever reads on after this, a drain or a test, must find nothing half done.
            if (stage.UnderWay is not null)
            {
                Finish(stage);
            }
        }
    }

    /// <summary>Nothing to read: closes the segment in use when it is this old, and deletes what the store has.</summary>
    public void LetGo(TimeSpan segmentAge)
    {
        // An open reader keeps its segment.
        _reader?.Dispose();
        _reader = null;
        _log.RollIfOlderThan(segmentAge);
        _log.DeleteBefore(_writer.Position);
    }

    /// <summary>Writes until the store holds everything the log held when it was called, or <paramref name="timeout"/> has passed.</summary>
    public bool Drain(TimeSpan timeout)
    {
        var until = _log.DurableEnd;
        var started = _time.GetTimestamp();
        while (_writer.Position < until)
        {
            if (_time.GetElapsedTime(started) > timeout || (!RunOnce() && _failures > 3))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes one batch. False: there was nothing to write, or writing failed (and will be tried again).</summary>
    public bool RunOnce() => Read(_writer.Position, out var read) && WriteHere(read);

    /// <summary>
    /// As <see cref="RunOnce"/>, but while there is more to read than fits into a batch, batches are written on a thread of their own and the next
    /// is read beside: reading and enriching take about as long as writing. False: nothing to read, or a failure.
    /// </summary>
    private bool Step(WriteStage stage)
    {
        var read = default(ReadBatch);
        var any = Read(stage.UnderWay?.Batch.UpTo ?? _writer.Position, out read);
        if (stage.UnderWay is not null && !Finish(stage))
        {
            // What was read beside stands behind what failed: it is read again.
            return false;
        }

        if (!any)
        {
            return false;
        }

        // After a failure one thing at a time, until batches have their whole size again.
        if (_full && _maxRecords == int.MaxValue)
        {
            stage.Begin(read);
            return true;
        }

        return WriteHere(read);
    }

    /// <summary>Reads and enriches a batch. False: there is nothing behind <paramref name="from"/>, or reading failed.</summary>
    private bool Read(LogPosition from, out ReadBatch read)
    {
        var started = Stopwatch.GetTimestamp();
        read = new ReadBatch(_spare ?? new StoreBatch { UpTo = from });
        read.Batch.UpTo = from;
        _spare = null;
        _lag.Note(_log.DurableEnd.Value);
        try
        {
            _reader ??= _log.OpenReader(from);
            _full = true;
            while (read.Records < _maxRecords && read.Batch.Events.Count + (read.Batch.Points.Count / PointsAnEvent) < MaxEvents)
            {
                if (!_reader.TryRead(out var record))
                {
                    _full = false;
                    break;
                }

                read.Records++;
                Take(record, read.Batch);
            }

            _enrichment.Finish(read.Batch);
        }
        catch (Exception exception) when (exception is not DuckDbException { IsFatal: true })
        {
            return Failed(exception, read.Records);
        }

        if (_reader.Position > from)
        {
            // Damaged bytes the reader stepped over lie behind it, too.
            read.Batch.UpTo = _reader.Position;
        }

        read.Took = Stopwatch.GetElapsedTime(started);
        return read.Records > 0 || read.Batch.UpTo > from;
    }

    private bool WriteHere(ReadBatch read)
    {
        try
        {
            Write(read);
        }
        catch (Exception exception) when (exception is not DuckDbException { IsFatal: true })
        {
            return Failed(exception, read.Records);
        }

        return Written(read);
    }

    private bool Finish(WriteStage stage)
    {
        var read = stage.UnderWay!;
        var failure = stage.Finish();
        if (failure is DuckDbException { IsFatal: true })
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return failure is null ? Written(read) : Failed(failure, read.Records);
    }

    private void Write(ReadBatch read)
    {
        var started = Stopwatch.GetTimestamp();
        _write(read.Batch);
        read.Took += Stopwatch.GetElapsedTime(started);
    }

    private bool Written(ReadBatch read)
    {
        var upTo = read.Batch.UpTo;
        // While traffic never pauses, segments must go too.
        _log.DeleteBefore(upTo);
        _log.RollIfOlderThan(SegmentAge);
        _failures = 0;
        _dataFailures = 0;
        _lag.Stored(upTo.Value);
        _maxRecords = _maxRecords > int.MaxValue / 2 ? int.MaxValue : _maxRecords * 2;
        Statistics.Wrote(read.Records, read.Batch.Events.Count, read.Batch.Points.Count, read.Took);
        Interlocked.Exchange(ref _stored, upTo.Value);
        // Its lists are large: new ones for every batch would have the collector go through everything again and again.
        read.Batch.Clear();
        _spare = read.Batch;
        return true;
    }

    public void Dispose() => _reader?.Dispose();

    private void Take(in LogRecord record, StoreBatch into)
    {
        var projectKnown = _projects.TryGetById(record.Project, out var project);
        if (record.Kind == RecordKind.Points && projectKnown)
        {
            TakePoints(record, into);
            return;
        }

        if (record.Kind != RecordKind.Events || !projectKnown)
        {
            // A project that was removed while its records were under way: there is nobody left to show a drop to.
            Statistics.Orphaned(1);
            LogOrphan(record.Kind, record.Project);
            return;
        }

        EventBatch batch;
        try
        {
            batch = EventBatchCodec.Read(record.Payload.Span);
        }
        catch (InvalidDataException exception)
        {
            LogUnreadable(exception, record.Position.Value);
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            into.Received.Add(new ReceivedCount(record.Project, now, ReceivedBy.EventApi, 1));
            into.Drops.Add(new Drop(record.Project, now, ReceivedBy.EventApi, DropReason.Damaged, 1, null));
            return;
        }

        if (_dataFailures >= PoisonAfter && _maxRecords == 1)
        {
            Poisoned(record, batch, into);
            return;
        }

        _enrichment.Add(project!, batch, into);
        if (batch.Progress is { } progress)
        {
            into.Imports.Add((record.Project, progress));
        }
    }

    private void TakePoints(in LogRecord record, StoreBatch into)
    {
        try
        {
            var drop = _dataFailures >= PoisonAfter && _maxRecords == 1;
            PointRecord.Take(record.Project, record.Payload.Span, _writer.Series, into, drop);
            if (drop)
            {
                LogPoison(record.Position.Value, record.Project, 1);
            }
        }
        catch (InvalidDataException exception)
        {
            LogUnreadable(exception, record.Position.Value);
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            into.Received.Add(new ReceivedCount(record.Project, now, ReceivedBy.Carbon, 1));
            into.Drops.Add(new Drop(record.Project, now, ReceivedBy.Carbon, DropReason.Damaged, 1, null));
        }
    }

    // A batch that fails is tried again with half the records, down to one. One record that alone fails this often is poison: its
    // data are dropped with a reason, so that everybody else's go on.
    private const int PoisonAfter = 5;

    private void Poisoned(in LogRecord record, EventBatch batch, StoreBatch into)
    {
        var count = (uint)batch.Events.Count;
        LogPoison(record.Position.Value, record.Project, count);
        foreach (var drop in batch.Drops)
        {
            count += drop.Count;
        }

        into.Received.Add(new ReceivedCount(record.Project, batch.ReceivedMs, batch.ReceivedBy, count));
        into.Drops.Add(new Drop(record.Project, batch.ReceivedMs, batch.ReceivedBy, DropReason.Damaged, count, null));
        if (batch.Progress is { } progress)
        {
            into.Imports.Add((record.Project, progress));
        }
    }

    private bool Failed(Exception exception, int records)
    {
        _failures++;
        // A full disk or too little memory is the machine's fault, not the record's: wait for it as long as it takes.
        _dataFailures = records == 1 && !IsOfTheMachine(exception) ? _dataFailures + 1 : 0;
        Statistics.Failed();
        _enrichment.Restart();
        _reader?.Dispose();
        _reader = null;
        _maxRecords = Math.Max(1, records / 2);
        LogFailed(exception, records, _failures);
        return false;
    }

    private static bool IsOfTheMachine(Exception exception) =>
        exception is IOException or OutOfMemoryException or UnauthorizedAccessException
        || (exception is DuckDbException && (exception.Message.StartsWith("IO Error", StringComparison.OrdinalIgnoreCase)
            || exception.Message.StartsWith("Out of Memory", StringComparison.OrdinalIgnoreCase)));

    private void WaitForWork(CancellationToken cancellationToken)
    {
        try
        {
            // Not forever: the segments want looking after.
            if (_log.WaitForDataAsync(_writer.Position, cancellationToken).AsTask().Wait(SegmentAge, cancellationToken))
            {
                _lag.Note(_log.DurableEnd.Value);
                Pause(Gather, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: the caller's loop sees it.
        }
    }

    private static void Pause(TimeSpan length, CancellationToken cancellationToken) => cancellationToken.WaitHandle.WaitOne(length);

    [LoggerMessage(Level = LogLevel.Error, Message = "Writing {Records} records to the store failed (attempt {Attempt}); nothing is lost, it will be tried again")]
    private partial void LogFailed(Exception exception, int records, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "The log record at {Position} cannot be read and is counted as damaged")]
    private partial void LogUnreadable(Exception exception, long position);

    [LoggerMessage(Level = LogLevel.Error, Message = "The log record at {Position} of project {Project} cannot be stored by any means: {Count} data dropped as damaged")]
    private partial void LogPoison(long position, uint project, uint count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A log record of kind {Kind} for project {Project} has no reader or no project and is passed over")]
    private partial void LogOrphan(RecordKind kind, uint project);
}
