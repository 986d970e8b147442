using Microsoft.Extensions.Logging;
using Sightline.Core.Model;
using Sightline.Log.Files;

namespace Sightline.Log;

/// <summary>
/// The one thread that writes: takes what has gathered, writes it in one piece, syncs once, tells everyone who waits. While it
/// syncs the next batch gathers, so the batch size follows the disk and the load by itself. After a failure it never goes on in the
/// same file: what a failed sync left there is unknown, so the next segment begins at the last durable position and voids it.
/// </summary>
internal sealed class LogWriter
{
    private const long BytesBetweenSpaceChecks = 32 << 20;
    private static readonly TimeSpan TimeBetweenSpaceChecks = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// With so many callers in a batch the next sync begins no sooner after the last than <see cref="CrowdTime"/>: it costs the processors as much as
    /// receiving several requests, and who waits in a crowd hardly notices half as many. Few callers are never kept waiting.
    /// </summary>
    private const int Crowd = 16;

    private static readonly TimeSpan CrowdTime = TimeSpan.FromMicroseconds(350);
    private readonly LogOptions _options;
    private readonly ILogFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SegmentChain _chain;
    private readonly AppendQueue _queue;
    private readonly WrittenAhead _ahead;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Segment? _segment;
    private ILogFile? _active;
    private LogPosition _end;
    private LogPosition _resumeAt;
    private long _spaceCheckedAt;
    private long _bytesSinceSpaceCheck = long.MaxValue;
    private long _firstRecordAt;
    private int _hasRecords;
    private int _rollWanted;
    private long _appends;
    private long _bytes;
    private long _syncs;
    private long _failedBatches;

    public LogWriter(LogOptions options, ILogFiles files, TimeProvider time, ILogger logger, SegmentChain chain, AppendQueue queue,
        LogPosition end, LogPosition resumeAt)
    {
        (_options, _files, _time, _logger, _chain, _queue) = (options, files, time, logger, chain, queue);
        (_end, _resumeAt) = (end, resumeAt);
        _ahead = new WrittenAhead(options.SegmentBytes, options.WriteAheadFromBytes);

        // Its own reference, because the list it is in changes under the log's lock, which this thread does not hold.
        _segment = chain.Last;

        // Records found at opening are as old as anything: how long they lie there already is not known.
        _hasRecords = _segment?.Start < end ? 1 : 0;
        _firstRecordAt = 0;
    }

    public LatencyHistogram Latency { get; } = new();

    public long Appends => Volatile.Read(ref _appends);

    public long Bytes => Volatile.Read(ref _bytes);

    public long Syncs => Volatile.Read(ref _syncs);

    public long FailedBatches => Volatile.Read(ref _failedBatches);

