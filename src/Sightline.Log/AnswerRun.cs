namespace Sightline.Log;

/// <summary>
/// Tells the callers of one batch, on threads of the pool. One item of work a caller would wake a thread for each; here a thread that
/// begins has one more come, and each goes on with the next caller who has not been told. So one whose continuation is slow delays
/// nobody else, and a batch of quick ones costs a few threads' waking.
/// </summary>
internal sealed class AnswerRun(AnswerRuns owner) : IThreadPoolWorkItem
{
    private readonly List<AppendOperation> _operations = [];
    private Exception? _error;
    private int _taken;
    private int _working;

    public void Start(List<AppendOperation> operations, Exception? error)
    {
        _operations.AddRange(operations);
        _error = error;
        _taken = 0;
        _working = 1;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        var turn = Interlocked.Increment(ref _taken);
        if (turn < _operations.Count)
        {
            Interlocked.Increment(ref _working);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        for (; turn <= _operations.Count; turn = Interlocked.Increment(ref _taken))
        {
            if (_error is { } error)
            {
                _operations[turn - 1].Fail(error);
            }
            else
            {
                _operations[turn - 1].Complete();
            }
        }

        if (Interlocked.Decrement(ref _working) == 0)
        {
            // Nobody else looks at it any more: whoever was sent for was counted before.
            _operations.Clear();
            owner.Return(this);
        }
    }
}
