namespace Sightline.Core.Wire.StatsD;

/// <summary>The figures of a timer over an interval: statsd's <c>process_metrics</c>, step by step, so that sums round the same way.</summary>
internal sealed class TimerFigures
{
    private readonly StatsdOptions _options;
    private readonly (double Percent, string Count, string Mean, string Bound, string Sum, string SumSquares)[] _thresholds;
    private readonly HashSet<string>? _wanted;

    public TimerFigures(StatsdOptions options)
    {
        _options = options;
        _thresholds = [.. options.PercentThreshold.Select(Named)];
        _wanted = options.CalculatedTimerMetrics.Count == 0 ? null : [.. options.CalculatedTimerMetrics];
    }

    /// <param name="key">For the choice of a histogram.</param>
    /// <param name="values">In no order; sorted here.</param>
    /// <param name="count">What the values stand for, sampling reckoned in.</param>
    /// <param name="emit">Told each figure's name and value.</param>
    public void Calculate(string key, Span<double> values, double count, Action<string, double> emit)
    {
        if (values.IsEmpty)
        {
            Emit("count", 0, emit);
            Emit("count_ps", 0, emit);
            return;
        }

        values.Sort();
        var n = values.Length;
        var sums = new double[n];
        var squares = new double[n];
        sums[0] = values[0];
        squares[0] = values[0] * values[0];
        for (var i = 1; i < n; i++)
        {
            sums[i] = values[i] + sums[i - 1];
            squares[i] = (values[i] * values[i]) + squares[i - 1];
        }

        Thresholds(values, sums, squares, emit);
        var mean = sums[n - 1] / n;
        var differences = 0.0;
        foreach (var value in values)
        {
            differences += (value - mean) * (value - mean);
        }

        Emit("std", Math.Sqrt(differences / n), emit);
        Emit("upper", values[n - 1], emit);
        Emit("lower", values[0], emit);
        Emit("count", count, emit);
        Emit("count_ps", count / (_options.FlushIntervalMs / 1000.0), emit);
        Emit("sum", sums[n - 1], emit);
        Emit("sum_squares", squares[n - 1], emit);
        Emit("mean", mean, emit);
        Emit("median", n % 2 == 1 ? values[n / 2] : (values[(n / 2) - 1] + values[n / 2]) / 2, emit);
        Histogram(key, values, emit);
    }

    private void Thresholds(ReadOnlySpan<double> values, double[] sums, double[] squares, Action<string, double> emit)
    {
        var n = values.Length;
        var (sum, square, mean, bound) = (values[0], values[0] * values[0], values[0], values[n - 1]);
        foreach (var threshold in _thresholds)
        {
            var within = n;
            if (n > 1)
            {
                within = (int)Math.Floor((Math.Abs(threshold.Percent) / 100 * n) + 0.5);
                if (within == 0)
                {
                    continue;
                }

                if (threshold.Percent > 0)
                {
                    bound = within <= n ? values[within - 1] : double.NaN;
                    sum = within <= n ? sums[within - 1] : double.NaN;
                    square = within <= n ? squares[within - 1] : double.NaN;
                }
                else
                {
                    // Of all values statsd makes "not a number" (it reads before the beginning), and nothing reaches Graphite.
                    bound = within <= n ? values[n - within] : double.NaN;
                    sum = within < n ? sums[n - 1] - sums[n - within - 1] : double.NaN;
                    square = within < n ? squares[n - 1] - squares[n - within - 1] : double.NaN;
                }

                mean = sum / within;
            }

            Emit(threshold.Count, within, emit);
            Emit(threshold.Mean, mean, emit);
            Emit(threshold.Bound, bound, emit);
            Emit(threshold.Sum, sum, emit);
            Emit(threshold.SumSquares, square, emit);
        }
    }

    private void Histogram(string key, ReadOnlySpan<double> values, Action<string, double> emit)
    {
        if (_wanted?.Contains("histogram") == false)
        {
            return;
        }

        foreach (var histogram in _options.Histograms)
        {
            if (!key.Contains(histogram.Metric, StringComparison.Ordinal))
            {
                continue;
            }

            var i = 0;
            foreach (var bin in histogram.Bins)
            {
                var from = i;
                while (i < values.Length && (double.IsPositiveInfinity(bin) || values[i] < bin))
                {
                    i++;
                }

                emit("histogram.bin_" + JsText.Name(bin), i - from);
            }

            return;
        }
    }

    private void Emit(string name, double value, Action<string, double> emit)
    {
        if (_wanted is null || _wanted.Contains(General(name)))
        {
            emit(name, value);
        }
    }

    // "mean_90" and "mean_top10" are "mean_percent"; of "mean_99_9" only the last part gives way: "mean_99_percent", as in statsd.
    private static string General(string name)
    {
        var digits = name.Length;
        while (digits > 0 && char.IsAsciiDigit(name[digits - 1]))
        {
            digits--;
        }

        if (digits == name.Length)
        {
            return name;
        }

        var stem = name.AsSpan(0, digits);
        stem = stem.EndsWith("_top") ? stem[..^3] : stem;
        return stem.EndsWith("_") ? $"{stem}percent" : name;
    }

    private static (double, string, string, string, string, string) Named(double percent)
    {
        var text = JsText.Name(percent);
        text = text.StartsWith('-') ? "top" + text[1..] : text;
        return (percent, "count_" + text, "mean_" + text, (percent > 0 ? "upper_" : "lower_") + text, "sum_" + text, "sum_squares_" + text);
    }
}
