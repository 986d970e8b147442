using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>The same for everything as one group: one mark a visit, visitor or person.</summary>
internal sealed class DistinctWhole(VisitTable visits, MemoryBudget budget) : IDistinct
{
    private readonly Noted noted = Noted.Of(visits);
    private readonly bool[] seen = budget.Array<bool>(Noted.Of(visits).Count);

    public void Add(ReadOnlySpan<int> groupOf, ReadOnlySpan<int> visitOf, ReadOnlySpan<bool> counted)
    {
        for (var i = 0; i < counted.Length; i++)
        {
            if (counted[i])
            {
                Add(0, visitOf[i]);
            }
        }
    }

    public void Add(int group, int visit) => seen[noted.Ids is { } of ? of[visit] : visit] = true;

    public void Absorb(DistinctWhole other)
    {
        for (var i = 0; i < seen.Length; i++)
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
        long count = seen.AsSpan().Count(true);
        (state.Visitors, state.People) = visits.WantsVisitors ? (count, 0L) : (0L, count);
    }

    private void CountVisits(GroupState state)
    {
        var visitors = budget.Array<bool>(visits.WantsVisitors ? visits.Visitors : 0);
        var people = budget.Array<bool>(visits.WantsPeople ? visits.People : 0);
        long count = 0, bounces = 0, duration = 0;
        for (var visit = 0; visit < seen.Length; visit++)
        {
            if (!seen[visit])
            {
                continue;
            }
            count++;
            if (visits.WantsOutcome)
            {
                bounces += visits.Bounced[visit] ? 1 : 0;
                duration += visits.DurationMs[visit];
            }
            if (visits.WantsVisitors)
            {
                visitors[visits.Visitor[visit]] = true;
            }
            if (visits.WantsPeople)
            {
                people[visits.Person[visit]] = true;
            }
        }
        (state.Visits, state.Bounces, state.DurationMs) = (count, bounces, duration);
        (state.Visitors, state.People) = (visitors.AsSpan().Count(true), people.AsSpan().Count(true));
    }
}
