using System.Buffers;

namespace Sightline.Core.Model;

/// <summary>
/// How values are distributed: a count for each range of values whose ends are 2 % apart, so any percentile is known to 1 %. Two sketches are put together without
/// loss, which percentiles themselves cannot be. (The idea is DDSketch's: Masson, Rim, Lee, 2019.)
/// </summary>
public sealed class ValueSketch
{
    private const double Accuracy = 0.01;
    private const double Gamma = (1 + Accuracy) / (1 - Accuracy);

    /// <summary>What is nearer to zero is zero.</summary>
    private const double Least = 1e-300;

    private static readonly double LogGamma = Math.Log(Gamma);

    // Keys of both grow away from zero.
    private readonly SortedDictionary<int, long> _above = [];
    private readonly SortedDictionary<int, long> _below = [];
    private long _zeros;

    /// <summary>Values in it.</summary>
    public long Count => _zeros + _above.Values.Sum() + _below.Values.Sum();

    /// <param name="value">A number.</param>
    public void Add(double value)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsNaN(value), true);
        if (Math.Abs(value) < Least)
        {
            _zeros++;
            return;
        }

        var ranges = value > 0 ? _above : _below;
        var key = (int)Math.Ceiling(Math.Log(Math.Min(Math.Abs(value), double.MaxValue)) / LogGamma);
        ranges[key] = ranges.GetValueOrDefault(key) + 1;
    }

    public void Add(ValueSketch other)
    {
        _zeros += other._zeros;
        foreach (var (key, count) in other._above)
        {
            _above[key] = _above.GetValueOrDefault(key) + count;
        }

        foreach (var (key, count) in other._below)
        {
            _below[key] = _below.GetValueOrDefault(key) + count;
        }
    }

    /// <summary>The value that a share of the values is not greater than; NaN: there are none.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        var count = Count;
        if (count == 0)
        {
            return double.NaN;
        }

        var rank = (long)(share * (count - 1));
        foreach (var (key, many) in _below.Reverse())
        {
            if ((rank -= many) < 0)
            {
                return -Middle(key);
            }
        }

        if ((rank -= _zeros) < 0)
        {
            return 0;
        }

        foreach (var (key, many) in _above)
        {
            if ((rank -= many) < 0)
            {
                return Middle(key);
            }
        }

        throw new InvalidOperationException("A sketch holds fewer values than it counts.");
    }

    /// <summary>Varints: zeros; how many ranges above zero, and of each the distance from the one before and its count; the same below.</summary>
    public byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>(16);
        var output = new RecordWriter(bytes);
        output.Unsigned((ulong)_zeros);
        Write(ref output, _above);
        Write(ref output, _below);
        output.Finish();
        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">They are not what <see cref="ToBytes"/> writes.</exception>
    public static ValueSketch Read(ReadOnlySpan<byte> bytes)
    {
        var sketch = new ValueSketch();
        var input = new RecordReader(bytes);
        sketch._zeros = Number(input.Unsigned());
        Read(ref input, sketch._above);
        Read(ref input, sketch._below);
        return input.AtEnd ? sketch : throw new InvalidDataException("a sketch has more bytes than it says");
    }

    private static double Middle(int key) => 2 * Math.Pow(Gamma, key) / (Gamma + 1);

    private static void Write(ref RecordWriter output, SortedDictionary<int, long> ranges)
    {
        output.Unsigned((ulong)ranges.Count);
        var before = 0;
        foreach (var (key, count) in ranges)
        {
            output.Signed(key - before);
            output.Unsigned((ulong)count);
            before = key;
        }
    }

    private static void Read(ref RecordReader input, SortedDictionary<int, long> ranges)
    {
        var key = 0L;
        for (var left = Number(input.Unsigned()); left > 0; left--)
        {
            key += input.Signed();
            if (key is < -40_000 or > 40_000 || !ranges.TryAdd((int)key, Number(input.Unsigned())))
            {
                throw new InvalidDataException("a sketch has a range that cannot be");
            }
        }
    }

    private static long Number(ulong number) => number <= uint.MaxValue ? (long)number : throw new InvalidDataException("a sketch counts more than can be");
}
