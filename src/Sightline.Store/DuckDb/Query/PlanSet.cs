using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Plans of one project and range, answered together: visits are read once with the columns all of them need, and those that want the same
/// events of the same filter share the pass over them.
/// </summary>
internal sealed class PlanSet
{
    private readonly StoreSnapshot snapshot;
    private readonly GroupPlan range;
    private readonly Crew crew;
    private readonly MemoryBudget budget;
    private readonly StringDictionary strings;
    private readonly GoalSet goals;
    private readonly VisitTable visits = new();
    private readonly FilterCompiler compiler;
    private readonly List<PlanJob> jobs = [];
    private readonly Dictionary<string, EventScan> scans = new(StringComparer.Ordinal);
    private readonly Dictionary<VisitSpans, EventScan> scansOfSpans = [];
    private readonly Dictionary<string, VisitMask> masks = new(StringComparer.Ordinal);

    public PlanSet(StoreSnapshot snapshot, IReadOnlyList<GroupPlan> plans, Crew crew, MemoryBudget budget, CancellationToken cancellation)
    {
        (this.snapshot, this.crew, this.budget, range) = (snapshot, crew, budget, plans[0]);
        strings = new(snapshot.Connection, range.Project.Id, cancellation);
        goals = new(range.Project.Goals, strings);
        compiler = new(strings, goals, visits);
        foreach (var plan in plans)
        {
            visits.WantsVisitors |= plan.Needs.HasFlag(GroupNeeds.Visitors);
            visits.WantsPeople |= plan.Needs.HasFlag(GroupNeeds.People);
            visits.WantsOutcome |= plan.Needs.HasFlag(GroupNeeds.Visits);
            visits.WantsNumbers |= plan.Needs.HasFlag(GroupNeeds.Scroll);
            jobs.Add(VisitSpans.Fit(plan) ? OfVisits(plan) : OfEvents(plan));
        }
    }

    public IEnumerable<GroupTable> Run(CancellationToken cancellation)
    {
        visits.Load(snapshot.Connection, range, crew, budget, cancellation);
        RunBefore(cancellation);
        foreach (var job in jobs)
        {
            job.Begin(visits, strings, goals, crew, budget);
            if (job.Spans is not null)
            {
                job.AddWholeVisits(visits.Count, crew);
            }
        }
        foreach (var together in jobs.GroupBy(job => job.Scan))
        {
            Scan(together.Key, [.. together], cancellation);
        }
        return jobs.Select(job => job.Table(strings, goals, crew, cancellation));
    }

    private PlanJob OfVisits(GroupPlan plan)
    {
        var spans = visits.Spans.Find(known => known.Serves(plan));
        if (spans is null)
        {
            visits.Spans.Add(spans = new(plan));
            scansOfSpans[spans] = NewScan(withEngagement: false);
        }
        VisitMask? chosen = null;
        if (plan.Filter is { } filter)
        {
            var text = FilterWriter.Text(filter);
            if (!masks.TryGetValue(text, out chosen))
            {
                masks[text] = chosen = compiler.OfVisits(filter);
            }
        }
        PlanJob job = new(plan) { Spans = spans, Chosen = chosen };
        job.Plot(scansOfSpans[spans], visits, budget);
        return job;
    }

    private PlanJob OfEvents(GroupPlan plan)
    {
        PlanJob job = new(plan);
        var withEngagement = GroupSums.ReadsEngagement(plan);
        var key = $"{withEngagement} {job.ReadsAlone} {(plan.Filter is { } filter ? FilterWriter.Text(filter) : "")}";
        if (!scans.TryGetValue(key, out var scan))
        {
            scans[key] = scan = NewScan(withEngagement);
            if (plan.Filter is not null)
            {
                compiler.Apply(plan.Filter, scan);
            }
        }
        job.Plot(scan, visits, budget);
        return job;
    }

    private static EventScan NewScan(bool withEngagement)
    {
        EventScan scan = new();
        if (!withEngagement)
        {
            scan.Conditions.Add($"kind <> {(int)EventKind.Engagement}");
        }
        return scan;
    }

    private void Scan(EventScan scan, List<PlanJob> readers, CancellationToken cancellation)
    {
        if (readers[0].Spans is { } spans)
        {
            scan.Pieces = spans.Pieces();
            if (scan.Pieces.Count == 0)
            {
                return;
            }
        }
        scan.Run(snapshot, range, visits, readers[0].ReadsAlone ? Crew.One : crew, [.. readers.Select(job => new ScanReader(job.Mask, job.Add))], cancellation);
    }

    private void RunBefore(CancellationToken cancellation)
    {
        foreach (var (scan, flags) in compiler.Before)
        {
            // Only ever set, so it does not matter who does.
            var done = budget.Array<bool>(visits.Visitors);
            scan.Run(snapshot, range, visits, crew, [new(scan.Mask, (_, _, rows, chosen) =>
            {
                for (var i = 0; i < rows.Length; i++)
                {
                    if (chosen[i])
                    {
                        done[visits.Visitor[rows[i]]] = true;
                    }
                }
            })], cancellation);
            flags.Flags = budget.Array<bool>(visits.Count);
            for (var visit = 0; visit < visits.Count; visit++)
            {
                flags.Flags[visit] = done[visits.Visitor[visit]];
            }
        }
    }
}
