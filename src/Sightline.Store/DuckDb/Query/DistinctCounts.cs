using System.Runtime.CompilerServices;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Exact distinct visits, visitors and people of every group. The pass over events or visits only notes who was in which group, in parts by who; afterwards
/// each part is sorted by group by counting, and each group is counted with one stamp a visit, visitor and person: no hash table, no estimate, and the stamps
/// of a part fit the processor's caches.
/// </summary>
internal sealed class DistinctCounts
{
    private const int Parts = 16;
    private const int FewVisits = 1 << 15;

    private readonly VisitTable visits;
    private readonly Noted noted;
    private readonly MemoryBudget budget;
    private readonly int mask;
    private readonly NoteList[] notes;
    private int[] lastGroup = [];

    /// <param name="visits">Loaded.</param>
    /// <param name="needs">What is counted.</param>
    /// <param name="inParts">However few there are, for tests.</param>
    /// <param name="budget">What notes take is taken from.</param>
    public DistinctCounts(VisitTable visits, GroupNeeds needs, bool inParts, MemoryBudget budget)
    {
        (this.visits, this.budget, noted) = (visits, budget, Noted.Of(visits, needs));
        // People and visitors at once cannot be parted: neither is a part of the other.
        var whole = needs.HasFlag(GroupNeeds.Visitors | GroupNeeds.People) || (visits.Count < FewVisits && !inParts);
        notes = new NoteList[whole ? 1 : Parts];
        mask = notes.Length - 1;
        for (var part = 0; part < notes.Length; part++)
        {
            notes[part] = new(budget);
        }
    }

    /// <summary>Whether <see cref="AddWhole"/> leaves visits and their outcome to the caller.</summary>
    public bool SumsWholeVisits => noted.SumsWholeVisits;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<int> groupOf, ReadOnlySpan<int> visitOf, ReadOnlySpan<bool> counted)
    {
        if (lastGroup.Length == 0)
        {
            lastGroup = budget.Array<int>(noted.Count);
        }
        for (var i = 0; i < counted.Length; i++)
        {
            if (!counted[i])
            {
                continue;
            }
            var group = groupOf[i];
            var id = noted.Ids is { } of ? of[visitOf[i]] : visitOf[i];
            // Most stay in a group for several events: noting that once keeps the notes few.
            ref var last = ref lastGroup[id];
            if (last != group + 1)
            {
                last = group + 1;
                notes[(noted.Who is { } who ? who[id] : id) & mask].Add(group, id);
            }
        }
    }

    /// <summary>A visit that comes once and belongs to one group. Where visits can be summed at once, only who made it is noted, as a negative number.</summary>
    public void AddWhole(int group, int visit)
    {
        if (!noted.SumsWholeVisits)
        {
            var id = noted.Ids is { } of ? of[visit] : visit;
            notes[id & mask].Add(group, id);
        }
        else if (noted.Who is { } who)
        {
            notes[who[visit] & mask].Add(group, ~who[visit]);
        }
    }

    /// <summary>Takes over the notes of another thread.</summary>
    /// <param name="other">Not to be used afterwards.</param>
    /// <param name="map">What its groups are here.</param>
    public void Absorb(DistinctCounts other, int[] map)
    {
        for (var part = 0; part < notes.Length; part++)
        {
            notes[part].Absorb(other.notes[part], map);
        }
    }

    /// <summary>Adds the counts to those the states have.</summary>
    public void Count(GroupState[] states, Crew crew, CancellationToken cancellation)
    {
        lastGroup = [];
        var counters = new GroupCounter?[crew.Size];
        crew.Run(notes.Length, 1, (worker, from, to) =>
        {
            var own = counters[worker] ??= new(visits, noted, notes.Length, states.Length, budget);
            for (var part = from; part < to; part++)
            {
                cancellation.ThrowIfCancellationRequested();
                own.Count(notes[part]);
            }
        });
        foreach (var counter in counters)
        {
            counter?.AddTo(states);
        }
    }
}
