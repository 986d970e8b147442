namespace Sightline.Core.Queries.Graphite;

/// <summary>Several series brought to one step, to be gone through row by row.</summary>
internal sealed class Rows
{
    private const long LongestStep = 366 * 86_400L;

    private readonly double[][] _values;

    private Rows(IReadOnlyList<Series> series)
    {
        Step = series.Aggregate(1L, static (step, one) => LeastCommonMultiple(step, one.Step));
        Start = series.Min(static one => one.Start);
        var end = series.Max(static one => one.End);
        End = end - ((end - Start) % Step);
        _values = [.. series.Select(one => one.Consolidated((int)(Step / one.Step)))];
        Length = _values.Max(static values => values.Length);
    }

    public long Step { get; }

    public long Start { get; }

    public long End { get; }

    public int Length { get; }

    public static Rows Of(IReadOnlyList<Series> series) => new(series);

    public static double[] Nothing(int length)
    {
        var values = new double[length];
        Array.Fill(values, double.NaN);
        return values;
    }

    public void Take(int index, Span<double> row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = index < _values[i].Length ? _values[i][index] : double.NaN;
        }
    }

    public delegate double RowFunction(ReadOnlySpan<double> row);

    public double[] Map(RowFunction function)
    {
        var row = new double[_values.Length];
        var result = new double[Length];
        for (var i = 0; i < result.Length; i++)
        {
            Take(i, row);
            result[i] = function(row);
        }

        return result;
    }

    /// <summary>Rows of values that need not be brought to one step: as long as the longest.</summary>
    public static double[] Zip(double[] first, double[] second, Func<double, double, double> function)
    {
        var result = new double[Math.Max(first.Length, second.Length)];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = function(i < first.Length ? first[i] : double.NaN, i < second.Length ? second[i] : double.NaN);
        }

        return result;
    }

    public double[] Of(int index) => _values[index];

    public Series Series(string name, double[] values, double xFilesFactor, IReadOnlyDictionary<string, string>? tags = null) =>
        Graphite.Series.New(name, Start, End, Step, values, xFilesFactor, tags);

    private static long LeastCommonMultiple(long a, long b)
    {
        var (x, y) = (a, b);
        while (y != 0)
        {
            (x, y) = (y, x % y);
        }

        return a / x * b is var multiple && multiple <= LongestStep ? multiple : throw new GraphiteException("the steps of the series have no common multiple within a year");
    }
}
