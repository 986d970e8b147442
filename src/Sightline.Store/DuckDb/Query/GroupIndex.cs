namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Numbers pairs of numbers 0, 1, 2, ... in the order they are first seen. Open addressing; grows at three quarters. Small second parts under 0, which is what
/// a single dimension has, are looked up in a table.
/// </summary>
internal sealed class GroupIndex
{
    private const uint MostDirect = 1 << 16;

    private readonly MemoryBudget budget;
    private int[] direct = [];
    private int[] slots;
    private ulong[] keys;
    private ulong lastKey = ulong.MaxValue;
    private int last;

    public GroupIndex(MemoryBudget budget)
    {
        this.budget = budget;
        slots = budget.Array<int>(1024);
        keys = budget.Array<ulong>(768);
    }

    public int Count { get; private set; }

    /// <summary>The pair a number was given to.</summary>
    public (uint High, uint Low) Key(int number) => ((uint)(keys[number] >> 32), (uint)keys[number]);

    public int Number(uint high, uint low)
    {
        if (high == 0 && low < MostDirect)
        {
            return Direct(low);
        }
        var key = ((ulong)high << 32) | low;
        if (key == lastKey && Count > 0)
        {
            return last;
        }
        lastKey = key;
        return last = Find(key);
    }

    /// <summary>Numbers here of another's pairs, whose parts are translated first.</summary>
    /// <param name="other">Of the same step.</param>
    /// <param name="high">What the first part is here.</param>
    /// <param name="low">What the second is; <see langword="null"/>: the same.</param>
    public int[] Absorb(GroupIndex other, int[] high, uint[]? low)
    {
        budget.Take((long)other.Count * sizeof(int));
        var map = new int[other.Count];
        for (var n = 0; n < map.Length; n++)
        {
            var pair = other.Key(n);
            map[n] = Number((uint)high[pair.High], low is null ? pair.Low : low[pair.Low]);
        }
        return map;
    }

    private int Direct(uint low)
    {
        if (low >= (uint)direct.Length)
        {
            budget.Grow(ref direct, (int)Math.Min(MostDirect, Math.Max(1024, (low + 1) * 2)));
        }
        ref var known = ref direct[low];
        if (known == 0)
        {
            known = Find(low) + 1;
        }
        return known - 1;
    }

    private int Find(ulong key)
    {
        var mask = slots.Length - 1;
        var at = Slot(key) & mask;
        while (slots[at] != 0)
        {
            if (keys[slots[at] - 1] == key)
            {
                return slots[at] - 1;
            }
            at = (at + 1) & mask;
        }
        if (Count == slots.Length / 4 * 3)
        {
            Grow();
            return Find(key);
        }
        keys[Count] = key;
        slots[at] = ++Count;
        return Count - 1;
    }

    private void Grow()
    {
        var length = slots.Length * 2;
        budget.Give(slots);
        budget.Grow(ref keys, length / 4 * 3);
        slots = budget.Array<int>(length);
        var mask = slots.Length - 1;
        for (var i = 0; i < Count; i++)
        {
            var at = Slot(keys[i]) & mask;
            while (slots[at] != 0)
            {
                at = (at + 1) & mask;
            }
            slots[at] = i + 1;
        }
    }

    private static int Slot(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> 33);
}
