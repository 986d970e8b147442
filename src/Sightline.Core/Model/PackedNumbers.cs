namespace Sightline.Core.Model;

/// <summary>
/// Whole numbers in few bytes: what is common to all steps is divided out; then the numbers themselves, their differences or the differences of those, whichever
/// is shortest, lie bit by bit in runs of 128 above the run's own least number, and what does not fit into the width of most of its run stands behind it.
/// All arithmetic wraps, so any 64 bits come back as they were. docs/store.md gives the bytes.
/// </summary>
internal static class PackedNumbers
{
    /// <summary>Of so many the kind is chosen by trial.</summary>
    private const int Sample = 1024;

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
        for (var at = 0; at < steps.Length; at += PackedRun.Most)
        {
            PackedRun.Write(steps[at..Math.Min(steps.Length, at + PackedRun.Most)], ref output);
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
        for (var at = 0; at < steps.Length; at += PackedRun.Most)
        {
            PackedRun.Read(steps[at..Math.Min(steps.Length, at + PackedRun.Most)], ref input);
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
            for (var at = 0; at < trial.Length; at += PackedRun.Most)
            {
                bits += PackedRun.Bits(trial[at..Math.Min(trial.Length, at + PackedRun.Most)]);
            }

            if (bits < least)
            {
                (best, least) = (kind, bits);
            }
        }

        return best;
    }
}
