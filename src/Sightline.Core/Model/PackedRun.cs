using System.Buffers.Binary;
using System.Numerics;

namespace Sightline.Core.Model;

/// <summary>Up to 128 whole numbers, bit by bit above their least one; what does not fit into the width of most of them stands behind.</summary>
internal static class PackedRun
{
    public const int Most = 128;

    /// <summary>Least numbers that may stand apart so that the rest is narrower.</summary>
    private static readonly int[] s_bases = [0, 1, 2, 4];

    /// <summary>Bits that a run takes, about.</summary>
    public static long Bits(ReadOnlySpan<long> run) => Plan(run).Bits;

    /// <summary>The base and the width that make a run shortest.</summary>
    private static (long Base, int Width, long Bits) Plan(ReadOnlySpan<long> run)
    {
        Span<long> sorted = stackalloc long[Most];
        sorted = sorted[..run.Length];
        run.CopyTo(sorted);
        sorted.Sort();
        var (from, width, least) = (0L, 0, long.MaxValue);
        Span<int> lengths = stackalloc int[65];
        foreach (var candidate in s_bases)
        {
            if (candidate >= sorted.Length || (candidate > 0 && sorted[candidate] == sorted[candidate - 1]))
            {
                continue;
            }

            lengths.Clear();
            foreach (var value in sorted)
            {
                lengths[Length(value - sorted[candidate])]++;
            }

            var (apart, apartBits) = (0, 0L);
            for (var bits = 64; bits >= 0; bits--)
            {
                var cost = ((long)run.Length * bits) + apartBits + (apart > 0 ? 8 : 0);
                if (cost <= least)
                {
                    (from, width, least) = (sorted[candidate], bits, cost);
                }

                apart += lengths[bits];
                // A byte for its place, and its upper bits as a varint, whose length depends on the width; the full length is near enough.
                apartBits += lengths[bits] * (8L + (8 * ((bits + 6) / 7)));
            }
        }

        return (from, width, least);
    }

    public static void Write(scoped ReadOnlySpan<long> run, ref RecordWriter output)
    {
        var (from, width, _) = Plan(run);
        var apart = 0;
        Span<byte> bits = stackalloc byte[(Most * 8) + 8];
        bits.Clear();
        for (var i = 0; i < run.Length; i++)
        {
            var rest = (ulong)(run[i] - from);
            apart += Length((long)rest) > width ? 1 : 0;
            Put(bits, i * width, width == 64 ? rest : rest & ((1UL << width) - 1));
        }

        output.Byte((byte)(width | (apart > 0 ? 0x80 : 0)));
        output.Signed(from);
        output.Raw(bits[..(((run.Length * width) + 7) / 8)]);
        if (apart == 0)
        {
            return;
        }

        output.Byte((byte)apart);
        for (var i = 0; i < run.Length; i++)
        {
            var rest = (ulong)(run[i] - from);
            if (Length((long)rest) > width)
            {
                output.Byte((byte)i);
                output.Unsigned(rest >> width);
            }
        }
    }

    public static void Read(scoped Span<long> run, ref RecordReader input)
    {
        var head = input.Byte();
        var width = head & 0x7F;
        if (width > 64)
        {
            throw new InvalidDataException("packed numbers are wider than numbers are");
        }

        var from = input.Signed();
        var packed = input.Take((ulong)(((run.Length * width) + 7) / 8));
        if (width == 0)
        {
            run.Fill(from);
        }
        else
        {
            // Eight bytes are read at each place, so there must be some behind the last.
            Span<byte> bits = stackalloc byte[(Most * 8) + 8];
            packed.CopyTo(bits);
            bits.Slice(packed.Length, 8).Clear();
            Unpack(bits, width, from, run);
        }

        if (head < 0x80)
        {
            return;
        }

        for (var left = input.Byte(); left > 0; left--)
        {
            var at = input.Byte();
            if (at >= run.Length)
            {
                throw new InvalidDataException("packed numbers have one apart that is not among them");
            }

            run[at] += (long)(width == 64 ? 0 : input.Unsigned() << width);
        }
    }

    private static void Unpack(ReadOnlySpan<byte> bits, int width, long from, Span<long> run)
    {
        if (width <= 57)
        {
            var mask = (1UL << width) - 1;
            for (var (i, bit) = (0, 0); i < run.Length; i++, bit += width)
            {
                run[i] = from + (long)((BinaryPrimitives.ReadUInt64LittleEndian(bits[(bit >> 3)..]) >> (bit & 7)) & mask);
            }

            return;
        }

        for (var i = 0; i < run.Length; i++)
        {
            var bit = i * width;
            var low = BinaryPrimitives.ReadUInt64LittleEndian(bits[(bit >> 3)..]) >> (bit & 7);
            var high = (bit & 7) == 0 ? 0 : (ulong)bits[(bit >> 3) + 8] << (64 - (bit & 7));
            run[i] = from + (long)((low | high) & (width == 64 ? ulong.MaxValue : (1UL << width) - 1));
        }
    }

    private static void Put(Span<byte> bits, int bit, ulong value)
    {
        var place = bits[(bit >> 3)..];
        BinaryPrimitives.WriteUInt64LittleEndian(place, BinaryPrimitives.ReadUInt64LittleEndian(place) | (value << (bit & 7)));
        if ((bit & 7) != 0 && value >> (64 - (bit & 7)) is var high && high != 0)
        {
            place[8] |= (byte)high;
        }
    }

    private static int Length(long value) => 64 - BitOperations.LeadingZeroCount((ulong)value);
}
