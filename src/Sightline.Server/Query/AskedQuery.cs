using Sightline.Core.Queries;

namespace Sightline.Server.Query;

/// <summary>A query on its way through the service: its name in the cache, and its answer as soon as there is one.</summary>
internal sealed class AskedQuery
{
    private readonly string key;
    private readonly long[] generations;

    public AskedQuery(ResolvedQuery resolved, ProjectDays days, ResultCache cache)
    {
        Resolved = resolved;
        generations = resolved.CompareRange is { } compare
            ? days.Of((resolved.Range.FromMs, resolved.Range.ToMs), (compare.FromMs, compare.ToMs))
            : days.Of((resolved.Range.FromMs, resolved.Range.ToMs));
        key = KeyOf(resolved);
        Answer = cache.Find<StatsAnswer>(key, generations);
    }

    public ResolvedQuery Resolved { get; }

    public StatsAnswer? Answer { get; private set; }

    public CacheOutcome Outcome { get; private set; } = CacheOutcome.Hit;

    /// <summary>The same for queries that mean the same at the same moment, whatever the state of the data.</summary>
    public static string KeyOf(ResolvedQuery resolved) => PlanKey.Settings(resolved.Project) + QueryWriter.Key(resolved);

    /// <summary>Answers queries of one calendar, those that ask the same by one answer.</summary>
    /// <param name="queries">Those without an answer.</param>
    /// <param name="source">Finds what they need.</param>
    /// <param name="cache">Keeps the answers.</param>
    /// <param name="goodFor">How long an answer may be given out although events came in, asked once what it needs is found.</param>
    /// <param name="cancellation">The caller left.</param>
    public static void AnswerAll(IReadOnlyList<AskedQuery> queries, SlicedGroupSource source, ResultCache cache, Func<TimeSpan> goodFor, CancellationToken cancellation)
    {
        var once = queries.GroupBy(query => query.key, StringComparer.Ordinal).Select(same => (Same: same.ToList(), Evaluator: new StatsEvaluator(same.First().Resolved))).ToList();
        var tables = source.Group([.. once.SelectMany(query => query.Evaluator.Plans)], cancellation);
        var good = goodFor();
        var at = 0;
        foreach (var (same, evaluator) in once)
        {
            var answer = evaluator.Answer([.. tables.Skip(at).Take(evaluator.Plans.Count)]);
            at += evaluator.Plans.Count;
            cache.Keep(same[0].key, same[0].generations, answer, answer.Rows.Sum(RowBytes) + 500, good);
            same.ForEach(query => (query.Answer, query.Outcome) = (answer, source.OutcomeOf(evaluator.Plans)));
        }
    }

    private static long RowBytes(AnswerRow row) =>
        120 + row.Dimensions.Sum(value => 40 + (value?.Length * 2 ?? 0)) + (row.Metrics.Length * (row.Compare is null ? 40 : 96));
}
