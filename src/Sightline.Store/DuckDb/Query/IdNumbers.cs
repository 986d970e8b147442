using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Numbers 64-bit ids 0, 1, 2, ... in the order they are first seen, without gaps: what is kept for each number then stays small enough for the
/// processor's caches, which counting distinct ones lives on.
/// </summary>
internal sealed class IdNumbers
{
    private const int Ahead = 16;

    private readonly MemoryBudget budget;
    private Slot[] slots;
    private int shift;

    /// <param name="expected">About how many ids there may be; more are no harm.</param>
    /// <param name="budget">What the table takes is taken from.</param>
    public IdNumbers(int expected, MemoryBudget budget)
    {
        this.budget = budget;
        var bits = Math.Max(4, 32 - BitOperations.LeadingZeroCount((uint)expected));
        slots = budget.Array<Slot>(1 << bits);
        shift = 64 - bits;
    }

    public int Count { get; private set; }

    /// <summary>Numbers of ids, one after the other. Slots are fetched some ids ahead: nearly each is a miss of the caches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Number(ReadOnlySpan<ulong> ids, Span<int> numbers)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            if (i + Ahead < ids.Length)
            {
                Prefetch(ids[i + Ahead]);
            }
            numbers[i] = Number(ids[i]);
        }
    }

    /// <summary>Gives back what the table took; it is not to be used afterwards.</summary>
    public void Release() => budget.Give(slots);

    private int Number(ulong id)
    {
        var at = Home(id);
        while (slots[at].Number != 0)
        {
            if (slots[at].Id == id)
            {
                return slots[at].Number - 1;
            }
            at = (at + 1) & (slots.Length - 1);
        }
        if (Count >= slots.Length / 4 * 3)
        {
            Grow();
            return Number(id);
        }
        slots[at] = new() { Id = id, Number = ++Count };
        return Count - 1;
    }

    private void Grow()
    {
        var old = slots;
        slots = budget.Array<Slot>(old.Length * 2);
        shift--;
        foreach (var slot in old)
        {
            if (slot.Number == 0)
            {
                continue;
            }
            var at = Home(slot.Id);
            while (slots[at].Number != 0)
            {
                at = (at + 1) & (slots.Length - 1);
            }
            slots[at] = slot;
        }
        budget.Give(old);
    }

    private int Home(ulong id) => (int)((id * 0x9E3779B97F4A7C15UL) >> shift);

    private unsafe void Prefetch(ulong id)
    {
        if (Sse.IsSupported)
        {
            fixed (Slot* first = slots)
            {
                Sse.Prefetch0(first + Home(id));
            }
        }
    }

    private struct Slot
    {
        public ulong Id;

        /// <summary>One more than the number; 0: free.</summary>
        public int Number;
    }
}
