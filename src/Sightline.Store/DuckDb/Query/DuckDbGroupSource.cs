using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Answers groupings from a snapshot: SQL selects columns and rows by literal conditions, everything else happens here in one pass over the
/// visits and one over the events. For one thread.
/// </summary>
/// <param name="snapshot">A consistent view that covers the plans' ranges.</param>
/// <param name="memoryLimitBytes">What one grouping may take beside the engine's own buffers.</param>
public sealed class DuckDbGroupSource(StoreSnapshot snapshot, long memoryLimitBytes) : IGroupSource
{
    /// <summary>Time of the project's first event that is not an engagement report; <see langword="null"/>: none.</summary>
    public static long? FirstEventMs(StoreSnapshot snapshot, uint project, CancellationToken cancellation) => EventTime(snapshot, project, "min", 0, cancellation);

    /// <summary>And of the last, if it is not before a time.</summary>
    public static long? NewestEventMs(StoreSnapshot snapshot, uint project, long sinceMs, CancellationToken cancellation) =>
        EventTime(snapshot, project, "max", sinceMs, cancellation);

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
        visits.Load(snapshot.Connection, plan, budget, cancellation);
        RunBefore(compiler, plan, visits, budget, cancellation);
        return Run(plan, scan, keys, visits, ofVisits, strings, goals, budget, cancellation);
    }

    private void RunBefore(FilterCompiler compiler, GroupPlan plan, VisitTable visits, MemoryBudget budget, CancellationToken cancellation)
    {
        foreach (var (scan, flags) in compiler.Before)
        {
            var done = budget.Array<bool>(visits.Visitors);
            scan.Run(snapshot, plan, visits, (_, rows, chosen) =>
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

    private GroupTable Run(
        GroupPlan plan, EventScan scan, GroupKeys keys, VisitTable visits, VisitMask? ofVisits, StringDictionary strings, GoalSet goals,
        MemoryBudget budget, CancellationToken cancellation)
    {
        var countsVisits = (plan.Needs & (GroupNeeds.Visitors | GroupNeeds.People | GroupNeeds.Visits)) != 0;
        var split = plan.Dimensions.Count > 0;
        var whole = !split || plan.WantsTotal ? new GroupSums(plan, visits, scan.Selection, strings, budget, countsVisits) : null;
        var sums = split ? new GroupSums(plan, visits, scan.Selection, strings, budget, countsVisits) : null;
        var goalPass = plan.Dimensions.Contains(new(DimensionKind.Goal)) ? new GoalPass(scan.Selection, goals) : null;
        var groups = new int[DuckDbRows.Capacity];
        var none = new int[DuckDbRows.Capacity];
        if (visits.Spans is { } spans && !AddWholeVisits(spans, ofVisits, keys, whole, sums, scan))
        {
            return Table(keys, whole, sums, strings, goals, cancellation);
        }
        scan.Run(snapshot, plan, visits, (reader, rows, chosen) =>
        {
            whole?.Add(reader, rows, chosen, none.AsSpan(0, rows.Length), 1);
            if (sums is null)
            {
                return;
            }
            var numbers = groups.AsSpan(0, rows.Length);
            keys.Number(reader, rows, chosen, numbers);
            if (goalPass is null)
            {
                sums.Add(reader, rows, chosen, numbers, keys.Count);
            }
            else
            {
                goalPass.Add(reader, rows, chosen, numbers, keys, sums);
            }
        }, cancellation);
        return Table(keys, whole, sums, strings, goals, cancellation);
    }

    /// <summary>Counts visits that lie within one bucket and leaves the others to the scan.</summary>
    /// <returns>Whether there are others.</returns>
    private static bool AddWholeVisits(VisitSpans spans, VisitMask? chosen, GroupKeys keys, GroupSums? whole, GroupSums? sums, EventScan scan)
    {
        for (var visit = 0; visit < spans.Buckets.Length; visit++)
        {
            var bucket = spans.Buckets[visit];
            if (bucket < 0 || chosen?.Flags[visit] == false)
            {
                continue;
            }
            whole?.AddVisit(0, 1, visit, spans.Events[visit], spans.PageViews[visit]);
            if (sums is not null)
            {
                var group = keys.Number(visit, bucket);
                sums.AddVisit(group, keys.Count, visit, spans.Events[visit], spans.PageViews[visit]);
            }
        }
        if (spans.Condition() is not { } times)
        {
            return false;
        }
        VisitMask crosses = new() { Flags = spans.Crosses };
        scan.Conditions.Add(times);
        scan.Mask = chosen is null ? crosses : new AndMask([chosen, crosses]);
        return true;
    }

    private static GroupTable Table(
        GroupKeys keys, GroupSums? whole, GroupSums? sums, StringDictionary strings, GoalSet goals, CancellationToken cancellation)
    {
        var total = whole?.States(1, cancellation)[0] ?? new();
        return new(Rows(total, keys, sums, strings, goals, cancellation), total, OtherMoney(whole ?? sums!, strings));
    }

    private static List<GroupRow> Rows(
        GroupState total, GroupKeys keys, GroupSums? sums, StringDictionary strings, GoalSet goals, CancellationToken cancellation)
    {
        if (sums is null)
        {
            return total.Events == 0 ? [] : [new(-1, [], total)];
        }
        var states = sums.States(keys.Count, cancellation);
        var names = keys.Names(strings, goals);
        List<GroupRow> rows = new(states.Length);
        for (var g = 0; g < states.Length; g++)
        {
            if (states[g].Events > 0)
            {
                rows.Add(new(names[g].Bucket, names[g].Values, states[g]));
            }
        }
        return rows;
    }

    private static Dictionary<string, long> OtherMoney(GroupSums sums, StringDictionary strings)
    {
        if (sums.OtherMoney.Count == 0)
        {
            return [];
        }
        IdSet wanted = new();
        foreach (var id in sums.OtherMoney.Keys)
        {
            wanted.Add(id);
        }
        var texts = strings.Texts(StringKind.Currency, wanted);
        return sums.OtherMoney.ToDictionary(money => texts[money.Key], money => money.Value, StringComparer.Ordinal);
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
