using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Store;
using Sightline.Store.DuckDb.Query;

namespace Sightline.Server.Query;

/// <summary>Finds a project's saved filters; <see langword="null"/>: there is no such segment.</summary>
public delegate Filter? SegmentResolver(uint project, long segment);

/// <summary>
/// The only door to the engine: places queries in time, looks in the cache, waits for its turn, runs what is missing on one snapshot within its limits. Every
/// page, API and alert asks here, so two screens never disagree.
/// </summary>
public sealed class QueryService : IDisposable
{
    private static readonly TimeSpan ArraysRest = TimeSpan.FromMinutes(1);

    private readonly EventStore store;
    private readonly QueryOptions options;
    private readonly SegmentResolver segments;
    private readonly TimeProvider time;
    private readonly ResultCache cache;
    private readonly QueryTurns turns;
    private readonly NewestEvents newest;
    private readonly QueryArrays arrays;
    private readonly ITimer resting;
    private readonly Lock gate = new();
    private readonly Dictionary<string, TaskCompletionSource<QueryResult[]>> waiting = new(StringComparer.Ordinal);
    private long joined;
    private long ranSinceRest;

    public QueryService(EventStore store, QueryOptions options, SegmentResolver segments, TimeProvider time)
    {
        (this.store, this.options, this.segments, this.time) = (store, options, segments, time);
        cache = new(options.CacheBytes, time);
        turns = new QueryTurns(options.Concurrency);
        newest = new(store);
        arrays = new(options.ArrayBytes);
        // A server that nobody asks for a while holds no memory for the next query.
        resting = time.CreateTimer(_ => Rest(), null, ArraysRest, ArraysRest);
    }

    /// <summary>Told what was answered, for whoever counts.</summary>
    internal Action<uint, IReadOnlyList<QueryResult>>? Answered { get; set; }

    /// <summary>Groups of queries the engine or the cache is answering now.</summary>
    public int Running => turns.Running;

    /// <summary>Groups of queries that were answered by what others had asked just before.</summary>
    public long Joined => Interlocked.Read(ref joined);

    /// <inheritdoc cref="QueryTurns.Each"/>
    internal SemaphoreSlim Turns => turns.Each;

    /// <summary>For tests: different groups of queries that wait for a turn.</summary>
    internal int Waiting
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <exception cref="InvalidQueryException">The query asks for something that does not exist.</exception>
    /// <exception cref="QueryLimitException">It takes more time or memory than it may.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<QueryResult> AskAsync(StatsQuery query, Project project, CancellationToken cancellation) =>
        (await AskAllAsync([query], project, cancellation).ConfigureAwait(false))[0];

