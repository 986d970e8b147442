using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Store;
using Sightline.Store.DuckDb.Query;

namespace Sightline.Server.Query;

/// <summary>Finds a project's saved filters; <see langword="null"/>: there is no such segment.</summary>
public delegate Filter? SegmentResolver(uint project, long segment);

/// <summary>
/// The only door to the engine: places a query in time, looks in the cache, waits for its turn, runs it on one snapshot within its limits. Every page,
/// API and alert asks here, so two screens never disagree.
/// </summary>
public sealed class QueryService(EventStore store, QueryOptions options, SegmentResolver segments, TimeProvider time) : IDisposable
{
    private readonly ResultCache cache = new(options.CacheBytes);
    private readonly SemaphoreSlim turns = new(options.Concurrency);
    private readonly NewestEvents newest = new(store);

    /// <summary>Queries the engine or the cache is answering now.</summary>
    public int Running => options.Concurrency - turns.CurrentCount;

    /// <exception cref="InvalidQueryException">The query asks for something that does not exist.</exception>
    /// <exception cref="QueryLimitException">It takes more time or memory than it may.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<QueryResult> AskAsync(StatsQuery query, Project project, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        using CancellationTokenSource timeout = new(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            await turns.WaitAsync(both.Token).ConfigureAwait(false);
            try
            {
                // The engine's calls block: keep them off the threads that serve requests.
                return await Task.Run(() => Ask(query, project, began, both.Token), both.Token).ConfigureAwait(false);
            }
            finally
            {
                turns.Release();
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new QueryLimitException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"The query took longer than the {options.Timeout.TotalSeconds:0.###} s one query may take."));
        }
    }

    /// <summary>Refuses regular expressions of a filter that the engine would refuse.</summary>
    /// <exception cref="InvalidQueryException">With the place in the filter.</exception>
    public void CheckPatterns(Filter filter, Project project, CancellationToken cancellation)
    {
        using var snapshot = store.OpenSnapshot(project.Id, 0, ZoneCalendar.MaxMs);
        DuckDbGroupSource.CheckPatterns(snapshot, project.Id, filter, cancellation);
    }

    public void Dispose() => turns.Dispose();

    private QueryResult Ask(StatsQuery query, Project project, long began, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        StoreSnapshot? snapshot = null;
        // Opened when first needed: an answer from the cache needs none.
        StoreSnapshot Snapshot() => snapshot ??= store.OpenSnapshot(project.Id, 0, ZoneCalendar.MaxMs);
        try
        {
            var resolved = ResolvedQuery.Create(
                query, project, now, () => FirstEvent(project, cancellation), segment => segments(project.Id, segment));
            ProjectDays days = new(store.Generations, project.Id);
            var generations = resolved.CompareRange is { } compare
                ? days.Of((resolved.Range.FromMs, resolved.Range.ToMs), (compare.FromMs, compare.ToMs))
                : days.Of((resolved.Range.FromMs, resolved.Range.ToMs));
            var key = PlanKey.Settings(project) + QueryWriter.Key(resolved);
            var answer = cache.Find<StatsAnswer>(key, generations);
            var outcome = CacheOutcome.Hit;
            if (answer is null)
            {
                SlicedGroupSource source = new(() => new DuckDbGroupSource(Snapshot(), options.MemoryBytes, options.Workers, options.DealsRows), cache, days, resolved.Calendar);
                answer = StatsEvaluator.Evaluate(resolved, source, cancellation);
                outcome = source.Outcome;
                cache.Keep(key, generations, answer, answer.Rows.Sum(RowBytes) + 500);
            }
            var newestMs = newest.Find(project.Id, now, Snapshot, cancellation);
            return new(resolved, answer, outcome, (long)time.GetElapsedTime(began).TotalMilliseconds, newestMs);
        }
        finally
        {
            snapshot?.Dispose();
        }
    }

    /// <summary>On a view of its own: the answer's must be opened after the generations of its days were read.</summary>
    private long? FirstEvent(Project project, CancellationToken cancellation)
    {
        using var snapshot = store.OpenSnapshot(project.Id, 0, ZoneCalendar.MaxMs);
        return DuckDbGroupSource.FirstEventMs(snapshot, project.Id, cancellation);
    }

    private static long RowBytes(AnswerRow row) =>
        120 + row.Dimensions.Sum(value => 40 + (value?.Length * 2 ?? 0)) + (row.Metrics.Length * (row.Compare is null ? 40 : 96));
}
