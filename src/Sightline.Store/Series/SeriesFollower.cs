namespace Sightline.Store.Series;

/// <summary>An index that somebody has made of a project's series and that goes on as further ones come, when it is asked.</summary>
/// <param name="series">The project's.</param>
/// <param name="index">Empty.</param>
/// <param name="add">Adds a series; they come in the order of their <see cref="SeriesEntry.Place"/>, each once.</param>
public sealed class SeriesFollower<T>(PublishedSeries series, T index, Action<T, SeriesEntry> add)
{
    // Some milliseconds, for which readers wait.
    private const int AtOnce = 2_000;
    private static readonly TimeSpan LetIn = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private readonly Lock _following = new();
    private readonly Lock _starting = new();
    private Task _follow = Task.CompletedTask;
    private int _count;
    private int _asking;

    public PublishedSeries Series => series;

    /// <summary>Series that are not in it yet.</summary>
    public int Missing => series.Count - Volatile.Read(ref _count);

    /// <summary>Done once all are in it that there are now.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var wanted = series.Count;
        while (Volatile.Read(ref _count) < wanted)
        {
            await Begun().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Goes on by itself with those that are missing.</summary>
    public void Begin() => Begun();

    /// <summary>Adds those that are missing.</summary>
    public void Follow()
    {
        lock (_following)
        {
            var some = new SeriesEntry[Math.Min(AtOnce, Missing)];
            while (some.Length > 0 && series.Copy(_count, some) is > 0 and var count)
            {
                lock (_lock)
                {
                    foreach (var entry in some.AsSpan(0, count))
                    {
                        add(index, entry);
                    }

                    Volatile.Write(ref _count, _count + count);
                }

                // Whoever takes the lock again at once takes it from those who wait.
                SpinWait.SpinUntil(() => Volatile.Read(ref _asking) == 0, LetIn);
            }
        }
    }

    /// <summary>Asks it while nothing is added.</summary>
    public TAnswer Read<TAnswer>(Func<T, TAnswer> question)
    {
        Interlocked.Increment(ref _asking);
        try
        {
            lock (_lock)
            {
                return question(index);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
        }
    }

    private Task Begun()
    {
        lock (_starting)
        {
            if (Missing > 0 && _follow.IsCompleted)
            {
                _follow = Task.Run(Follow);
            }

            return _follow;
        }
    }
}
