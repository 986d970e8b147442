using System.Buffers;

namespace Sightline.Core.Model;

/// <summary>
/// Points of one series in order of time, packed: regular times cost nothing, and values that are decimal numbers are kept as whole ones, so that a counter costs a few bits
/// a point. Every value comes back bit for bit. docs/store.md gives the bytes.
/// </summary>
public static class PackedPoints
{
    /// <summary>More are several blocks.</summary>
    public const int Most = 8192;

    private const byte Version = 1;

    /// <summary>Ten to the power of this and more times a value are not whole numbers exactly.</summary>
    private const int MostDecimals = 15;

    private const byte AsBits = 255;
    private const double LargestWhole = 1L << 53;

    private static readonly double[] s_powers = [.. Enumerable.Range(0, MostDecimals + 1).Select(static power => double.Parse($"1e{power}", System.Globalization.CultureInfo.InvariantCulture))];

    /// <param name="points">One to <see cref="Most"/>.</param>
    /// <param name="into">Takes the bytes.</param>
    public static void Write(ReadOnlySpan<Point> points, IBufferWriter<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfZero(points.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points.Length, Most);
        var rented = ArrayPool<long>.Shared.Rent(points.Length);
        var numbers = rented.AsSpan(0, points.Length);
        var output = new RecordWriter(into);
        output.Byte(Version);
        output.Unsigned((ulong)points.Length);
        for (var i = 0; i < points.Length; i++)
        {
            numbers[i] = points[i].Time;
        }

        PackedNumbers.Write(numbers, ref output);
        output.Byte(Scale(points, numbers));
        PackedNumbers.Write(numbers, ref output);
        output.Finish();
        ArrayPool<long>.Shared.Return(rented);
    }

    /// <summary>How many points a block says it has.</summary>
    /// <exception cref="InvalidDataException">It is not what <see cref="Write"/> writes.</exception>
    public static int Count(ReadOnlySpan<byte> bytes)
    {
        var input = new RecordReader(bytes);
        return Count(ref input);
    }

    /// <param name="bytes">A block.</param>
    /// <param name="points">As many as it has.</param>
    /// <exception cref="InvalidDataException">It is not what <see cref="Write"/> writes, or has not as many.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, Span<Point> points)
    {
        var input = new RecordReader(bytes);
        if (Count(ref input) != points.Length)
        {
            throw new InvalidDataException("a block has not the points that it should have");
        }

        var rented = ArrayPool<long>.Shared.Rent(points.Length * 2);
        try
        {
            var times = rented.AsSpan(0, points.Length);
            var values = rented.AsSpan(points.Length, points.Length);
            PackedNumbers.Read(times, ref input);
            var decimals = input.Byte();
            PackedNumbers.Read(values, ref input);
            if (!input.AtEnd || decimals is > MostDecimals and not AsBits)
            {
                throw new InvalidDataException("a block has more bytes or decimals than can be");
            }

            if (decimals == AsBits)
            {
                for (var i = 0; i < points.Length; i++)
                {
                    points[i] = new Point((uint)times[i], BitConverter.Int64BitsToDouble(values[i]));
                }

                return;
            }

            var power = s_powers[decimals];
            for (var i = 0; i < points.Length; i++)
            {
                points[i] = new Point((uint)times[i], values[i] / power);
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    private static int Count(ref RecordReader input)
    {
        if (input.Byte() != Version)
        {
            throw new InvalidDataException("a block is of no known version");
        }

        return input.Unsigned() is var count and > 0 and <= Most ? (int)count : throw new InvalidDataException("a block has no points or too many");
    }

    /// <summary>Values as whole numbers.</summary>
    /// <returns>Of how many decimals, or that they are the values' bits.</returns>
    private static byte Scale(ReadOnlySpan<Point> points, Span<long> numbers)
    {
        var decimals = 0;
        foreach (var point in points)
        {
            while (!TryScale(point.Value, s_powers[decimals], out _))
            {
                if (++decimals > MostDecimals)
                {
                    return Bits(points, numbers);
                }
            }
        }

        for (var i = 0; i < points.Length; i++)
        {
            if (!TryScale(points[i].Value, s_powers[decimals], out numbers[i]))
            {
                return Bits(points, numbers);
            }
        }

        return (byte)decimals;
    }

    private static byte Bits(ReadOnlySpan<Point> points, Span<long> numbers)
    {
        for (var i = 0; i < points.Length; i++)
        {
            numbers[i] = BitConverter.DoubleToInt64Bits(points[i].Value);
        }

        return AsBits;
    }

    /// <summary>Whether dividing the whole number gives the very same bits.</summary>
    private static bool TryScale(double value, double power, out long number)
    {
        var scaled = Math.Round(value * power);
        // Written so that what is not a number is refused, too.
        if (!(Math.Abs(scaled) < LargestWhole))
        {
            number = 0;
            return false;
        }

        number = (long)scaled;
        return BitConverter.DoubleToInt64Bits(number / power) == BitConverter.DoubleToInt64Bits(value);
    }
}
