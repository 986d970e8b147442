using System.Numerics;
using System.Runtime.CompilerServices;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>Counts the notes of parts, one thread's. What was seen is marked with the number of the present group, so that nothing needs to be cleared between groups.</summary>
/// <param name="visits">Loaded.</param>
/// <param name="noted">What notes are.</param>
/// <param name="parts">A power of two; the ids of a part have the same lowest bits.</param>
/// <param name="groups">Group numbers are below this.</param>
/// <param name="budget">What this takes is taken from.</param>
internal sealed class GroupCounter(VisitTable visits, Noted noted, int parts, int groups, MemoryBudget budget)
{
    private readonly int shift = BitOperations.Log2((uint)parts);
    private readonly Found[] found = budget.Array<Found>(groups);
    private readonly int[] starts = budget.Raw<int>(groups + 2);
    private readonly int[] who = budget.Array<int>(((noted.Ids is null ? noted.WhoCount : noted.Count) / parts) + 1);
    private int[] visitStamps = [];
    private int[] visitors = [];
    private int[] people = [];
    private int stamp;

    public void Count(NoteList part)
    {
        var sorted = budget.Raw<int>(Math.Max(1, part.Count));
        var begins = starts.AsSpan(0, groups + 2);
        begins.Clear();
        part.Sort(begins, sorted);
        for (var g = 0; g < groups; g++)
        {
            var ids = sorted.AsSpan(begins[g], begins[g + 1] - begins[g]);
            if (ids.Length == 0)
            {
                continue;
            }
            stamp++;
            if (noted.Ids is not null)
            {
                found[g].Who += Who(ids);
            }
            else if (noted.SumsWholeVisits)
            {
                Visits(ids, ref found[g]);
            }
            else
            {
                Both(ids, ref found[g]);
            }
        }
        budget.Give(sorted);
    }

    public void AddTo(GroupState[] states)
    {
        for (var g = 0; g < states.Length; g++)
        {
            var state = states[g];
            ref var own = ref found[g];
            state.Visits += own.Visits;
            state.Bounces += own.Bounces;
            state.DurationMs += own.DurationMs;
            state.Visitors += own.Visitors + (noted.Needs.HasFlag(GroupNeeds.Visitors) ? own.Who : 0);
            state.People += own.People + (noted.Needs.HasFlag(GroupNeeds.Visitors) ? 0 : own.Who);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Who(ReadOnlySpan<int> ids)
    {
        var seen = 0L;
        var stamps = who;
        foreach (var id in ids)
        {
            ref var last = ref stamps[id >> shift];
            seen += last != stamp ? 1 : 0;
            last = stamp;
        }
        return seen;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Visits(ReadOnlySpan<int> ids, ref Found sums)
    {
        var stamps = who;
        foreach (var id in ids)
        {
            var by = ~id;
            if (id >= 0)
            {
                if (!IsNew(id, ref sums))
                {
                    continue;
                }
                by = noted.Who is { } of ? of[id] : 0;
            }
            if (noted.Who is not null)
            {
                ref var last = ref stamps[by >> shift];
                sums.Who += last != stamp ? 1 : 0;
                last = stamp;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Both(ReadOnlySpan<int> ids, ref Found sums)
    {
        visitors = visitors.Length == 0 ? budget.Array<int>(visits.Visitors) : visitors;
        people = people.Length == 0 ? budget.Array<int>(visits.People) : people;
        foreach (var id in ids)
        {
            if (!IsNew(id, ref sums))
            {
                continue;
            }
            ref var visitor = ref visitors[visits.Visitor[id]];
            sums.Visitors += visitor != stamp ? 1 : 0;
            visitor = stamp;
            ref var person = ref people[visits.Person[id]];
            sums.People += person != stamp ? 1 : 0;
            person = stamp;
        }
    }

    private bool IsNew(int visit, ref Found sums)
    {
        visitStamps = visitStamps.Length == 0 ? budget.Array<int>(visits.Count) : visitStamps;
        if (visitStamps[visit] == stamp)
        {
            return false;
        }
        visitStamps[visit] = stamp;
        if (noted.Needs.HasFlag(GroupNeeds.Visits))
        {
            sums.Visits++;
            sums.Bounces += visits.Bounced[visit] ? 1 : 0;
            sums.DurationMs += visits.DurationMs[visit];
        }
        return true;
    }

    private struct Found
    {
        public long Visits;
        public long Bounces;
        public long DurationMs;
        public long Visitors;
        public long People;
        public long Who;
    }
}
