using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>What one thread adds up of a plan: the whole, and each group. Threads work side by side and are put together at the end.</summary>
internal sealed class GroupPass
{
    private readonly GroupKeys keys;
    private readonly GroupSums? whole;
    private readonly GroupSums? sums;
    private readonly GoalPass? goals;
    private readonly int[] groups = new int[DuckDbRows.Capacity];
    private readonly int[] none = new int[DuckDbRows.Capacity];

    /// <param name="plan">What is asked.</param>
    /// <param name="keys">Of the same plan.</param>
    /// <param name="visits">Loaded.</param>
    /// <param name="selection">Gets the columns the pass reads.</param>
    /// <param name="strings">For the currency.</param>
    /// <param name="goalSet">For the dimension of goals.</param>
    /// <param name="budget">What the pass takes is taken from.</param>
    /// <param name="inParts">See <see cref="DistinctCounts"/>.</param>
    public GroupPass(
        GroupPlan plan, GroupKeys keys, VisitTable visits, Selection selection, StringDictionary strings, GoalSet goalSet, MemoryBudget budget, bool inParts)
    {
        this.keys = keys;
        var split = plan.Dimensions.Count > 0;
        var first = new GroupSums(plan, visits, selection, GroupSums.OwnCurrency(plan, strings), budget, oneGroup: !split, inParts);
        (whole, sums) = !split ? (first, null) : (plan.WantsTotal ? first.Fork(oneGroup: true) : null, first);
        goals = plan.Dimensions.Contains(new(DimensionKind.Goal))
            ? new(selection, [.. Enumerable.Range(0, goalSet.Count).Select(goalSet.Reach)])
            : null;
    }

    private GroupPass(GroupPass like)
    {
        keys = like.keys.Fork();
        whole = like.whole?.Fork(oneGroup: true);
        sums = like.sums?.Fork(oneGroup: false);
        goals = like.goals?.Fork();
    }

    /// <summary>For another thread: the same plan, nothing added yet.</summary>
    public GroupPass Fork() => new(this);

    public void Add(DuckDbChunk chunk, ReadOnlySpan<int> rows, ReadOnlySpan<bool> chosen)
    {
        whole?.Add(chunk, rows, chosen, none.AsSpan(0, rows.Length), 1);
        if (sums is null)
        {
            return;
        }
        var numbers = groups.AsSpan(0, rows.Length);
        keys.Number(chunk, rows, chosen, numbers);
        if (goals is null)
        {
            sums.Add(chunk, rows, chosen, numbers, keys.Count);
        }
        else
        {
            goals.Add(chunk, rows, chosen, numbers, keys, sums);
        }
    }

    /// <summary>A visit all of whose events lie in one bucket.</summary>
    public void Add(VisitSpans spans, int visit)
    {
        whole?.AddVisit(0, 1, visit);
        if (sums is not null)
        {
            var group = keys.Number(visit, spans.Buckets[visit]);
            sums.AddVisit(group, keys.Count, visit);
        }
    }

    /// <summary>Takes over what another thread added up.</summary>
    /// <param name="other">Not to be used afterwards.</param>
    public void Absorb(GroupPass other)
    {
        whole?.Absorb(other.whole!, [0]);
        sums?.Absorb(other.sums!, keys.Absorb(other.keys));
    }

    public GroupTable Table(StringDictionary strings, GoalSet goalSet, Crew crew, CancellationToken cancellation)
    {
        var total = whole?.States(1, crew, cancellation)[0] ?? new();
        return new(Rows(total, strings, goalSet, crew, cancellation), total, (whole ?? sums!).OtherMoneyByName(strings));
    }

    private List<GroupRow> Rows(GroupState total, StringDictionary strings, GoalSet goalSet, Crew crew, CancellationToken cancellation)
    {
        if (sums is null)
        {
            return total.Events == 0 ? [] : [new(-1, [], total)];
        }
        var states = sums.States(keys.Count, crew, cancellation);
        var names = keys.Names(strings, goalSet);
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
}
