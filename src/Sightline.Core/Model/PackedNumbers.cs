using System.Buffers.Binary;
using System.Numerics;

namespace Sightline.Core.Model;

/// <summary>
/// Whole numbers in few bytes: what is common to all steps is divided out; then the numbers themselves, their differences or the differences of those, whichever
/// is shortest, lie bit by bit in runs of 128 above the run's own least number, and what does not fit into the width of most of its run stands behind it.
/// All arithmetic wraps, so any 64 bits come back as they were. docs/store.md gives the bytes.
/// </summary>
internal static class PackedNumbers
{
    private const int Run = 128;

    /// <summary>Of so many the kind is chosen by trial.</summary>
    private const int Sample = 1024;

    /// <summary>A run's least numbers that may stand apart so that the rest is narrower.</summary>
    private static readonly int[] s_bases = [0, 1, 2, 4];

    private enum Kind : byte
    {
        Constant,
        Level,
        Differences,
        SecondDifferences,
    }

    /// <param name="values">At least one; they are overwritten.</param>
    /// <param name="output">Takes the bytes; how many numbers they are is the caller's to keep.</param>
    public static void Write(scoped Span<long> values, ref RecordWriter output)
    {
        var first = values[0];
        var unit = Unit(values);
        if (unit == 0)
        {
            output.Byte((byte)Kind.Constant);
            output.Signed(first);
            return;
        }

        Difference(values[1..], first);
        if (unit > 1)
        {
            foreach (ref var difference in values[1..])
            {
                difference /= unit;
            }
        }

        // From here on the first stands apart, and what is packed are the steps behind it.
        var steps = values[1..];
        var kind = Choose(steps);
        output.Byte((byte)kind);
        output.Signed(first);
        output.Unsigned((ulong)unit);
        Transform(steps, kind);
        for (var at = 0; at < steps.Length; at += Run)
        {
            WriteRun(steps[at..Math.Min(steps.Length, at + Run)], ref output);
        }
    }

    /// <param name="values">As many as were written.</param>
    /// <param name="input">Behind it afterwards.</param>
    /// <exception cref="InvalidDataException">They are not what <see cref="Write"/> writes.</exception>
    public static void Read(scoped Span<long> values, ref RecordReader input)
    {
        var kind = (Kind)input.Byte();
        var first = input.Signed();
        if (kind == Kind.Constant)
        {
            values.Fill(first);
            return;
        }

        if (kind > Kind.SecondDifferences)
        {
            throw new InvalidDataException("packed numbers are of no known kind");
        }

        var unit = (long)input.Unsigned();
        values[0] = first;
        var steps = values[1..];
        for (var at = 0; at < steps.Length; at += Run)
        {
            ReadRun(steps[at..Math.Min(steps.Length, at + Run)], ref input);
        }

        Restore(steps, kind, first, unit);
    }

    private static void Restore(Span<long> steps, Kind kind, long first, long unit)
    {
        var (value, step) = (first, 0L);
        switch (kind)
        {
            case Kind.Level:
                foreach (ref var each in steps)
                {
                    each = first + (each * unit);
                }

                break;
            case Kind.Differences:
                foreach (ref var each in steps)
                {
                    each = value += each * unit;
                }

                break;
            default:
                foreach (ref var each in steps)
                {
                    step += each * unit;
                    each = value += step;
                }

                break;
        }
    }

    /// <summary>The greatest number that all differences are multiples of; 0: there are none.</summary>
    private static long Unit(ReadOnlySpan<long> values)
    {
        var unit = 0UL;
        for (var i = 1; i < values.Length && unit != 1; i++)
        {
            var difference = values[i] - values[i - 1];
            unit = Common(unit, difference == long.MinValue ? 1 : (ulong)Math.Abs(difference));
        }

        return (long)unit;
    }

    private static ulong Common(ulong a, ulong b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    private static void Difference(Span<long> values, long before)
    {
        foreach (ref var value in values)
        {
            (value, before) = (value - before, value);
        }
    }

    /// <summary>From differences to what is packed.</summary>
    private static void Transform(Span<long> steps, Kind kind)
    {
        if (kind == Kind.SecondDifferences)
        {
            Difference(steps, 0);
        }
        else if (kind == Kind.Level)
        {
            var level = 0L;
            foreach (ref var step in steps)
            {
                step = level += step;
            }
        }
    }

    private static Kind Choose(ReadOnlySpan<long> differences)
    {
        Span<long> trial = stackalloc long[Sample];
        trial = trial[..Math.Min(Sample, differences.Length)];
        var (best, least) = (Kind.Differences, long.MaxValue);
        foreach (var kind in (ReadOnlySpan<Kind>)[Kind.Differences, Kind.Level, Kind.SecondDifferences])
        {
            differences[..trial.Length].CopyTo(trial);
            Transform(trial, kind);
            var bits = 0L;
            for (var at = 0; at < trial.Length; at += Run)
            {
                bits += Plan(trial[at..Math.Min(trial.Length, at + Run)]).Bits;
            }

            if (bits < least)
            {
                (best, least) = (kind, bits);
            }
        }

        return best;
    }

    /// <summary>The base and the width that make a run shortest.</summary>
    private static (long Base, int Width, long Bits) Plan(ReadOnlySpan<long> run)
    {
        Span<long> sorted = stackalloc long[Run];
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

    private static void WriteRun(scoped ReadOnlySpan<long> run, ref RecordWriter output)
    {
        var (from, width, _) = Plan(run);
        var apart = 0;
        Span<byte> bits = stackalloc byte[(Run * 8) + 8];
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

    private static void ReadRun(scoped Span<long> run, ref RecordReader input)
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
            Span<byte> bits = stackalloc byte[(Run * 8) + 8];
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
