using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Answers groupings from a snapshot: SQL selects columns and rows by literal conditions, everything else happens here in one pass over the
/// visits and one over the events. One statement reads them; several threads look at what it gives. Called by one thread.
/// </summary>
/// <param name="snapshot">A consistent view that covers the plans' ranges.</param>
/// <param name="memoryLimitBytes">What one grouping may take beside the engine's own buffers.</param>
/// <param name="workers">Threads of one grouping, the caller's among them.</param>
/// <param name="dealsRows">For tests on few rows: the caller does the work of all, each of them being dealt a share of the rows.</param>
public sealed class DuckDbGroupSource(StoreSnapshot snapshot, long memoryLimitBytes, int workers = 1, bool dealsRows = false) : IGroupSource
{
    private const int VisitsAtOnce = 1 << 16;

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

    public GroupTable Group(GroupPlan plan, CancellationToken cancellation)
    {
        MemoryBudget budget = new(memoryLimitBytes);
        StringDictionary strings = new(snapshot.Connection, plan.Project.Id, cancellation);
        GoalSet goals = new(plan.Project.Goals, strings);
        VisitTable visits = new()
        {
            WantsVisitors = plan.Needs.HasFlag(GroupNeeds.Visitors),
            WantsPeople = plan.Needs.HasFlag(GroupNeeds.People),
            WantsOutcome = plan.Needs.HasFlag(GroupNeeds.Visits),
        };
        EventScan scan = new();
        if (!GroupSums.ReadsEngagement(plan))
        {
            scan.Conditions.Add($"kind <> {(int)EventKind.Engagement}");
        }
        FilterCompiler compiler = new(strings, goals, visits);
        VisitMask? ofVisits = null;
        if (VisitSpans.Fit(plan))
        {
            visits.Spans = new(plan);
            ofVisits = plan.Filter is { } visitFilter ? compiler.ApplyToVisits(visitFilter, scan) : null;
        }
        else if (plan.Filter is { } filter)
        {
            compiler.Apply(filter, scan);
        }
        GroupKeys keys = new(plan, visits, scan.Selection, budget);
        visits.Load(snapshot.Connection, plan, crew, budget, cancellation);
        RunBefore(compiler, plan, visits, budget, cancellation);
        // Numbers of properties are fractions: what they add up to must not depend on which thread was faster.
        var readers = plan.Props.Count > 0 ? Crew.One : crew;
        var passes = new GroupPass?[readers.Size];
        var first = passes[0] = new(plan, keys, visits, scan.Selection, strings, goals, budget);
        if (visits.Spans is not { } spans || AddWholeVisits(spans, ofVisits, passes, scan))
        {
            scan.Run(snapshot, plan, visits, readers, (worker, chunk, rows, chosen) => (passes[worker] ??= first.Fork()).Add(chunk, rows, chosen), cancellation);
        }
        foreach (var pass in passes.AsSpan(1))
        {
            if (pass is not null)
            {
                first.Absorb(pass);
            }
        }
        return first.Table(strings, goals, crew, cancellation);
    }

    private void RunBefore(FilterCompiler compiler, GroupPlan plan, VisitTable visits, MemoryBudget budget, CancellationToken cancellation)
    {
        foreach (var (scan, flags) in compiler.Before)
        {
            // Only ever set, so it does not matter who does.
            var done = budget.Array<bool>(visits.Visitors);
            scan.Run(snapshot, plan, visits, crew, (_, _, rows, chosen) =>
            {
                for (var i = 0; i < rows.Length; i++)
                {
                    if (chosen[i])
                    {
                        done[visits.Visitor[rows[i]]] = true;
                    }
                }
            }, cancellation);
            flags.Flags = budget.Array<bool>(visits.Count);
            for (var visit = 0; visit < visits.Count; visit++)
            {
                flags.Flags[visit] = done[visits.Visitor[visit]];
            }
        }
    }

    /// <summary>Counts visits that lie within one bucket and leaves the others to the scan.</summary>
    /// <returns>Whether there are others.</returns>
    private bool AddWholeVisits(VisitSpans spans, VisitMask? chosen, GroupPass?[] passes, EventScan scan)
    {
        crew.Run(spans.Buckets.Length, VisitsAtOnce, (worker, from, to) =>
        {
            var pass = passes[worker] ??= passes[0]!.Fork();
            for (var visit = from; visit < to; visit++)
            {
                if (spans.Buckets[visit] >= 0 && chosen?.Flags[visit] != false)
                {
                    if (crew.Deals)
                    {
                        pass = passes[visit % crew.Size] ??= passes[0]!.Fork();
                    }
                    pass.Add(spans, visit);
                }
            }
        });
        scan.Pieces = spans.Pieces();
        if (scan.Pieces.Count == 0)
        {
            return false;
        }
        VisitMask crosses = new() { Flags = spans.Crosses };
        scan.Mask = chosen is null ? crosses : new AndMask([chosen, crosses]);
        return true;
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
