namespace Sightline.Server.Query;

/// <summary>A query that took long.</summary>
/// <param name="At">When it was answered.</param>
/// <param name="Project">The project's id.</param>
/// <param name="TookMs">Waiting included.</param>
/// <param name="Plan">The query as it was understood, as JSON.</param>
public sealed record SlowQuery(DateTimeOffset At, uint Project, long TookMs, string Plan);

/// <summary>What queries cost since the server started, and the last that were slow.</summary>
public sealed class QueryJournal(TimeProvider time)
{
    /// <summary>From here on a person notices that they wait.</summary>
    public const long SlowMs = 500;

    private const int MostKept = 30;
    private const int LongestPlan = 2000;

    private readonly Lock _lock = new();
    private readonly LinkedList<SlowQuery> _slow = new();
    private long _answered;
    private long _fromCache;
    private long _slowCount;

    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Answered without asking the engine.</summary>
    public long FromCache => Interlocked.Read(ref _fromCache);

    public long SlowCount => Interlocked.Read(ref _slowCount);

    /// <summary>Latest first.</summary>
    public IReadOnlyList<SlowQuery> Slow()
    {
        lock (_lock)
        {
            return [.. _slow];
        }
    }

    /// <summary>The queries of a page, answered together: the slowness of one is that of all, and is kept once.</summary>
    public void Add(uint project, IReadOnlyList<QueryResult> results)
    {
        Interlocked.Add(ref _answered, results.Count);
        Interlocked.Add(ref _fromCache, results.Count(result => result.Cache == CacheOutcome.Hit));
        if (results.FirstOrDefault(result => result.Cache != CacheOutcome.Hit && result.TookMs >= SlowMs) is not { } slow)
        {
            return;
        }

        Interlocked.Increment(ref _slowCount);
        var plan = QueryWriter.Key(slow.Resolved);
        lock (_lock)
        {
            _slow.AddFirst(new SlowQuery(time.GetUtcNow(), project, slow.TookMs, plan.Length > LongestPlan ? plan[..LongestPlan] + "…" : plan));
            if (_slow.Count > MostKept)
            {
                _slow.RemoveLast();
            }
        }
    }
}
