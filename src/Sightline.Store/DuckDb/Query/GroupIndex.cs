using System.Numerics;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Numbers pairs of numbers 0, 1, 2, ... in the order they are first seen. Open addressing; grows at three quarters. In front of it a table keeps, for each
/// second part, the pair met last: rows come in order of time, so a page's or a country's next row mostly lies in the same bucket.
/// </summary>
internal sealed class GroupIndex
{
    private const int MostRecent = 1 << 16;

    private readonly MemoryBudget budget;
    private Met[] recent;
    private int[] slots;
    private ulong[] keys;

    public GroupIndex(MemoryBudget budget)
    {
        this.budget = budget;
        slots = budget.Array<int>(1024);
        keys = budget.Array<ulong>(768);
        recent = budget.Array<Met>(256);
    }

    public int Count { get; private set; }

    /// <summary>The pair a number was given to.</summary>
    public (uint High, uint Low) Key(int number) => ((uint)(keys[number] >> 32), (uint)keys[number]);

    public int Number(uint high, uint low)
    {
        var key = ((ulong)high << 32) | low;
        var known = recent;
        ref var met = ref known[(int)low & (known.Length - 1)];
        return met.Key == key && met.Number > 0 ? met.Number - 1 : Look(key);
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

    private int Look(ulong key)
    {
        var number = Find(key);
        var low = (uint)key;
        if (low >= recent.Length && recent.Length < MostRecent)
        {
            // Whatever it held is found again.
            budget.Give(recent);
            recent = budget.Array<Met>((int)Math.Min(MostRecent, BitOperations.RoundUpToPowerOf2(low + 1)));
        }
        recent[(int)low & (recent.Length - 1)] = new() { Key = key, Number = number + 1 };
        return number;
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

    private struct Met
    {
        public ulong Key;

        /// <summary>One more than the number; 0: nothing was met.</summary>
        public int Number;
    }
}
