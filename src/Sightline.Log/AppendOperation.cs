using System.Buffers;
using System.Threading.Tasks.Sources;
using Sightline.Core.Model;

namespace Sightline.Log;

/// <summary>One caller waiting for its record to be durable; pooled, so that an append allocates nothing.</summary>
internal sealed class AppendOperation : IValueTaskSource<LogPosition>
{
    private readonly AppendQueue _queue;
    private byte[]? _kept;

    // Continuations run where the answer is given: in an AnswerRun, on a thread of the pool.
    private ManualResetValueTaskSourceCore<LogPosition> _core;

    public AppendOperation(AppendQueue queue)
    {
        _queue = queue;
        Node = new LinkedListNode<AppendOperation>(this);
    }

    /// <summary>Its place among those whose record did not fit into the batch; not in a list otherwise.</summary>
    public LinkedListNode<AppendOperation> Node { get; }

    public RecordKind Kind { get; set; }

    public uint Project { get; set; }

    /// <summary>Set only while waiting for a batch: a copy, because the caller's memory is its own again once the call returned.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    public uint PayloadState { get; set; }

    public LogPosition End { get; set; }

    public CancellationToken Cancellation { get; set; }

    public CancellationTokenRegistration Registration { get; set; }

    public ValueTask<LogPosition> Task => new(this, _core.Version);

    public int RecordSize => RecordHeader.Size + Payload.Length;

    public void Keep(ReadOnlyMemory<byte> payload)
    {
        _kept = ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.CopyTo(_kept);
        Payload = _kept.AsMemory(0, payload.Length);
    }

    /// <summary>The copy is in a batch, or not needed any more.</summary>
    public void Forget()
    {
        if (_kept is { } kept)
        {
            (_kept, Payload) = (null, default);
            ArrayPool<byte>.Shared.Return(kept);
        }
    }

    public void Complete() => _core.SetResult(End);

    public void Cancel() => _queue.Cancel(this);

    public void Fail(Exception error) => _core.SetException(error);

    /// <summary>The caller has no answer yet.</summary>
    public bool IsPending => _core.GetStatus(_core.Version) == ValueTaskSourceStatus.Pending;

    LogPosition IValueTaskSource<LogPosition>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            // Waits for a cancellation callback under way, so that it cannot meet the operation's next use.
            Registration.Dispose();
            Registration = default;
            Cancellation = default;
            Forget();
            _core.Reset();
            _queue.Return(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<LogPosition>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<LogPosition>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
