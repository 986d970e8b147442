using System.Globalization;

namespace Sightline.Core.Model;

/// <summary>What is known of some points of a series in a row. NaN never is one of them.</summary>
public sealed class PointSummary
{
    private PointSummary(long count, double least, double most, double total, double first, double last, ValueSketch sketch) =>
        (Count, Least, Most, Total, First, Last, Sketch) = (count, least, most, total, first, last, sketch);

    public long Count { get; }

    public double Least { get; }

    public double Most { get; }

    public double Total { get; }

    public double First { get; }

    public double Last { get; }

    public ValueSketch Sketch { get; }

    /// <summary>As it was stored.</summary>
    public static PointSummary Of(long count, double least, double most, double total, double first, double last, ValueSketch sketch) => new(count, least, most, total, first, last, sketch);

    /// <summary>Of one value.</summary>
    public static PointSummary Of(double value)
    {
        var sketch = new ValueSketch();
        sketch.Add(value);
        return new PointSummary(1, value, value, value, value, value, sketch);
    }

    /// <summary>Of values in order of time; <see langword="null"/>: there are none.</summary>
    /// <param name="values">NaN where there is none.</param>
    public static PointSummary? Of(ReadOnlySpan<double> values)
    {
        var (count, least, most, total, first, last) = (0, double.PositiveInfinity, double.NegativeInfinity, 0.0, double.NaN, double.NaN);
        var sketch = new ValueSketch();
        foreach (var value in values)
        {
            if (double.IsNaN(value))
            {
                continue;
            }

            (least, most, total) = (Math.Min(least, value), Math.Max(most, value), total + value);
            (first, last) = (count++ == 0 ? value : first, value);
            sketch.Add(value);
        }

        return count == 0 ? null : new PointSummary(count, least, most, total, first, last, sketch);
    }

    /// <summary>Of several, in order of time.</summary>
    public static PointSummary? Of(ReadOnlySpan<PointSummary?> parts)
    {
        PointSummary? all = null;
        foreach (var part in parts)
        {
            all = all is null ? part : part is null ? all : all.Then(part);
        }

        return all;
    }

    /// <summary>Together with later ones.</summary>
    public PointSummary Then(PointSummary later)
    {
        var sketch = new ValueSketch();
        sketch.Add(Sketch);
        sketch.Add(later.Sketch);
        return new PointSummary(Count + later.Count, Math.Min(Least, later.Least), Math.Max(Most, later.Most), Total + later.Total, First, later.Last, sketch);
    }

    /// <summary>What can be asked of it: <c>min</c>, <c>max</c>, <c>sum</c>, <c>count</c>, <c>first</c>, <c>last</c>, <c>average</c>, <c>range</c>, <c>median</c>, <c>p95</c>, <c>p99.9</c>; <see langword="null"/>: that cannot.</summary>
    public static Func<PointSummary, double>? Question(string name) => name switch
    {
        "min" => static one => one.Least,
        "max" => static one => one.Most,
        "sum" => static one => one.Total,
        "count" => static one => one.Count,
        "first" => static one => one.First,
        "last" => static one => one.Last,
        "average" or "avg" => static one => one.Total / one.Count,
        "range" => static one => one.Most - one.Least,
        "median" => static one => one.Percentile(50),
        _ => name.StartsWith('p') && double.TryParse(name.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100 ? one => one.Percentile(percent) : null,
    };

    /// <summary>Within 1 % of a value that is there; the ends are exact.</summary>
    private double Percentile(double percent) => Math.Clamp(Sketch.Quantile(percent / 100), Least, Most);
}
