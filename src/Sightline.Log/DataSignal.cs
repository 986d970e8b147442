namespace Sightline.Log;

/// <summary>Lets readers wait for the next durable batch. The first two members are called under the log's lock.</summary>
internal sealed class DataSignal
{
    private TaskCompletionSource? _arrival;

    /// <summary>Completes with the next batch, or when the log closes.</summary>
    public Task Next => (_arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>What there is to complete once the lock is left.</summary>
    public TaskCompletionSource? Take()
    {
        var arrival = _arrival;
        _arrival = null;
        return arrival;
    }
}
