using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Answers groupings from a snapshot: SQL selects columns and rows by literal conditions, everything else happens here in one pass over the
/// visits and one over the events of each range. One statement reads them; several threads look at what it gives. Called by one thread.
/// </summary>
/// <param name="snapshot">A consistent view that covers the plans' ranges.</param>
/// <param name="memoryLimitBytes">What the groupings of one range may take together beside the engine's own buffers.</param>
/// <param name="workers">Threads of one grouping, the caller's among them.</param>
/// <param name="dealsRows">For tests on few rows: the caller does the work of all, each of them being dealt a share of the rows.</param>
/// <param name="arrays">Kept from query to query; <see langword="null"/>: none are.</param>
public sealed class DuckDbGroupSource(
    StoreSnapshot snapshot, long memoryLimitBytes, int workers = 1, bool dealsRows = false, QueryArrays? arrays = null) : IGroupSource
{
    private readonly Crew crew = new(workers, dealsRows);

    /// <summary>Time of the project's first event that is not an engagement report; <see langword="null"/>: none.</summary>
    public static long? FirstEventMs(StoreSnapshot snapshot, uint project, CancellationToken cancellation) => EventTime(snapshot, project, "min", 0, cancellation);

    /// <summary>And of the last, if it is not before a time.</summary>
    public static long? NewestEventMs(StoreSnapshot snapshot, uint project, long sinceMs, CancellationToken cancellation) =>
        EventTime(snapshot, project, "max", sinceMs, cancellation);

    /// <summary>Refuses regular expressions that the engine cannot read.</summary>
    /// <exception cref="InvalidQueryException">With the place in the filter.</exception>
    public static void CheckPatterns(StoreSnapshot snapshot, uint project, Filter filter, CancellationToken cancellation)
    {
        StringDictionary strings = new(snapshot.Connection, project, cancellation);
        foreach (var leaf in FilterCompiler.Leaves(filter).Where(leaf => leaf.Operator == FilterOperator.Matches))
        {
            strings.CheckPatterns(leaf);
        }
    }

    public IReadOnlyList<GroupTable> Group(IReadOnlyList<GroupPlan> plans, CancellationToken cancellation)
    {
        var tables = new GroupTable[plans.Count];
        foreach (var set in Enumerable.Range(0, plans.Count).GroupBy(i => (plans[i].Project, plans[i].FromMs, plans[i].ToMs)))
        {
            var places = set.ToList();
            try
            {
                Answer(plans, places, tables, cancellation);
            }
            catch (QueryLimitException) when (places.Count > 1)
            {
                // Together they take more than one may; each may still have enough.
                places.ForEach(place => Answer(plans, [place], tables, cancellation));
            }
        }
        return tables;
    }

    private void Answer(IReadOnlyList<GroupPlan> plans, List<int> places, GroupTable[] tables, CancellationToken cancellation)
    {
        using MemoryBudget budget = new(memoryLimitBytes, arrays ?? new(0));
        var next = 0;
        foreach (var table in new PlanSet(snapshot, [.. places.Select(place => plans[place])], crew, budget, cancellation).Run(cancellation))
        {
            tables[places[next++]] = table;
        }
    }

    private static long? EventTime(StoreSnapshot snapshot, uint project, string function, long sinceMs, CancellationToken cancellation)
    {
        long? found = null;
        foreach (var table in snapshot.EventTables)
        {
            var time = snapshot.Connection.ScalarLong(
                $"SELECT {function}(time_ms) FROM {table} WHERE project = {project} AND time_ms >= {sinceMs} AND kind <> {(int)EventKind.Engagement}", cancellation);
            found = found is null || time is null ? found ?? time : function == "min" ? Math.Min(found.Value, time.Value) : Math.Max(found.Value, time.Value);
        }
        return found;
    }
}
