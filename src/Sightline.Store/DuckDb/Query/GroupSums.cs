using System.Runtime.CompilerServices;
using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// What is added up while events stream by, for every group and for the whole (as group 0 of its own). Rows that the plan's goal dimension gives
/// several groups come several times for groups and once for the whole.
/// </summary>
internal sealed class GroupSums
{
    private readonly GroupPlan plan;
    private readonly VisitTable visits;
    private readonly Selection selection;
    private readonly MemoryBudget budget;
    private readonly int kindColumn;
    private readonly int engagedColumn = -1;
    private readonly int scrollColumn = -1;
    private readonly int pathColumn = -1;
    private readonly IdSet ownCurrency;
    private readonly MoneySums? money;
    private readonly DistinctCounts? distinct;
    private readonly DistinctWhole? distinctWhole;
    private readonly ScrollDepths? scroll;
    private readonly PropNumbers[] props;
    private readonly bool inParts;
    private readonly bool sumsWhole;
    private readonly bool[] countedRows = new bool[DuckDbRows.Capacity];
    private Tally[] tallies;
    private Outcome[] outcomes = [];
    private long[] engaged = [];

    /// <param name="plan">What is asked.</param>
    /// <param name="visits">Loaded.</param>
    /// <param name="selection">Gets the columns to read.</param>
    /// <param name="ownCurrency">See <see cref="OwnCurrency"/>.</param>
    /// <param name="budget">What is taken is taken from.</param>
    /// <param name="oneGroup">There will be only group 0.</param>
    /// <param name="inParts">See <see cref="DistinctCounts"/>.</param>
    public GroupSums(GroupPlan plan, VisitTable visits, Selection selection, IdSet ownCurrency, MemoryBudget budget, bool oneGroup, bool inParts)
    {
        (this.plan, this.visits, this.selection, this.ownCurrency, this.budget, this.inParts) = (plan, visits, selection, ownCurrency, budget, inParts);
        kindColumn = selection.Need("kind");
        tallies = budget.Array<Tally>(16);
        if (plan.Needs.HasFlag(GroupNeeds.Engaged))
        {
            engagedColumn = selection.Need("engaged_ms");
        }
        if (plan.Needs.HasFlag(GroupNeeds.Scroll))
        {
            (scrollColumn, pathColumn) = (selection.Need("scroll"), selection.Need("path"));
            scroll = new(budget);
        }
        if (plan.Needs.HasFlag(GroupNeeds.Revenue))
        {
            money = new(selection, ownCurrency, budget);
        }
        props = [.. plan.Props.Select(need => new PropNumbers(need, selection.Need(QuerySql.Prop(need.Prop)), budget))];
        if ((plan.Needs & (GroupNeeds.Visitors | GroupNeeds.People | GroupNeeds.Visits)) != 0)
        {
            distinct = oneGroup ? null : new(visits, plan.Needs, inParts, budget);
            distinctWhole = oneGroup ? new(visits, plan.Needs, budget) : null;
            sumsWhole = distinct?.SumsWholeVisits == true;
        }
    }

    /// <summary>Whether a pass must also read reports of engagement.</summary>
    public static bool ReadsEngagement(GroupPlan plan) => (plan.Needs & (GroupNeeds.Engaged | GroupNeeds.Scroll)) != 0;

    /// <summary>Ids of the project's currency, when money is asked for.</summary>
    public static IdSet OwnCurrency(GroupPlan plan, StringDictionary strings)
    {
        if (!plan.Needs.HasFlag(GroupNeeds.Revenue))
        {
            return new();
        }
        var own = strings.Equal(StringKind.Currency, plan.Project.Currency);
        own.Add(0);
        return own;
    }

    /// <summary>Nothing added yet: for another thread, or for the whole beside the groups.</summary>
    public GroupSums Fork(bool oneGroup) => new(plan, visits, selection, ownCurrency, budget, oneGroup, inParts);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(DuckDbChunk chunk, ReadOnlySpan<int> rows, ReadOnlySpan<bool> chosen, ReadOnlySpan<int> groups, int groupCount)
    {
        Grow(groupCount);
        var kinds = chunk.Column(kindColumn).Values<byte>();
        var counted = Counted(kinds, chosen);
        for (var i = 0; i < counted.Length; i++)
        {
            if (counted[i])
            {
                ref var tally = ref tallies[groups[i]];
                tally.Events++;
                tally.PageViews += kinds[i] == (byte)EventKind.PageView ? 1 : 0;
            }
        }
        distinct?.Add(groups, rows, counted);
        distinctWhole?.Add(rows, counted);
        if (engagedColumn >= 0)
        {
            AddEngaged(chunk.Column(engagedColumn).Values<uint>(), kinds, chosen, groups);
        }
        if (scroll is not null)
        {
            AddScroll(chunk, rows, chosen, groups);
        }
        money?.Add(chunk, counted, groups);
        foreach (var prop in props)
        {
            AddProp(prop, chunk, counted, groups);
        }
    }

