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
    /// <summary>
    /// How long a batch waits for company, also after one that was not full: a transaction costs as much as thousands of rows, and
    /// without the wait a steady stream makes dozens a second. Far under the two seconds in which an event must be visible.
    /// </summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);

    /// <summary>Addresses rest in the log only as long as the store needs: a drained segment is closed and deleted after this.</summary>
    private static readonly TimeSpan SegmentAge = TimeSpan.FromSeconds(30);

    private readonly DurableLog _log;
    private readonly StoreWriter _writer;
    private readonly Func<StoreBatch, int> _write;
    private readonly BatchReader _reader;
    private readonly Attempts _attempts = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
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
        _reader = new BatchReader(log, new RecordTaker(enrichment, projects, writer.Series, Statistics, time, logger), enrichment);
        _time = time;
        _logger = logger;
        _stored = writer.Position.Value;
        _lag = new LagClock(time, _stored);
    }

    public LogToStoreStatistics Statistics { get; } = new();

    /// <summary>Bytes acknowledged and not yet in the store.</summary>
    public long GapBytes => Math.Max(0, _log.DurableEnd.Value - Interlocked.Read(ref _stored));

    /// <summary>Attempts that failed since the last that went well.</summary>
    public int ConsecutiveFailures => _attempts.Failed;

    /// <summary>How old the oldest acknowledged datum is that is not in the store; zero when it holds everything.</summary>
    public TimeSpan Lag => GapBytes == 0 ? TimeSpan.Zero : _lag.Lag;

    /// <summary>
    /// Runs until cancelled, on the calling thread, which it keeps: one of its own, for it computes and waits for the disk, which threads
    /// of the pool are not for. Faults of the store are logged and tried again.
    /// </summary>
    /// <exception cref="DuckDbException">The engine is broken for good: only opening the store anew helps.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        using var stage = new WriteStage(Write);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                if (Step(stage))
                {
                    if (!_reader.WasFull)
                    {
                        Pause(Gather, cancellationToken);
                    }

                    continue;
                }

                if (_attempts.Failed > 0)
                {
                    Pause(_attempts.Wait, cancellationToken);
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
        _reader.LetGo();
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
            if (_time.GetElapsedTime(started) > timeout || (!RunOnce() && _attempts.Failed > 3))
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
        if (_reader.WasFull && _attempts.IsWhole)
        {
            stage.Begin(read);
            return true;
        }

        return WriteHere(read);
    }

    /// <summary>False: there is nothing behind <paramref name="from"/>, or reading failed.</summary>
    private bool Read(LogPosition from, out ReadBatch read)
    {
        _lag.Note(_log.DurableEnd.Value);
        read = null!;
        try
        {
            return _reader.Read(from, _attempts, out read);
        }
        catch (Exception exception) when (exception is not DuckDbException { IsFatal: true })
        {
            return Failed(exception, read?.Records ?? 0);
        }
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
        _attempts.Succeed();
        _lag.Stored(upTo.Value);
        Statistics.Wrote(read.Records, read.Batch.Events.Count, read.Batch.Points.Count, read.Took);
        Interlocked.Exchange(ref _stored, upTo.Value);
        _reader.Return(read.Batch);
        return true;
    }

    public void Dispose() => _reader.Dispose();

    private bool Failed(Exception exception, int records)
    {
        _attempts.Fail(exception, records);
        Statistics.Failed();
        _reader.Restart();
        LogFailed(exception, records, _attempts.Failed);
        return false;
    }

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
}
