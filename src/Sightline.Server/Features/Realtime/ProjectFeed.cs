namespace Sightline.Server.Features.Realtime;

/// <summary>
/// The latest moment of a project, shared by everybody who watches it: however many they are, it is looked up once. Nobody has a queue: who
/// is slow finds the newest moment when it comes back, and what lay between is in it.
/// </summary>
internal sealed class ProjectFeed(Func<long, Task<LiveMoment>> look, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _looking = new(1, 1);
    private readonly Lock _changing = new();
    private TaskCompletionSource _next = New();
    private LiveMoment? _latest;
    private long _taken;
    private int _watchers;

    public int Watchers => Volatile.Read(ref _watchers);

    /// <summary>A moment not older than <paramref name="age"/>.</summary>
    public async Task<LiveMoment> LatestAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        if (Fresh(age) is { } known)
        {
            return known;
        }

        await _looking.WaitAsync(cancellationToken);
        try
        {
            // Somebody else may have looked while this one waited.
            if (Fresh(age) is { } found)
            {
                return found;
            }

            // Not by the caller's token: others may be waiting for the same look.
            var moment = await look((_latest?.Version ?? 0) + 1);
            TaskCompletionSource waiting;
            lock (_changing)
            {
                _latest = moment;
                _taken = time.GetTimestamp();
                (waiting, _next) = (_next, New());
            }

            waiting.TrySetResult();
            return moment;
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>The latest moment once it is newer than <paramref name="version"/>; <see langword="null"/>: it was not within the time.</summary>
    public async Task<LiveMoment?> NextAsync(long version, TimeSpan wait, CancellationToken cancellationToken)
    {
        Task changed;
        lock (_changing)
        {
            if (_latest is { } latest && latest.Version > version)
            {
                return latest;
            }

            changed = _next.Task;
        }

        try
        {
            await changed.WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }

        lock (_changing)
        {
            return _latest;
        }
    }

    /// <summary>How many watch now.</summary>
    public int Join() => Interlocked.Increment(ref _watchers);

    public int Leave() => Interlocked.Decrement(ref _watchers);

    public void Dispose() => _looking.Dispose();

    private LiveMoment? Fresh(TimeSpan age)
    {
        lock (_changing)
        {
            return _latest is not null && time.GetElapsedTime(_taken) < age ? _latest : null;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
