using Sightline.Core.Model;

namespace Sightline.Log;

/// <summary>
/// Between the callers of append and the writer's thread: one lock and two batches. While the writer makes one batch durable,
/// callers fill the other. Channels were rejected here: they allocate and hand over one item at a time, and a racing cancellation
/// can lose an item.
/// </summary>
internal sealed class AppendQueue
{
    private const int PooledOperations = 4096;
    private readonly LogOptions _options;
    private readonly ulong _secret;
    private readonly Admission _admission;
    private readonly DataSignal _signal = new();
    private readonly AnswerRuns _answers = new();
    private readonly LinkedList<AppendOperation> _waiting = new();
    private readonly Stack<AppendOperation> _pool = new();
    private AppendBatch _filling = new();
    private AppendBatch _spare = new();
    private long _waitingBytes;
    private long _durableEnd;
    private bool _writerIdle;
    private bool _wanted;

    public AppendQueue(LogOptions options, TimeProvider time, ulong secret, LogPosition durableEnd, LogPosition resumeAt)
    {
        _options = options;
        _secret = secret;
        _admission = new Admission(options, time);
        _durableEnd = durableEnd.Value;
        _filling.Start = resumeAt.Value;
    }

    /// <summary>The log's one lock.</summary>
    public object Gate { get; } = new();

    public LogPosition DurableEnd => new(Volatile.Read(ref _durableEnd));

    /// <summary>Where the next record goes, should everything under way succeed.</summary>
    public LogPosition AppendEnd
    {
        get
        {
            lock (Gate)
            {
                return new LogPosition(_filling.End);
            }
        }
    }

    public LogState State
    {
        get
        {
            lock (Gate)
            {
                return _admission.State;
            }
        }
    }

    public long RefusedCount => _admission.RefusedCount;

    public ValueTask<LogPosition> Append(RecordKind kind, uint project, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var payloadState = RecordHeader.AddPayload(payload.Span);
        AppendOperation operation;
        lock (Gate)
        {
            if (_admission.Refusal(_filling.End + _waitingBytes + RecordHeader.Size + payload.Length, _waitingBytes) is { } refusal)
            {
                return ValueTask.FromException<LogPosition>(refusal);
            }

            operation = _pool.TryPop(out var pooled) ? pooled : new AppendOperation(this);
            operation.Kind = kind;
            operation.Project = project;
            operation.PayloadState = payloadState;
            if (_waiting.Count == 0 && _filling.Fits(RecordHeader.Size + payload.Length, _options.MaxBatchBytes))
            {
                _filling.Add(operation, payload.Span, _secret);
                Wake();
                return operation.Task;
            }

            operation.Keep(payload);
            _waitingBytes += operation.RecordSize;
            _waiting.AddLast(operation.Node);
        }

        if (cancellation.CanBeCanceled)
        {
            operation.Cancellation = cancellation;
            operation.Registration = cancellation.UnsafeRegister(static state => ((AppendOperation)state!).Cancel(), operation);
        }

        return operation.Task;
    }

    /// <summary>A caller gives up: only a record that is in no batch yet can be taken back.</summary>
    public void Cancel(AppendOperation operation)
    {
        lock (Gate)
        {
            if (operation.Node.List is null)
            {
                return;
            }

            _waiting.Remove(operation.Node);
            _waitingBytes -= operation.RecordSize;
        }

        _answers.Fail([operation], new OperationCanceledException(operation.Cancellation));
    }

    public void Return(AppendOperation operation)
    {
        lock (Gate)
        {
            if (_pool.Count < PooledOperations)
            {
                _pool.Push(operation);
            }
        }
    }

    /// <summary>Has the writer's thread come by without a record: to begin a segment, or to try again after a failure.</summary>
    public void WakeWriter()
    {
        lock (Gate)
        {
            _wanted = true;
            Wake();
        }
    }

