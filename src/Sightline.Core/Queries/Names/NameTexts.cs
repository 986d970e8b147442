using System.Text;

namespace Sightline.Core.Queries.Names;

/// <summary>
/// Texts of names one behind the other, capitals of ASCII made small: looking for a part of a name goes over all of them at the speed of memory, which for a million names is faster than
/// an index of words would be worth, and it takes as many bytes as the names.
/// </summary>
public sealed class NameTexts
{
    private const int BlockBytes = 1 << 20;
    private const byte Separator = (byte)'\n';

    private readonly List<Block> _blocks = [];
    private readonly List<int> _others = [];

    public int Count { get; private set; }

    /// <summary>Numbers of names that are not all ASCII, for which looking at bytes is not enough.</summary>
    public IReadOnlyList<int> NotAscii => _others;

    /// <summary>Bytes it takes, about.</summary>
    public long Bytes => _blocks.Sum(static block => block.Bytes.Length + (4L * block.Starts.Capacity));

    /// <summary>Adds a name; its number is how many there were.</summary>
    public void Add(ReadOnlySpan<byte> utf8)
    {
        if (_blocks.Count == 0 || _blocks[^1].Used + utf8.Length + 1 > _blocks[^1].Bytes.Length)
        {
            // The first grows with what there is: most projects have few names.
            var size = _blocks.Count == 0 ? 4096 : Math.Min(BlockBytes, _blocks[^1].Bytes.Length * 2);
            _blocks.Add(new Block(Count, new byte[Math.Max(size, utf8.Length + 1)]));
        }

        var block = _blocks[^1];
        block.Starts.Add(block.Used);
        var into = block.Bytes.AsSpan(block.Used);
        if (Ascii.ToLower(utf8, into, out _) != System.Buffers.OperationStatus.Done)
        {
            utf8.CopyTo(into);
            _others.Add(Count);
        }

        into[utf8.Length] = Separator;
        block.Used += utf8.Length + 1;
        Count++;
    }

    /// <summary>Adds the numbers of names with that part to the set, as far as it reaches; for those that are not ASCII by chance only.</summary>
    /// <param name="part">ASCII without capitals or line ends, not empty.</param>
    /// <param name="found">Where they go.</param>
    public void Find(ReadOnlySpan<byte> part, IdSet found)
    {
        foreach (var block in _blocks)
        {
            var bytes = block.Bytes.AsSpan(0, block.Used);
            var (at, name) = (0, 0);
            while (bytes[at..].IndexOf(part) is >= 0 and var hit)
            {
                at += hit;
                name = block.NameAt(at, name);
                if (block.First + name >= found.Length)
                {
                    return;
                }

                found.Add(block.First + name);
                if (++name == block.Starts.Count)
                {
                    break;
                }

                at = block.Starts[name];
            }
        }
    }

    private sealed class Block(int first, byte[] bytes)
    {
        public int First { get; } = first;

        public byte[] Bytes { get; } = bytes;

        public List<int> Starts { get; } = [];

        public int Used { get; set; }

        /// <summary>The name that a byte belongs to, not before another one: near it first, for where many match the next is the next.</summary>
        public int NameAt(int at, int from)
        {
            for (var step = 1; ; step *= 2)
            {
                var to = Math.Min(Starts.Count, from + step);
                if (to == Starts.Count || Starts[to] > at)
                {
                    var place = Starts.BinarySearch(from, to - from, at, null);
                    return place >= 0 ? place : ~place - 1;
                }

                from = to;
            }
        }
    }
}
