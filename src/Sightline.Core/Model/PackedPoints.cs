using System.Buffers;

namespace Sightline.Core.Model;

/// <summary>
/// Points of one series in order of time, packed: regular times cost nothing, and values that are decimal numbers are kept as whole ones, so that a counter costs a few bits
/// a point. Every value comes back bit for bit. docs/store-format.md gives the bytes.
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

    /// <exception cref="InvalidDataException">They are not what <see cref="Write"/> writes.</exception>
    public static Point[] Read(ReadOnlySpan<byte> bytes)
    {
        var input = new RecordReader(bytes);
        if (input.Byte() != Version)
        {
            throw new InvalidDataException("packed points are of no known version");
        }

        var count = input.Unsigned();
        if (count is 0 or > Most)
        {
            throw new InvalidDataException("packed points are none or too many");
        }

        var times = ArrayPool<long>.Shared.Rent((int)count);
        var values = ArrayPool<long>.Shared.Rent((int)count);
        try
        {
            PackedNumbers.Read(times.AsSpan(0, (int)count), ref input);
            var decimals = input.Byte();
            PackedNumbers.Read(values.AsSpan(0, (int)count), ref input);
            if (!input.AtEnd || decimals is > MostDecimals and not AsBits)
            {
                throw new InvalidDataException("packed points have more bytes or decimals than can be");
            }

            var points = new Point[count];
            var power = decimals == AsBits ? 0 : s_powers[decimals];
            for (var i = 0; i < points.Length; i++)
            {
                points[i] = new Point((uint)times[i], decimals == AsBits ? BitConverter.Int64BitsToDouble(values[i]) : values[i] / power);
            }

            return points;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(times);
            ArrayPool<long>.Shared.Return(values);
        }
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