    /// <summary>For the writer: the next batch, perhaps empty; <see langword="null"/> once closed and everything is taken.</summary>
    public AppendBatch? Take()
    {
        lock (Gate)
        {
            while (_filling.Length == 0 && !_wanted && _admission.State != LogState.Closed)
            {
                _writerIdle = true;
                Monitor.Wait(Gate);
            }

            _writerIdle = false;
            _wanted = false;
            if (_filling.Length == 0 && _admission.State == LogState.Closed)
            {
                return null;
            }

            var batch = _filling;
            _filling = _spare;
            _spare = batch;
            _filling.Reset(batch.End);
            while (_waiting.First is { } first && _filling.Fits(first.Value.RecordSize, _options.MaxBatchBytes))
            {
                _waiting.RemoveFirst();
                _waitingBytes -= first.Value.RecordSize;
                _filling.Add(first.Value, first.Value.Payload.Span, _secret);
                first.Value.Forget();
            }

            return batch;
        }
    }

    /// <summary>For the writer: the batch is durable.</summary>
    public void Complete(AppendBatch batch)
    {
        TaskCompletionSource? arrival;
        lock (Gate)
        {
            if (batch.Length > 0)
            {
                Volatile.Write(ref _durableEnd, batch.End);
            }

            _admission.Ready();
            arrival = _signal.Take();
        }

        arrival?.TrySetResult();
        _answers.Complete(batch.Operations);
        batch.Reset(batch.End);
    }

    /// <summary>
    /// For the writer: the batch is not durable. What was filled meanwhile is refused as well, since its positions counted on it.
    /// </summary>
    public void Fail(AppendBatch batch, LogState state, string reason, Exception cause, LogPosition resumeAt)
    {
        List<AppendOperation> failed;
        LogException error;
        lock (Gate)
        {
            failed = [.. batch.Operations, .. _filling.Operations, .. _waiting];
            _waiting.Clear();
            _waitingBytes = 0;
            _filling.Reset(resumeAt.Value);
            error = _admission.Failed(state, reason, cause);
        }

        batch.Reset(resumeAt.Value);
        _answers.Fail(failed, error);
    }

    public void StoreHas(LogPosition position)
    {
        lock (Gate)
        {
            _admission.StoreHas(position.Value);
        }
    }

    public async ValueTask WaitForDataAsync(LogPosition after, CancellationToken cancellation)
    {
        while (true)
        {
            Task arrival;
            lock (Gate)
            {
                if (_durableEnd > after.Value)
                {
                    return;
                }

                ObjectDisposedException.ThrowIf(_admission.State == LogState.Closed, typeof(DurableLog));
                arrival = _signal.Next;
            }

            await arrival.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>No record is taken any more; those taken are still written.</summary>
    public void Close()
    {
        lock (Gate)
        {
            _admission.Close();
            Wake();
        }
    }

    /// <summary>The writer's thread ends before its time: everybody who waits is told, and whoever comes later, for good.</summary>
    public void Abandon(Exception cause)
    {
        var reason = $"the log is broken: {cause.Message}";
        List<AppendOperation> failed;
        LogException error;
        lock (Gate)
        {
            // The batch the writer had is the spare one; those in it that were answered already are not touched.
            failed = [.. _spare.Operations, .. _filling.Operations, .. _waiting];
            _waiting.Clear();
            _waitingBytes = 0;
            _filling.Reset(_filling.End);
            _spare.Reset(_filling.End);
            error = _admission.Abandon(reason, cause);
        }

        _answers.Fail(failed.FindAll(static operation => operation.IsPending), error);
    }

    /// <summary>The writer is gone: whoever waits for data waits in vain.</summary>
    public void EndWaits()
    {
        TaskCompletionSource? arrival;
        lock (Gate)
        {
            arrival = _signal.Take();
        }

        arrival?.TrySetResult();
    }

    private void Wake()
    {
        if (_writerIdle)
        {
            _writerIdle = false;
            Monitor.Pulse(Gate);
        }
    }
}
