using Sightline.Store.DuckDb;

namespace Sightline.Server;

/// <summary>Whether the store's engine still answers. Once it has found its own state broken it answers nothing more until the store is closed and opened anew.</summary>
internal sealed class EngineState
{
    private readonly TaskCompletionSource<DuckDbException> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool HasFailed => _failed.Task.IsCompleted;

    /// <summary>Completes with the first failure.</summary>
    public Task<DuckDbException> Failure => _failed.Task;

    public void Fail(DuckDbException failure) => _failed.TrySetResult(failure);
}
