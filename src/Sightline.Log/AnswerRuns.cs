using System.Collections.Concurrent;

namespace Sightline.Log;

/// <summary>Gives answers to callers of append, never on the thread that calls here; its runs are used again and again.</summary>
internal sealed class AnswerRuns
{
    private const int Pooled = 8;
    private readonly ConcurrentQueue<AnswerRun> _pool = new();

    /// <summary>Each is durable at its position.</summary>
    public void Complete(List<AppendOperation> operations) => Start(operations, error: null);

    /// <summary>None is durable.</summary>
    public void Fail(List<AppendOperation> operations, Exception error) => Start(operations, error);

    public void Return(AnswerRun run)
    {
        if (_pool.Count < Pooled)
        {
            _pool.Enqueue(run);
        }
    }

    private void Start(List<AppendOperation> operations, Exception? error)
    {
        if (operations.Count > 0)
        {
            (_pool.TryDequeue(out var run) ? run : new AnswerRun(this)).Start(operations, error);
        }
    }
}
