namespace Sightline.Store.DuckDb.Query;

/// <summary>A set of dictionary ids.</summary>
internal sealed class IdSet
{
    private ulong[] bits = [];

    public int Count { get; private set; }

    public void Add(uint id)
    {
        var word = (int)(id >> 6);
        if (word >= bits.Length)
        {
            Array.Resize(ref bits, Math.Max(word + 1, bits.Length * 2));
        }
        var bit = 1UL << (int)(id & 63);
        if ((bits[word] & bit) == 0)
        {
            bits[word] |= bit;
            Count++;
        }
    }

    public bool Contains(uint id) => id >> 6 < (uint)bits.Length && (bits[id >> 6] >> (int)(id & 63) & 1) != 0;

    public void AddAll(IdSet other)
    {
        foreach (var id in other.Ids())
        {
            Add(id);
        }
    }

    public IEnumerable<uint> Ids()
    {
        for (var word = 0; word < bits.Length; word++)
        {
            for (var rest = bits[word]; rest != 0; rest &= rest - 1)
            {
                yield return (uint)((word << 6) + System.Numerics.BitOperations.TrailingZeroCount(rest));
            }
        }
    }
}
