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
    private readonly MemoryBudget budget;
    private readonly int kindColumn;
    private readonly int engagedColumn = -1;
    private readonly int scrollColumn = -1;
    private readonly int pathColumn = -1;
    private readonly int revenueColumn = -1;
    private readonly int currencyColumn = -1;
    private readonly IdSet ownCurrency = new();
    private readonly DistinctCounts? distinct;
    private readonly ScrollDepths? scroll;
    private readonly PropNumbers[] props;
    private long[] events;
    private long[] pageViews;
    private long[] engaged = [];
    private long[] revenue = [];
    private long[] revenueCounts = [];

    public GroupSums(GroupPlan plan, VisitTable visits, Selection selection, StringDictionary strings, MemoryBudget budget, bool countsVisits)
    {
        this.plan = plan;
        this.budget = budget;
        kindColumn = selection.Need("kind");
        events = budget.Array<long>(16);
        pageViews = budget.Array<long>(16);
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
            (revenueColumn, currencyColumn) = (selection.Need("revenue_e4"), selection.Need("currency"));
            ownCurrency = strings.Equal(StringKind.Currency, plan.Project.Currency);
            ownCurrency.Add(0);
        }
        props = [.. plan.Props.Select(need => new PropNumbers(need, selection.Need(QuerySql.Prop(need.Prop)), budget))];
        distinct = countsVisits ? new(visits, budget) : null;
    }

    /// <summary>Whether a pass must also read reports of engagement.</summary>
    public static bool ReadsEngagement(GroupPlan plan) => (plan.Needs & (GroupNeeds.Engaged | GroupNeeds.Scroll)) != 0;

    /// <summary>Revenue in other currencies by id of the currency.</summary>
    public Dictionary<uint, long> OtherMoney { get; } = [];

    public void Add(DuckDbReader reader, ReadOnlySpan<int> visits, ReadOnlySpan<bool> chosen, ReadOnlySpan<int> groups, int groupCount)
    {
        Grow(groupCount);
        var kinds = reader.Column(kindColumn).Values<byte>();
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] && kinds[i] != (byte)EventKind.Engagement)
            {
                var group = groups[i];
                events[group]++;
                pageViews[group] += kinds[i] == (byte)EventKind.PageView ? 1 : 0;
                distinct?.Add(group, visits[i]);
            }
        }
        if (engagedColumn >= 0)
        {
            AddEngaged(reader.Column(engagedColumn).Values<uint>(), kinds, chosen, groups);
        }
        if (scroll is not null)
        {
            AddScroll(reader, visits, chosen, groups);
        }
        if (revenueColumn >= 0)
        {
            AddRevenue(reader, kinds, chosen, groups);
        }
        foreach (var prop in props)
        {
            AddProp(prop, reader, kinds, chosen, groups);
        }
    }

    /// <summary>A visit all of whose events belong to the group.</summary>
    public void AddVisit(int group, int groupCount, int visit, int visitEvents, int visitPageViews)
    {
        Grow(groupCount);
        events[group] += visitEvents;
        pageViews[group] += visitPageViews;
        distinct?.Add(group, visit);
    }

    public GroupState[] States(int count, CancellationToken cancellation)
    {
        Grow(count);
        var states = new GroupState[count];
        budget.Take(count * 150L);
        for (var g = 0; g < count; g++)
        {
            states[g] = new()
            {
                Events = events[g],
                PageViews = pageViews[g],
                EngagedMs = engagedColumn < 0 ? 0 : engaged[g],
                RevenueE4 = revenueColumn < 0 ? 0 : revenue[g],
                RevenueCount = revenueColumn < 0 ? 0 : revenueCounts[g],
                Props = [.. props.Select(prop => prop.State(g))],
            };
        }
        distinct?.Count(states, cancellation);
        scroll?.Sum(states);
        return states;
    }

    private void Grow(int count)
    {
        budget.Grow(ref events, count);
        budget.Grow(ref pageViews, count);
        if (engagedColumn >= 0)
        {
            budget.Grow(ref engaged, count);
        }
        if (revenueColumn >= 0)
        {
            budget.Grow(ref revenue, count);
            budget.Grow(ref revenueCounts, count);
        }
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

    private void AddScroll(DuckDbReader reader, ReadOnlySpan<int> visits, ReadOnlySpan<bool> chosen, ReadOnlySpan<int> groups)
    {
        var depths = reader.Column(scrollColumn).Values<byte>();
        var paths = reader.Column(pathColumn).Values<uint>();
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] && depths[i] <= 100)
            {
                scroll!.Add(groups[i], visits[i], paths[i], depths[i]);
            }
        }
    }

    private void AddRevenue(DuckDbReader reader, ReadOnlySpan<byte> kinds, ReadOnlySpan<bool> chosen, ReadOnlySpan<int> groups)
    {
        var amounts = reader.Column(revenueColumn);
        var values = amounts.Values<long>();
        var currencies = reader.Column(currencyColumn).Values<uint>();
        for (var i = 0; i < chosen.Length; i++)
        {
            if (!chosen[i] || kinds[i] == (byte)EventKind.Engagement || amounts.IsNull(i))
            {
                continue;
            }
            if (ownCurrency.Contains(currencies[i]))
            {
                revenue[groups[i]] += values[i];
                revenueCounts[groups[i]]++;
            }
            else
            {
                OtherMoney[currencies[i]] = OtherMoney.GetValueOrDefault(currencies[i]) + values[i];
            }
        }
    }

    private static void AddProp(PropNumbers prop, DuckDbReader reader, ReadOnlySpan<byte> kinds, ReadOnlySpan<bool> chosen, ReadOnlySpan<int> groups)
    {
        var column = reader.Column(prop.Column);
        var texts = column.Strings();
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] && kinds[i] != (byte)EventKind.Engagement && !column.IsNull(i) && PropNumber.TryRead(texts[i].Bytes, out var number))
            {
                prop.Add(groups[i], number);
            }
        }
    }
}