    /// <summary>Answers the queries of a page together, from one view of the data: what they read alike is read once. The time limit is for all of them.</summary>
    /// <returns>A result for each, in their order.</returns>
    /// <exception cref="InvalidQueryException">One asks for something that does not exist.</exception>
    /// <exception cref="QueryLimitException">One takes more time or memory than it may.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<QueryResult[]> AskAllAsync(IReadOnlyList<StatsQuery> queries, Project project, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        using CancellationTokenSource timeout = new(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            // The engine's calls block: keep them off the threads that serve requests.
            var (resolved, known) = await Task.Run(() => Resolve(queries, project, began, both.Token), both.Token).ConfigureAwait(false);
            return known ?? await InTurnAsync(resolved, project, began, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new QueryLimitException(string.Create(
                CultureInfo.InvariantCulture, $"The query took longer than the {options.Timeout.TotalSeconds:0.###} s one query may take."));
        }
    }

    /// <summary>Refuses regular expressions of a filter that the engine would refuse.</summary>
    /// <exception cref="InvalidQueryException">With the place in the filter.</exception>
    public void CheckPatterns(Filter filter, Project project, CancellationToken cancellation)
    {
        using var snapshot = store.OpenSnapshot(project.Id, 0, ZoneCalendar.MaxMs);
        DuckDbGroupSource.CheckPatterns(snapshot, project.Id, filter, cancellation);
    }

    public void Dispose()
    {
        resting.Dispose();
        turns.Dispose();
    }

    private void Rest()
    {
        if (Interlocked.Exchange(ref ranSinceRest, 0) == 0 && arrays.SizeBytes > 0)
        {
            arrays.Clear();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    /// <summary>Places queries in time. What the cache has of all of them needs no turn.</summary>
    private (ResolvedQuery[] Resolved, QueryResult[]? Known) Resolve(IReadOnlyList<StatsQuery> queries, Project project, long began, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        ResolvedQuery[] resolved = [.. queries.Select(query => ResolvedQuery.Create(
            query, project, now, () => FirstEvent(project, cancellation), segment => segments(project.Id, segment)))];
        ProjectDays days = new(store.Generations, project.Id);
        List<AskedQuery> asked = [.. resolved.Select(query => new AskedQuery(query, days, cache))];
        if (!asked.TrueForAll(each => each.Answer is not null))
        {
            return (resolved, null);
        }
        StoreSnapshot? snapshot = null;
        try
        {
            return (resolved, Results(asked, project, now, () => snapshot ??= store.OpenSnapshot(project.Id, 0, ZoneCalendar.MaxMs), began, cancellation));
        }
        finally
        {
            snapshot?.Dispose();
        }
    }

    /// <summary>Waits for a turn; who asks the same meanwhile waits along, for what is then read is as new for both.</summary>
    private async Task<QueryResult[]> InTurnAsync(ResolvedQuery[] resolved, Project project, long began, CancellationToken cancellation)
    {
        var name = string.Join('\n', resolved.Select(AskedQuery.KeyOf));
        while (true)
        {
            TaskCompletionSource<QueryResult[]>? same;
            TaskCompletionSource<QueryResult[]> own = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
            {
                if (!waiting.TryGetValue(name, out same))
                {
                    waiting[name] = own;
                }
            }
            if (same is null)
            {
                return await LeadAsync(name, own, resolved, project, began, cancellation).ConfigureAwait(false);
            }
            try
            {
                Interlocked.Increment(ref joined);
                return await same.Task.WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Who asked first has left; somebody else must ask.
            }
        }
    }

    private async Task<QueryResult[]> LeadAsync(
        string name, TaskCompletionSource<QueryResult[]> own, ResolvedQuery[] resolved, Project project, long began, CancellationToken cancellation)
    {
        var queued = true;
        try
        {
            QueryResult[] results;
            try
            {
                results = await turns.RunAsync(() => AskWith(options.SharedMemoryBytes), cancellation).ConfigureAwait(false);
            }
            catch (QueryLimitException) when (options.SharedMemoryBytes < options.MemoryBytes)
            {
                results = await turns.RunAloneAsync(() => AskWith(options.MemoryBytes), cancellation).ConfigureAwait(false);
            }

            own.SetResult(results);
            return results;
        }
        catch (OperationCanceledException)
        {
            own.TrySetCanceled(cancellation);
            throw;
        }
        catch (Exception e)
        {
            own.TrySetException(e);
            // Seen here, whether or not somebody waits along.
            _ = own.Task.Exception;
            throw;
        }
        finally
        {
            Leave();
        }

        QueryResult[] AskWith(long memoryBytes)
        {
            // From here on the view of the data may be older than who asks.
            Leave();
            return Ask(resolved, project, began, memoryBytes, cancellation);
        }

        void Leave()
        {
            lock (gate)
            {
                if (queued)
                {
                    waiting.Remove(name);
                    queued = false;
                }
            }
        }
    }

    private QueryResult[] Ask(ResolvedQuery[] resolved, Project project, long began, long memoryBytes, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        StoreSnapshot? snapshot = null;
        // Opened when first needed, after the generations of all days were read: answers from the cache need none.
        StoreSnapshot Snapshot() => snapshot ??= store.OpenSnapshot(project.Id, 0, ZoneCalendar.MaxMs);
        try
        {
            ProjectDays days = new(store.Generations, project.Id);
            List<AskedQuery> asked = [.. resolved.Select(query => new AskedQuery(query, days, cache))];
            foreach (var missing in asked.Where(each => each.Answer is null).GroupBy(each => each.Resolved.Calendar.Zone.Id))
            {
                Interlocked.Increment(ref ranSinceRest);
                SlicedGroupSource source = new(
                    () => new DuckDbGroupSource(Snapshot(), memoryBytes, Workers(), options.DealsRows, arrays), cache, days, missing.First().Resolved.Calendar);
                var started = time.GetTimestamp();
                AskedQuery.AnswerAll([.. missing], source, cache, () => time.GetElapsedTime(started) >= options.Costly ? options.GoodFor : TimeSpan.Zero, cancellation);
            }
            return Results(asked, project, now, Snapshot, began, cancellation);
        }
        finally
        {
            snapshot?.Dispose();
        }
    }

    /// <summary>Threads that help one another pay while nobody else needs them.</summary>
    private int Workers() => options.DealsRows ? options.Workers : Math.Max(1, options.Workers / Math.Max(1, Running));

    private QueryResult[] Results(List<AskedQuery> asked, Project project, long now, Func<StoreSnapshot> snapshot, long began, CancellationToken cancellation)
    {
        var newestMs = newest.Find(project.Id, now, snapshot, cancellation);
        var tookMs = (long)time.GetElapsedTime(began).TotalMilliseconds;
        QueryResult[] results = [.. asked.Select(each => new QueryResult(each.Resolved, each.Answer!, each.Outcome, tookMs, newestMs))];
        Answered?.Invoke(project.Id, results);
        return results;
    }

    /// <summary>On a view of its own: the answer's must be opened after the generations of its days were read.</summary>
    private long? FirstEvent(Project project, CancellationToken cancellation)
    {
        using var snapshot = store.OpenSnapshot(project.Id, 0, ZoneCalendar.MaxMs);
        return DuckDbGroupSource.FirstEventMs(snapshot, project.Id, cancellation);
    }
}
