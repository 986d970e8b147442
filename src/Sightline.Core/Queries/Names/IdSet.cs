using System.Numerics;

namespace Sightline.Core.Queries.Names;

/// <summary>Some of the numbers from 0 to below <see cref="Length"/>, a bit each.</summary>
public sealed class IdSet
{
    private readonly ulong[] _bits;

    public IdSet(int length) => (Length, _bits) = (length, new ulong[(length + 63) / 64]);

    public int Length { get; }

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var bits in _bits)
            {
                count += BitOperations.PopCount(bits);
            }

            return count;
        }
    }

    /// <summary>All of them.</summary>
    public static IdSet All(int length)
    {
        var all = new IdSet(length);
        all._bits.AsSpan().Fill(ulong.MaxValue);
        all.Trim();
        return all;
    }

    public bool Contains(int id) => (uint)id < (uint)Length && (_bits[id >> 6] & (1UL << id)) != 0;

    public void Add(int id) => _bits[id >> 6] |= 1UL << id;

    public void Remove(int id) => _bits[id >> 6] &= ~(1UL << id);

    /// <summary>Keeps those that are in the other, of the same length, too.</summary>
    public void And(IdSet other)
    {
        for (var i = 0; i < _bits.Length; i++)
        {
            _bits[i] &= other._bits[i];
        }
    }

    /// <summary>Removes those that are in the other, of the same length.</summary>
    public void AndNot(IdSet other)
    {
        for (var i = 0; i < _bits.Length; i++)
        {
            _bits[i] &= ~other._bits[i];
        }
    }

    /// <summary>In rising order. Those at and behind the one that is handed out may be removed meanwhile.</summary>
    public IEnumerable<int> Ids()
    {
        for (var word = 0; word < _bits.Length; word++)
        {
            for (var bits = _bits[word]; bits != 0; bits &= bits - 1)
            {
                yield return (word << 6) + BitOperations.TrailingZeroCount(bits);
            }
        }
    }

    // Bits behind the last number would be counted.
    private void Trim()
    {
        if ((Length & 63) != 0)
        {
            _bits[^1] &= (1UL << Length) - 1;
        }
    }
}
