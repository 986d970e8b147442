namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that make one value of several, as graphite-web's <c>aggfuncs</c>: what is not there is passed over.</summary>
public static class Aggregates
{
    /// <summary>Names a target may use, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["average", "avg", "avg_zero", "count", "current", "diff", "last", "max", "median", "min", "multiply", "range", "rangeOf", "stddev", "sum", "total"];

    /// <summary>The same, and functions that make one series of several, sorted.</summary>
    public static IReadOnlyList<string> NamesWithSeriesFunctions { get; } = [.. Names.Concat([
        "asPercent", "averageSeries", "averageSeriesWithWildcards", "countSeries", "diffSeries", "diffSeriesLists", "maxSeries", "minSeries", "multiplySeries", "multiplySeriesLists",
        "multiplySeriesWithWildcards", "pct", "powSeries", "rangeOfSeries", "stddevSeries", "sumSeries", "sumSeriesLists", "sumSeriesWithWildcards"]).Order(StringComparer.Ordinal)];

    /// <summary>The name under which a function is known, without <c>Series</c>; <see langword="null"/>: there is none.</summary>
    public static string? Canonical(string name)
    {
        name = Short(name);
        return name switch
        {
            "avg" or "average" => "average",
            "total" or "sum" => "sum",
            "current" or "last" => "last",
            "rangeOf" or "range" => "range",
            "avg_zero" or "median" or "min" or "max" or "diff" or "stddev" or "count" or "multiply" or "first" => name,
            _ => null,
        };
    }

    /// <summary>Without <c>Series</c>.</summary>
    public static string Short(string name) => name.EndsWith("Series", StringComparison.Ordinal) ? name[..^6] : name;

    /// <exception cref="GraphiteException">There is no such function.</exception>
    public static string Require(string name) => Canonical(name) ?? throw new GraphiteException($"Unsupported aggregation function: {name}");

    /// <summary>One value of all there are; NaN: there are none.</summary>
    /// <exception cref="GraphiteException">There is no such function.</exception>
    public static double Of(string name, ReadOnlySpan<double> values)
    {
        var function = Require(name);
        var value = Apply(function, values, 0);
        return function == "count" && double.IsNaN(value) ? 0 : function == "avg_zero" && double.IsNaN(value) && values.Length > 0 ? 0 : value;
    }

    /// <param name="function">Canonical name.</param>
    /// <param name="values">NaN: not there.</param>
    /// <param name="xFilesFactor">Share that must be there.</param>
    /// <returns>NaN: nothing.</returns>
    public static double Apply(string function, ReadOnlySpan<double> values, double xFilesFactor)
    {
        var present = 0;
        foreach (var value in values)
        {
            present += double.IsNaN(value) ? 0 : 1;
        }

        return present > 0 && (double)present / values.Length >= xFilesFactor ? Compute(function, values, present) : double.NaN;
    }

    private static double Compute(string function, ReadOnlySpan<double> values, int present) => function switch
    {
        "average" => Sum(values) / present,
        "avg_zero" => Sum(values) / values.Length,
        "sum" => Sum(values),
        "count" => present,
        "min" => Extreme(values, least: true),
        "max" => Extreme(values, least: false),
        "range" => Extreme(values, least: false) - Extreme(values, least: true),
        "first" => First(values),
        "last" => Last(values),
        "diff" => Difference(values),
        "multiply" => present == values.Length ? Product(values) : double.NaN,
        "median" => Median(values, present),
        "stddev" => Deviation(values, present),
        _ => throw new GraphiteException($"Unsupported aggregation function: {function}"),
    };

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += double.IsNaN(value) ? 0 : value;
        }

        return sum;
    }

    private static double Extreme(ReadOnlySpan<double> values, bool least)
    {
        var found = double.NaN;
        foreach (var value in values)
        {
            if (!double.IsNaN(value) && (double.IsNaN(found) || (least ? value < found : value > found)))
            {
                found = value;
            }
        }

        return found;
    }

    private static double First(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                return value;
            }
        }

        return double.NaN;
    }

    private static double Last(ReadOnlySpan<double> values)
    {
        for (var i = values.Length - 1; i >= 0; i--)
        {
            if (!double.IsNaN(values[i]))
            {
                return values[i];
            }
        }

        return double.NaN;
    }

    private static double Difference(ReadOnlySpan<double> values)
    {
        var result = double.NaN;
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                result = double.IsNaN(result) ? value : result - value;
            }
        }

        return result;
    }

    private static double Product(ReadOnlySpan<double> values)
    {
        var product = values[0];
        foreach (var value in values[1..])
        {
            product *= value;
        }

        return product;
    }

    private static double Median(ReadOnlySpan<double> values, int present)
    {
        var sorted = new double[present];
        var count = 0;
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                sorted[count++] = value;
            }
        }

        Array.Sort(sorted);
        return present % 2 == 1 ? sorted[present / 2] : (sorted[(present / 2) - 1] + sorted[present / 2]) / 2;
    }

    private static double Deviation(ReadOnlySpan<double> values, int present)
    {
        var mean = Sum(values) / present;
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += double.IsNaN(value) ? 0 : (value - mean) * (value - mean);
        }

        return Math.Sqrt(sum / present);
    }
}
