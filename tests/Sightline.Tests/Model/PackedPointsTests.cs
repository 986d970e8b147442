using System.Buffers;
using Sightline.Core.Model;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Model;

public sealed class PackedPointsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Points_come_back_bit_for_bit(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 1500; round++)
        {
            var points = Points(random, random.Next(1, random.Next(2) == 0 ? 8 : 1500));
            Assert.Equal(Bits(points), Bits(Read(Packed(points))));
        }

        var most = Points(random, PackedPoints.Most);
        Assert.Equal(Bits(most), Bits(Read(Packed(most))));
    }

    [Fact]
    public void Numbers_of_all_widths_come_back()
    {
        var random = new Random(5);
        for (var width = 0; width <= 64; width++)
        {
            foreach (var outliers in new[] { 0, 3, 40 })
            {
                var numbers = new long[300];
                for (var i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = width == 0 ? 7 : (long)((ulong)random.NextInt64() << 1 >> (64 - width)) - (1L << (width / 2));
                }

                for (var i = 0; i < outliers; i++)
                {
                    numbers[random.Next(numbers.Length)] = random.NextInt64(long.MinValue, long.MaxValue);
                }

                var bytes = new ArrayBufferWriter<byte>();
                var output = new RecordWriter(bytes);
                PackedNumbers.Write([.. numbers], ref output);
                output.Finish();
                var read = new long[numbers.Length];
                var input = new RecordReader(bytes.WrittenSpan);
                PackedNumbers.Read(read, ref input);
                Assert.Equal(numbers, read);
                Assert.True(input.AtEnd);
            }
        }
    }

    [Fact]
    public void What_is_regular_costs_little()
    {
        var random = new Random(9);
        Assert.InRange(BytesAPoint(i => new Point((uint)(1_795_000_000 + (i * 10)), 42)), 0, 0.03);
        Assert.InRange(BytesAPoint(i => new Point((uint)(1_795_000_000 + (i * 10)), i * 100)), 0, 0.07);
        Assert.InRange(BytesAPoint(i => new Point((uint)(1_795_000_000 + (i * 10)), i % 100 == 99 ? 5000 : 3)), 0, 0.25);
        // Twenty different values are 4.3 bits, 4000 are 12.
        var total = 0;
        Assert.InRange(BytesAPoint(i => new Point((uint)(1_795_000_000 + (i * 10)), total += 90 + random.Next(20))), 0.5, 0.70);
        Assert.InRange(BytesAPoint(i => new Point((uint)(1_795_000_000 + (i * 10)), Math.Round(30 + (random.NextDouble() * 40), 2))), 1.4, 1.6);
        // Any double at all is no longer than itself.
        Assert.InRange(BytesAPoint(i => new Point((uint)(1_795_000_000 + (i * 10)), random.NextDouble())), 6, 8);
    }

    [Fact]
    public void A_counter_that_begins_anew_costs_only_its_place()
    {
        var total = 0;
        var with = BytesAPoint(i => new Point((uint)(1_795_000_000 + (i * 10)), total = i % 500 == 250 ? 0 : total + 90 + (i * 7 % 20)));
        Assert.InRange(with, 0.5, 0.75);
    }

    [Fact]
    public void Mutated_blocks_are_read_or_refused()
    {
        var random = new Random(3);
        ReadOnlySpan<int> sizes = [1, 2, 60, 400];
        var seeds = new List<byte[]>();
        foreach (var size in sizes)
        {
            seeds.AddRange(Enumerable.Range(0, 5).Select(_ => Packed(Points(random, size))));
        }

        FuzzRun.Run("packed points", seeds, static input =>
        {
            try
            {
                Assert.InRange(Read(input.Span).Length, 1, PackedPoints.Most);
            }
            catch (InvalidDataException)
            {
                // Refused, which is one of the two.
            }
        });
    }

    private static double BytesAPoint(Func<int, Point> point)
    {
        var points = Enumerable.Range(0, 4320).Select(point).ToArray();
        var packed = Packed(points);
        Assert.Equal(Bits(points), Bits(Read(packed)));
        return packed.Length / (double)points.Length;
    }

    private static Point[] Read(ReadOnlySpan<byte> bytes)
    {
        var points = new Point[PackedPoints.Count(bytes)];
        PackedPoints.Read(bytes, points);
        return points;
    }

    private static byte[] Packed(ReadOnlySpan<Point> points)
    {
        var bytes = new ArrayBufferWriter<byte>();
        PackedPoints.Write(points, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    // Compared by bits, so that -0 and each NaN is itself.
    private static IEnumerable<(uint, long)> Bits(IEnumerable<Point> points) => points.Select(static point => (point.Time, BitConverter.DoubleToInt64Bits(point.Value)));

    private static Point[] Points(Random random, int count)
    {
        var (kind, regular, step) = (random.Next(8), random.Next(2) == 0, (uint)random.Next(1, 7200));
        var (time, total) = ((uint)random.Next(), 0.0);
        var points = new Point[count];
        for (var i = 0; i < count; i++)
        {
            time += regular ? step : step * (uint)random.Next(1, 30);
            total += random.Next(1000);
            points[i] = new Point(time, kind switch
            {
                0 => 5,
                1 => total,
                2 => Math.Round(random.NextDouble() * 100, random.Next(6)),
                3 => random.NextDouble() * Math.Pow(10, random.Next(-300, 300)),
                4 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                5 => random.Next(10) == 0 ? double.NaN : -0.0,
                6 => total * 1024 * 1024 * 1024,
                _ => random.Next(50) == 0 ? double.MaxValue : random.Next(3) - 1,
            });
        }

        return points;
    }
}
