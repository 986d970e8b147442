using System.Runtime.CompilerServices;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>The same for everything as one group: one mark a visit, visitor or person.</summary>
internal sealed class DistinctWhole(VisitTable visits, GroupNeeds needs, MemoryBudget budget)
{
    private readonly Noted noted = Noted.Of(visits, needs);
    private readonly bool[] seen = budget.Array<bool>(Noted.Of(visits, needs).Count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<int> visitOf, ReadOnlySpan<bool> counted)
    {
        for (var i = 0; i < counted.Length; i++)
        {
            if (counted[i])
            {
                Add(visitOf[i]);
            }
        }
    }

    public void Add(int visit) => seen[noted.Ids is { } of ? of[visit] : visit] = true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Absorb(DistinctWhole other)
    {
        for (var i = 0; i < noted.Count; i++)
        {
            seen[i] |= other.seen[i];
        }
    }

    public void Count(GroupState state)
    {
        if (noted.Ids is null)
        {
            CountVisits(state);
            return;
        }
        long count = seen.AsSpan(0, noted.Count).Count(true);
        (state.Visitors, state.People) = needs.HasFlag(GroupNeeds.Visitors) ? (count, 0L) : (0L, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountVisits(GroupState state)
    {
        var (wantsVisits, wantsVisitors, wantsPeople) = (needs.HasFlag(GroupNeeds.Visits), needs.HasFlag(GroupNeeds.Visitors), needs.HasFlag(GroupNeeds.People));
        var visitors = budget.Array<bool>(wantsVisitors ? visits.Visitors : 0);
        var people = budget.Array<bool>(wantsPeople ? visits.People : 0);
        long count = 0, bounces = 0, duration = 0;
        for (var visit = 0; visit < noted.Count; visit++)
        {
            if (!seen[visit])
            {
                continue;
            }
            if (wantsVisits)
            {
                count++;
                bounces += visits.Bounced[visit] ? 1 : 0;
                duration += visits.DurationMs[visit];
            }
            if (wantsVisitors)
            {
                visitors[visits.Visitor[visit]] = true;
            }
            if (wantsPeople)
            {
                people[visits.Person[visit]] = true;
            }
        }
        (state.Visits, state.Bounces, state.DurationMs) = (count, bounces, duration);
        (state.Visitors, state.People) = (visitors.AsSpan().Count(true), people.AsSpan().Count(true));
    }
}
