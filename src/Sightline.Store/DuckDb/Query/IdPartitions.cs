using System.Runtime.CompilerServices;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Numbers the 64-bit id of each visit by several threads. Ids are first sorted into parts by some of their bits, while visits are read; then each part
/// is numbered from a small table of its own, which fits the processor's caches. Numbers of the parts interleave, so hardly any are left out.
/// </summary>
internal sealed class IdPartitions
{
    private const int BlockLength = 4096;
    private const int FewVisits = 1 << 17;

    private readonly int parts;
    private readonly int visits;
    private readonly MemoryBudget budget;
    private readonly List<Block>?[][] blocks;

    /// <param name="visits">How many there are.</param>
    /// <param name="crew">Who reads them.</param>
    /// <param name="budget">What ids take is taken from.</param>
    public IdPartitions(int visits, Crew crew, MemoryBudget budget)
    {
        this.visits = visits;
        this.budget = budget;
        parts = visits < FewVisits ? 1 : 16;
        blocks = new List<Block>?[crew.Size][];
        for (var worker = 0; worker < blocks.Length; worker++)
        {
            blocks[worker] = new List<Block>?[parts];
        }
    }

    /// <summary>Numbers given are below this.</summary>
    public int Count { get; private set; }

    /// <summary>Takes ids of visits; each worker for itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int worker, ReadOnlySpan<ulong> ids, ReadOnlySpan<int> visitOf)
    {
        var own = blocks[worker];
        for (var i = 0; i < ids.Length; i++)
        {
            var list = own[Part(ids[i])] ??= [];
            if (list.Count == 0 || list[^1].Length == BlockLength)
            {
                list.Add(new(budget.Raw<ulong>(BlockLength), budget.Raw<int>(BlockLength)));
            }
            var block = list[^1];
            block.Ids[block.Length] = ids[i];
            block.Visits[block.Length++] = visitOf[i];
        }
    }

    /// <summary>Gives every visit the number of its id.</summary>
    public void Number(Crew crew, int[] into)
    {
        var counts = new int[parts];
        crew.Run(parts, 1, (_, from, to) =>
        {
            var found = new int[BlockLength];
            for (var part = from; part < to; part++)
            {
                counts[part] = Number(part, into, found);
            }
        });
        Count = counts.Max() * parts;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Number(int part, int[] into, int[] found)
    {
        // A third as many visitors as visits is usual.
        IdNumbers numbers = new(visits / (parts * 3), budget);
        foreach (var own in blocks)
        {
            foreach (var block in own[part] ?? [])
            {
                numbers.Number(block.Ids.AsSpan(0, block.Length), found.AsSpan(0, block.Length));
                for (var i = 0; i < block.Length; i++)
                {
                    into[block.Visits[i]] = (found[i] * parts) + part;
                }
                budget.Give(block.Ids);
                budget.Give(block.Visits);
            }
            own[part] = null;
        }
        numbers.Release();
        return numbers.Count;
    }

    /// <summary>Not by the bits that place an id in its table: they would be the same for a whole part.</summary>
    private int Part(ulong id) => (int)((id ^ (id >> 32)) & (ulong)(parts - 1));

    private sealed class Block(ulong[] ids, int[] visits)
    {
        public readonly ulong[] Ids = ids;
        public readonly int[] Visits = visits;
        public int Length;
    }
}
