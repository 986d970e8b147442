using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Exact distinct visits, visitors and people of every group. The pass over events only notes who was in which group; afterwards the notes are sorted
/// by group by counting, and each group is counted with one stamp a visit, visitor and person: no hash table, no estimate.
/// </summary>
internal sealed class DistinctCounts(VisitTable visits, MemoryBudget budget) : IDistinct
{
    private const int BlockLength = 1 << 16;

    private readonly Noted noted = Noted.Of(visits);
    private readonly List<(int[] Groups, int[] Ids, int Length)> blocks = [];
    private int[] lastGroup = budget.Array<int>(Noted.Of(visits).Count);
    private int[] groups = [];
    private int[] ids = [];
    private int used = BlockLength;

    public void Add(ReadOnlySpan<int> groupOf, ReadOnlySpan<int> visitOf, ReadOnlySpan<bool> counted)
    {
        for (var i = 0; i < counted.Length; i++)
        {
            if (counted[i])
            {
                Add(groupOf[i], visitOf[i]);
            }
        }
    }

    public void Add(int group, int visit)
    {
        var id = noted.Ids is { } of ? of[visit] : visit;
        // Most stay in a group for several events: noting that once keeps the notes few.
        ref var last = ref lastGroup[id];
        if (last == group + 1)
        {
            return;
        }
        last = group + 1;
        if (used == BlockLength)
        {
            Close();
            (groups, ids, used) = (budget.Raw<int>(BlockLength), budget.Raw<int>(BlockLength), 0);
        }
        groups[used] = group;
        ids[used++] = id;
    }

    /// <summary>Takes over the notes of another thread.</summary>
    /// <param name="other">Not to be used afterwards.</param>
    /// <param name="map">What its groups are here.</param>
    public void Absorb(DistinctCounts other, int[] map)
    {
        other.Close();
        foreach (var block in other.blocks)
        {
            foreach (ref var group in block.Groups.AsSpan(0, block.Length))
            {
                group = map[group];
            }
            blocks.Add(block);
        }
        other.blocks.Clear();
    }

    public void Count(GroupState[] states, Crew crew, CancellationToken cancellation)
    {
        Close();
        lastGroup = [];
        var parts = blocks.Count < 4 ? 1 : crew.Size;
        // For each part where its notes of each group go; first how many they are.
        var places = new int[parts][];
        crew.Run(parts, 1, (_, from, to) =>
        {
            for (var part = from; part < to; part++)
            {
                places[part] = Histogram(part, parts, states.Length);
            }
        });
        var starts = budget.Array<int>(states.Length + 1);
        for (var g = 0; g < states.Length; g++)
        {
            var next = starts[g];
            foreach (var place in places)
            {
                (place[g], next) = (next, next + place[g]);
            }
            starts[g + 1] = next;
        }
        var sorted = budget.Raw<int>(starts[^1]);
        crew.Run(parts, 1, (_, from, to) =>
        {
            for (var part = from; part < to; part++)
            {
                Scatter(part, parts, places[part], sorted, cancellation);
            }
        });
        blocks.Clear();
        var stamps = new Stamps?[crew.Size];
        var shares = Shares(starts, crew.Size * 8);
        crew.Run(shares.Count - 1, 1, (worker, from, to) =>
        {
            var own = stamps[worker] ??= new(visits, noted, budget);
            for (var g = shares[from]; g < shares[to]; g++)
            {
                cancellation.ThrowIfCancellationRequested();
                own.Count(sorted.AsSpan(starts[g], starts[g + 1] - starts[g]), states[g]);
            }
        });
    }

    private void Close()
    {
        if (used < BlockLength)
        {
            blocks.Add((groups, ids, used));
            used = BlockLength;
        }
        else if (groups.Length > 0)
        {
            blocks.Add((groups, ids, BlockLength));
        }
        (groups, ids) = ([], []);
    }

    private int[] Histogram(int part, int parts, int groupCount)
    {
        var counts = budget.Array<int>(groupCount);
        for (var b = part; b < blocks.Count; b += parts)
        {
            foreach (var group in blocks[b].Groups.AsSpan(0, blocks[b].Length))
            {
                counts[group]++;
            }
        }
        return counts;
    }

    private void Scatter(int part, int parts, int[] places, int[] sorted, CancellationToken cancellation)
    {
        for (var b = part; b < blocks.Count; b += parts)
        {
            cancellation.ThrowIfCancellationRequested();
            var block = blocks[b];
            for (var i = 0; i < block.Length; i++)
            {
                sorted[places[block.Groups[i]]++] = block.Ids[i];
            }
        }
    }

    /// <summary>Cuts the groups where about as many notes lie between cuts.</summary>
    private static List<int> Shares(int[] starts, int count)
    {
        List<int> cuts = [0];
        var length = Math.Max(1 << 12, starts[^1] / count);
        for (var g = 1; g < starts.Length; g++)
        {
            if (starts[g] - starts[cuts[^1]] >= length || g == starts.Length - 1)
            {
                cuts.Add(g);
            }
        }
        return cuts;
    }
}