    public Task Ended => _ended.Task;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "Sightline log" }.Start();

    /// <summary>Whether the newest segment holds records the oldest of which was written at least so long ago.</summary>
    public bool IsOlderThan(TimeSpan age)
    {
        if (Volatile.Read(ref _hasRecords) == 0)
        {
            return false;
        }

        var first = Volatile.Read(ref _firstRecordAt);
        return first == 0 || _time.GetElapsedTime(first) >= age;
    }

    public void Roll()
    {
        Volatile.Write(ref _rollWanted, 1);
        _queue.WakeWriter();
    }

    private void Run()
    {
        try
        {
            while (_queue.Take() is { } batch)
            {
                var callers = batch.Operations.Count;
                var began = _time.GetTimestamp();
                Commit(batch);
                if (callers >= Crowd && CrowdTime - _time.GetElapsedTime(began) is { Ticks: > 0 } rest)
                {
                    Naps.Take(rest);
                }
            }

            Trim();
        }
        catch (Exception error)
        {
            // Not the disk, but a defect or no memory: nothing is known any more, so nothing is taken any more, and everybody hears it.
            _queue.Abandon(error);
            Report(error);
        }
        finally
        {
            Release();
            _queue.EndWaits();
            _ended.TrySetResult();
        }
    }

    private void Report(Exception error)
    {
        try
        {
            _logger.Broken(error);
        }
        catch (Exception)
        {
            // It may be logging itself that is broken. State and the answer to every append tell the same, and end no process.
        }
    }

    private void Commit(AppendBatch batch)
    {
        var wasReady = _queue.State is LogState.Ready or LogState.Closed;
        var syncing = false;
        try
        {
            CheckSpace(batch.Length, force: !wasReady);
            EnsureSegment(batch.Length);
            if (batch.Length > 0)
            {
                Write(batch, out syncing);
            }
        }
        catch (Exception error)
        {
            Fail(batch, error, syncing);
            return;
        }

        _queue.Complete(batch);
        if (!wasReady)
        {
            _logger.Recovered();
        }
    }

    private void Write(AppendBatch batch, out bool syncing)
    {
        syncing = false;
        var began = _time.GetTimestamp();
        var file = _active!;
        var offset = Segment.OffsetOf(_segment!.Start, batch.Start);
        file.Write(batch.Bytes, offset);
        _ahead.Extend(file, offset + batch.Length);
        syncing = true;
        file.Sync();
        Latency.Add(_time.GetElapsedTime(began));
        _end = _resumeAt = new LogPosition(batch.End);
        if (_hasRecords == 0)
        {
            Volatile.Write(ref _firstRecordAt, began);
            Volatile.Write(ref _hasRecords, 1);
        }

        Volatile.Write(ref _appends, _appends + batch.Operations.Count);
        Volatile.Write(ref _bytes, _bytes + batch.Length);
        Volatile.Write(ref _syncs, _syncs + 1);
    }

    private void CheckSpace(int bytes, bool force)
    {
        if (!force && _bytesSinceSpaceCheck < BytesBetweenSpaceChecks && _time.GetElapsedTime(_spaceCheckedAt) < TimeBetweenSpaceChecks)
        {
            _bytesSinceSpaceCheck += bytes;
            return;
        }

        _bytesSinceSpaceCheck = long.MaxValue;
        var free = _files.FreeBytes(_options.Directory);
        if (free < _options.MinFreeDiskBytes)
        {
            throw new DiskFullException($"{free} bytes are free on the log's disk, {_options.MinFreeDiskBytes} must be");
        }

        _bytesSinceSpaceCheck = bytes;
        _spaceCheckedAt = _time.GetTimestamp();
    }

    private void EnsureSegment(int batchBytes)
    {
        var rollWanted = Interlocked.Exchange(ref _rollWanted, 0) == 1;
        var full = _active is not null && Segment.OffsetOf(_segment!.Start, _end.Value) + batchBytes > _options.SegmentBytes;
        if (_active is not null && !((rollWanted || full) && _hasRecords == 1))
        {
            return;
        }

        Trim();
        // From here on the old file is done with, even if the new one cannot be made: a new file that survives a power cut although
        // making it failed would void whatever came after its start in the old one.
        Release();
        var (segment, file) = _chain.Create(_resumeAt, _end);
        lock (_queue.Gate)
        {
            _chain.Add(segment);
        }

        (_segment, _active) = (segment, file);
        _ahead.Begin();
        Volatile.Write(ref _hasRecords, 0);
        _logger.SegmentBegun(segment.Path);
    }

    private void Fail(AppendBatch batch, Exception error, bool syncing)
    {
        Volatile.Write(ref _failedBatches, _failedBatches + 1);
        var full = error is DiskFullException || DiskErrors.IsFull(error);
        if (_active is { } file && error is not DiskFullException)
        {
            var cut = TryCut(file);
            if (!full || syncing || !cut)
            {
                Release();
            }
        }

        if (_active is null && _segment is { } last && last.Start == _resumeAt)
        {
            // The next segment needs a name of its own; the position left out never existed.
            _resumeAt = new LogPosition(_resumeAt.Value + 1);
        }

        var state = full ? LogState.DiskFull : LogState.Failed;
        var reason = error is DiskFullException ? error.Message : $"the log could not be written: {error.Message}";
        _queue.Fail(batch, state, reason, error, _resumeAt);
        _logger.Refusing(state, reason, error);
    }

    /// <summary>Takes a failed batch's bytes off the file's end, so that less of what nobody was promised turns up later.</summary>
    private bool TryCut(ILogFile file)
    {
        try
        {
            file.SetLength(Segment.OffsetOf(_segment!.Start, _end.Value));
            _ahead.Begin();
            return true;
        }
        catch (Exception error)
        {
            _logger.NotCut(_segment!.Path, error);
            return false;
        }
    }

    /// <summary>The file is left whole: zeros written ahead are given back.</summary>
    private void Trim()
    {
        if (_active is { } file && _ahead.Any(Segment.OffsetOf(_segment!.Start, _end.Value)))
        {
            TryCut(file);
        }
    }

    /// <summary>Lets go of the file. What close reports is not news: only a sync makes anything durable.</summary>
    private void Release()
    {
        var file = _active;
        _active = null;
        try
        {
            file?.Dispose();
        }
        catch (Exception error)
        {
            _logger.NotClosed(_segment!.Path, error);
        }
    }
}