    /// <summary>A visit all of whose events belong to the group.</summary>
    public void AddVisit(int group, int groupCount, int visit)
    {
        if (tallies.Length < groupCount || (sumsWhole && outcomes.Length < groupCount))
        {
            Grow(groupCount);
        }
        ref var tally = ref tallies[group];
        tally.Events += visits.Events[visit];
        tally.PageViews += visits.PageViews[visit];
        if (sumsWhole)
        {
            ref var outcome = ref outcomes[group];
            outcome.Visits++;
            outcome.Bounces += visits.Bounced[visit] ? 1 : 0;
            outcome.DurationMs += visits.DurationMs[visit];
        }
        distinct?.AddWhole(group, visit);
        distinctWhole?.Add(visit);
    }

    /// <summary>Takes over the sums of another thread. Sums of properties are not among them: what they add up to would depend on who was faster.</summary>
    /// <param name="other">Not to be used afterwards.</param>
    /// <param name="map">What its groups are here.</param>
    public void Absorb(GroupSums other, int[] map)
    {
        if (props.Length > 0)
        {
            throw new InvalidOperationException("Properties are added up by one thread.");
        }
        Grow(map.Length == 0 ? 0 : map.Max() + 1);
        other.Grow(map.Length);
        for (var g = 0; g < map.Length; g++)
        {
            var into = map[g];
            tallies[into].Events += other.tallies[g].Events;
            tallies[into].PageViews += other.tallies[g].PageViews;
            if (sumsWhole)
            {
                outcomes[into].Visits += other.outcomes[g].Visits;
                outcomes[into].Bounces += other.outcomes[g].Bounces;
                outcomes[into].DurationMs += other.outcomes[g].DurationMs;
            }
            if (engagedColumn >= 0)
            {
                engaged[into] += other.engaged[g];
            }
        }
        money?.Absorb(other.money!, map);
        distinct?.Absorb(other.distinct!, map);
        distinctWhole?.Absorb(other.distinctWhole!);
        scroll?.Absorb(other.scroll!, map);
    }

    public GroupState[] States(int count, Crew crew, CancellationToken cancellation)
    {
        Grow(count);
        var states = new GroupState[count];
        budget.Take(count * 150L);
        for (var g = 0; g < count; g++)
        {
            states[g] = new()
            {
                Events = tallies[g].Events,
                PageViews = tallies[g].PageViews,
                EngagedMs = engagedColumn < 0 ? 0 : engaged[g],
                RevenueE4 = money?.RevenueE4(g) ?? 0,
                RevenueCount = money?.Count(g) ?? 0,
                Visits = sumsWhole ? outcomes[g].Visits : 0,
                Bounces = sumsWhole ? outcomes[g].Bounces : 0,
                DurationMs = sumsWhole ? outcomes[g].DurationMs : 0,
                Props = [.. props.Select(prop => prop.State(g))],
            };
        }
        distinct?.Count(states, crew, cancellation);
        distinctWhole?.Count(states[0]);
        scroll?.Sum(states);
        return states;
    }

    /// <summary>Revenue in currencies other than the project's.</summary>
    public Dictionary<string, long> OtherMoneyByName(StringDictionary strings) => money?.OthersByName(strings) ?? [];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ReadOnlySpan<bool> Counted(ReadOnlySpan<byte> kinds, ReadOnlySpan<bool> chosen)
    {
        if (!ReadsEngagement(plan))
        {
            // SQL leaves them out.
            return chosen;
        }
        for (var i = 0; i < kinds.Length; i++)
        {
            countedRows[i] = chosen[i] && kinds[i] != (byte)EventKind.Engagement;
        }
        return countedRows.AsSpan(0, kinds.Length);
    }

    private void Grow(int count)
    {
        budget.Grow(ref tallies, count);
        if (sumsWhole)
        {
            budget.Grow(ref outcomes, count);
        }
        if (engagedColumn >= 0)
        {
            budget.Grow(ref engaged, count);
        }
        money?.Grow(count);
    }

    private void AddEngaged(ReadOnlySpan<uint> values, ReadOnlySpan<byte> kinds, ReadOnlySpan<bool> chosen, ReadOnlySpan<int> groups)
    {
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] && kinds[i] == (byte)EventKind.Engagement)
            {
                engaged[groups[i]] += values[i];
            }
        }
    }

    private void AddScroll(DuckDbChunk chunk, ReadOnlySpan<int> rows, ReadOnlySpan<bool> chosen, ReadOnlySpan<int> groups)
    {
        var depths = chunk.Column(scrollColumn).Values<byte>();
        var paths = chunk.Column(pathColumn).Values<uint>();
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] && depths[i] <= 100)
            {
                scroll!.Add(groups[i], rows[i], paths[i], depths[i]);
            }
        }
    }

    private static void AddProp(PropNumbers prop, DuckDbChunk chunk, ReadOnlySpan<bool> counted, ReadOnlySpan<int> groups)
    {
        var column = chunk.Column(prop.Column);
        var texts = column.Strings();
        for (var i = 0; i < counted.Length; i++)
        {
            if (counted[i] && !column.IsNull(i) && PropNumber.TryRead(texts[i].Bytes, out var number))
            {
                prop.Add(groups[i], number);
            }
        }
    }

    private struct Outcome
    {
        public long Visits;
        public long Bounces;
        public long DurationMs;
    }

    private struct Tally
    {
        public long Events;
        public long PageViews;
    }
}
