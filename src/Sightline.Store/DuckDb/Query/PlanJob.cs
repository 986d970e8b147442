using System.Runtime.CompilerServices;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>One plan among those that are answered together.</summary>
internal sealed class PlanJob(GroupPlan plan)
{
    private GroupPass?[] passes = [];

    public GroupPlan Plan { get; } = plan;

    /// <summary>The pass over events it takes part in; <see cref="EventScan.Selection"/> holds its columns, too.</summary>
    public EventScan Scan { get; private set; } = new();

    public GroupKeys? Keys { get; private set; }

    /// <summary>Where visits lie, when the plan looks only at visits.</summary>
    public VisitSpans? Spans { get; init; }

    /// <summary>Which visits the filter of such a plan holds for; <see langword="null"/>: all.</summary>
    public VisitMask? Chosen { get; init; }

    /// <summary>Which rows of the scan are the plan's.</summary>
    public Mask? Mask { get; private set; }

    /// <summary>Numbers of properties are fractions: what they add up to must not depend on which thread was faster.</summary>
    public bool ReadsAlone => Plan.Props.Count > 0;

    public void Plot(EventScan scan, VisitTable visits, MemoryBudget budget) =>
        (Scan, Keys, Mask) = (scan, new(Plan, visits, scan.Selection, budget), scan.Mask);

    /// <summary>Once visits are loaded.</summary>
    public void Begin(VisitTable visits, StringDictionary strings, GoalSet goals, Crew crew, MemoryBudget budget)
    {
        passes = new GroupPass?[crew.Size];
        passes[0] = new(Plan, Keys!, visits, Scan.Selection, strings, goals, budget, crew.Deals);
    }

    public void Add(int worker, DuckDbChunk chunk, ReadOnlySpan<int> rows, ReadOnlySpan<bool> chosen) => Pass(worker).Add(chunk, rows, chosen);

    /// <summary>Counts visits that lie within one bucket, and leaves the others to the scan.</summary>
    public void AddWholeVisits(int visits, Crew crew)
    {
        const int AtOnce = 1 << 16;
        crew.Run(visits, AtOnce, (worker, from, to) => AddWholeVisits(worker, from, to, crew));
        VisitMask crosses = new() { Flags = Spans!.Crosses };
        Mask = Chosen is null ? crosses : new AndMask([Chosen, crosses]);
    }

    public GroupTable Table(StringDictionary strings, GoalSet goals, Crew crew, CancellationToken cancellation)
    {
        foreach (var pass in passes.AsSpan(1))
        {
            if (pass is not null)
            {
                passes[0]!.Absorb(pass);
            }
        }
        return passes[0]!.Table(strings, goals, crew, cancellation);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddWholeVisits(int worker, int from, int to, Crew crew)
    {
        var pass = Pass(worker);
        var buckets = Spans!.Buckets;
        var flags = Chosen?.Flags;
        for (var visit = from; visit < to; visit++)
        {
            if (buckets[visit] < 0 || flags?[visit] == false)
            {
                continue;
            }
            if (crew.Deals)
            {
                pass = Pass(visit % crew.Size);
            }
            pass.Add(Spans, visit);
        }
    }

    private GroupPass Pass(int worker) => passes[worker] ??= passes[0]!.Fork();
}
