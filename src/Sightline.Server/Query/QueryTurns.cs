namespace Sightline.Server.Query;

/// <summary>Lets so many groups of queries run at once, or one alone.</summary>
/// <param name="count">How many.</param>
internal sealed class QueryTurns(int count) : IDisposable
{
    private readonly SemaphoreSlim alone = new(1);

    /// <summary>For tests: whoever takes one keeps a group of queries waiting.</summary>
    public SemaphoreSlim Each { get; } = new(count);

    public int Running => count - Each.CurrentCount;

    /// <summary>Runs it, on a thread of its own, when there is a turn.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await Each.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Each.Release();
        }
    }

    /// <summary>Runs it when all others have ended, and lets none begin meanwhile.</summary>
    public async Task<T> RunAloneAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        var taken = 0;
        // One collects turns at a time, so that two never wait for each other's.
        await alone.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (; taken < count - 1; taken++)
            {
                await Each.WaitAsync(cancellation).ConfigureAwait(false);
            }

            return await RunAsync(work, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (taken > 0)
            {
                Each.Release(taken);
            }

            alone.Release();
        }
    }

    public void Dispose()
    {
        Each.Dispose();
        alone.Dispose();
    }
}
