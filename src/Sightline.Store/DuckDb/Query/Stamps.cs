using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>Marks what was seen with the number of the present count, so that nothing needs to be cleared between counts.</summary>
internal sealed class Stamps(VisitTable visits, Noted noted, MemoryBudget budget)
{
    private readonly int[] stamps = budget.Array<int>(noted.Count);
    private readonly int[] visitorStamps = noted.Ids is null && visits.WantsVisitors ? budget.Array<int>(visits.Visitors) : [];
    private readonly int[] personStamps = noted.Ids is null && visits.WantsPeople ? budget.Array<int>(visits.People) : [];
    private int stamp;

    /// <summary>Counts one group.</summary>
    /// <param name="ids">What was noted of it, in any order, some several times.</param>
    /// <param name="state">Gets the counts.</param>
    public void Count(ReadOnlySpan<int> ids, GroupState state)
    {
        stamp++;
        if (noted.Ids is null)
        {
            CountVisits(ids, state);
            return;
        }
        long seen = 0;
        foreach (var id in ids)
        {
            seen += stamps[id] != stamp ? 1 : 0;
            stamps[id] = stamp;
        }
        (state.Visitors, state.People) = visits.WantsVisitors ? (seen, 0L) : (0L, seen);
    }

    private void CountVisits(ReadOnlySpan<int> ids, GroupState state)
    {
        long seen = 0, visitors = 0, people = 0, bounces = 0, duration = 0;
        foreach (var visit in ids)
        {
            if (stamps[visit] == stamp)
            {
                continue;
            }
            stamps[visit] = stamp;
            seen++;
            if (visits.WantsOutcome)
            {
                bounces += visits.Bounced[visit] ? 1 : 0;
                duration += visits.DurationMs[visit];
            }
            if (visits.WantsVisitors && visitorStamps[visits.Visitor[visit]] != stamp)
            {
                visitorStamps[visits.Visitor[visit]] = stamp;
                visitors++;
            }
            if (visits.WantsPeople && personStamps[visits.Person[visit]] != stamp)
            {
                personStamps[visits.Person[visit]] = stamp;
                people++;
            }
        }
        (state.Visits, state.Visitors, state.People, state.Bounces, state.DurationMs) = (seen, visitors, people, bounces, duration);
    }
}
