using System.Numerics;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Gives each 64-bit id a small number: its slot in a hash table sized once for the greatest number of ids. Numbers have gaps, which costs less
/// than a second array that would close them.
/// </summary>
internal sealed class VisitorSlots
{
    private readonly ulong[] keys;
    private readonly int shift;

    public VisitorSlots(int most, MemoryBudget budget)
    {
        var bits = Math.Max(4, 32 - BitOperations.LeadingZeroCount((uint)(most + (most / 3))));
        keys = budget.Array<ulong>(1 << bits);
        shift = 64 - bits;
    }

    /// <summary>Numbers are below this.</summary>
    public int Capacity => keys.Length + 1;

    public int Number(ulong id)
    {
        if (id == 0)
        {
            // 0 marks a free slot.
            return keys.Length;
        }
        var at = (int)((id * 0x9E3779B97F4A7C15UL) >> shift);
        while (keys[at] != id)
        {
            if (keys[at] == 0)
            {
                keys[at] = id;
                return at;
            }
            at = (at + 1) & (keys.Length - 1);
        }
        return at;
    }

}
