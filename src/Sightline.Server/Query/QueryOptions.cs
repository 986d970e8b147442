namespace Sightline.Server.Query;

/// <summary>What queries may take of the machine.</summary>
public sealed record QueryOptions
{
    /// <summary>Time one query may take, waiting included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Memory kept from one query for the next, until none was asked for a minute.</summary>
    public long ArrayBytes { get; init; } = 192L << 20;

    /// <summary>Memory the groupings of one range may take beside the engine's own buffers.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>
    /// Memory of all that run at once. Where it is less than each could want, each has its share of it first; who needs more waits until the others have ended, and
    /// runs alone.
    /// </summary>
    public long TotalMemoryBytes { get; init; } = long.MaxValue;

    /// <summary>Queries run at once; others wait.</summary>
    public int Concurrency { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>
    /// How long an answer that took <see cref="Costly"/> or more is given out again while new events come in: many people looking at once cost what few do.
    /// Nought: never.
    /// </summary>
    public TimeSpan GoodFor { get; init; }

    /// <summary>What was computed sooner is always computed anew.</summary>
    public TimeSpan Costly { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Threads that one query's work is spread over, its own among them.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>For tests: rows, however few, are dealt out to all workers.</summary>
    internal bool DealsRows { get; init; }

    /// <summary>What one of several may take of memory.</summary>
    internal long SharedMemoryBytes => Math.Min(MemoryBytes, TotalMemoryBytes / Concurrency);

    /// <summary>Memory for cached results.</summary>
    public long CacheBytes { get; init; } = 64L << 20;
}
