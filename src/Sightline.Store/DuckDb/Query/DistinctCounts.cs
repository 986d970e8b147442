using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Exact distinct visits, visitors and people of every group. The pass over events only notes (group, visit); afterwards the notes are sorted
/// by group by counting, and each group is counted with one stamp a visit, visitor and person: no hash table, no estimate.
/// </summary>
internal sealed class DistinctCounts(VisitTable visits, MemoryBudget budget)
{
    private const int BlockLength = 1 << 16;

    private readonly List<(int[] Groups, int[] Visits)> blocks = [];
    private readonly int[] lastGroup = budget.Array<int>(visits.Count);
    private int used = BlockLength;

    public void Add(int group, int visit)
    {
        // Most visits stay in a group for several events: noting that once keeps the notes few.
        if (lastGroup[visit] == group + 1)
        {
            return;
        }
        lastGroup[visit] = group + 1;
        if (used == BlockLength)
        {
            blocks.Add((budget.Array<int>(BlockLength), budget.Array<int>(BlockLength)));
            used = 0;
        }
        var (groups, noted) = blocks[^1];
        groups[used] = group;
        noted[used++] = visit;
    }

    public void Count(GroupState[] states, CancellationToken cancellation)
    {
        var starts = new int[states.Length + 1];
        foreach (var (groups, length) in Filled())
        {
            for (var i = 0; i < length; i++)
            {
                starts[groups.Groups[i] + 1]++;
            }
        }
        for (var g = 0; g < states.Length; g++)
        {
            starts[g + 1] += starts[g];
        }
        var sorted = budget.Array<int>(starts[^1]);
        var next = starts.AsSpan(0, states.Length).ToArray();
        foreach (var (block, length) in Filled())
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < length; i++)
            {
                sorted[next[block.Groups[i]]++] = block.Visits[i];
            }
        }
        blocks.Clear();
        Stamps stamps = new(visits, budget);
        for (var g = 0; g < states.Length; g++)
        {
            cancellation.ThrowIfCancellationRequested();
            stamps.Count(sorted.AsSpan(starts[g], starts[g + 1] - starts[g]), states[g]);
        }
    }

    private IEnumerable<((int[] Groups, int[] Visits) Block, int Length)> Filled()
    {
        for (var b = 0; b < blocks.Count; b++)
        {
            yield return (blocks[b], b == blocks.Count - 1 ? used : BlockLength);
        }
    }
}

/// <summary>Marks what was seen with the number of the present count, so that nothing needs to be cleared between counts.</summary>
internal sealed class Stamps(VisitTable visits, MemoryBudget budget)
{
    private readonly int[] visitStamps = budget.Array<int>(visits.Count);
    private readonly int[] visitorStamps = visits.WantsVisitors ? budget.Array<int>(visits.Visitors) : [];
    private readonly int[] personStamps = visits.WantsPeople ? budget.Array<int>(visits.People) : [];
    private int stamp;

    public void Count(ReadOnlySpan<int> noted, GroupState state)
    {
        stamp++;
        long seen = 0, visitors = 0, people = 0, bounces = 0, duration = 0;
        foreach (var visit in noted)
        {
            if (visitStamps[visit] == stamp)
            {
                continue;
            }
            visitStamps[visit] = stamp;
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
