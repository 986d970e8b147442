namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions of the values just before each; they read so much more history.</summary>
internal static class WindowFunctions
{
    public static void Register(FunctionSet set)
    {
        const string window = "seriesList! windowSize:intOrInterval!{5|7|10|1min|5min|10min|30min|1hour}";
        foreach (var (name, function, what) in ((string, string, string)[])[("Average", "average", "mean"), ("Sum", "sum", "sum"), ("Min", "min", "least"), ("Max", "max", "greatest"), ("Median", "median", "median")])
        {
            set.Add("moving" + name, window + " xFilesFactor:float", $"The {what} of the values before each, so many or of so long.", call => Moving(call, function));
        }

        set.Add("movingWindow", window + " func:aggFunc=average xFilesFactor:float", "A function of the values before each, so many or of so long.", static call => Moving(call, call.Words("func", "average")));
        set.Add("exponentialMovingAverage", window, "A mean in which older values count less and less.", Exponential);
        set.Add("stdev", "seriesList! points:integer! windowTolerance:float=0.1", "The standard deviation of the last values.", Deviation);
    }

    private static IReadOnlyList<Series> Moving(FunctionCall call, string function)
    {
        var tag = "moving" + char.ToUpperInvariant(function[0]) + function[1..].ToLowerInvariant();
        return [.. Windows(call, (one, window, label) =>
        {
            var factor = call.Has("xFilesFactor") ? call.Number("xFilesFactor") : one.XFilesFactor;
            var values = Rows.Nothing(Math.Max(0, one.Values.Length - window));
            var buffer = new double[values.Length > 0 ? window : 0];
            for (var i = 0; i < values.Length && window > 0; i++)
            {
                call.Evaluator.Working(window);
                values[i] = Present(one.Values.AsSpan(i, window), buffer) is { Length: > 0 } present && (double)present.Length / window >= factor ? Aggregates.Of(function, present) : double.NaN;
            }

            return one.As($"{tag}({one.Name},{label})", values).With(tag, call.Value("windowSize"));
        })];
    }

    private static IReadOnlyList<Series> Exponential(FunctionCall call)
    {
        var constant = 2.0 / ((call.Value("windowSize") is string text ? Math.Abs(AtTime.Interval(text)) : call.Whole("windowSize")) + 1);
        return [.. Windows(call, (one, window, label) =>
        {
            // The first is that of all before the range.
            var mean = Aggregates.Of("average", one.Values.AsSpan(0, Math.Min(window, one.Values.Length)));
            mean = double.IsNaN(mean) ? 0 : mean;
            var values = new List<double> { PyText.Round(mean, 6) };
            foreach (var value in one.Values.Skip(window))
            {
                mean = double.IsNaN(value) ? mean : (constant * value) + ((1 - constant) * mean);
                values.Add(double.IsNaN(value) ? value : PyText.Round(mean, 6));
            }

            return one.As($"exponentialMovingAverage({one.Name},{label})", [.. values]).With("exponentialMovingAverage", call.Value("windowSize"));
        })];
    }

    private static IEnumerable<Series> Windows(FunctionCall call, Func<Series, int, string, Series> compute)
    {
        var plain = call.List();
        if (plain.Count == 0)
        {
            return [];
        }

        var text = call.Value("windowSize") as string;
        var points = text is null ? call.Whole("windowSize") : 0;
        var preview = text is null ? plain.Max(static one => one.Step) * Math.Clamp(points, 0, uint.MaxValue) : Math.Abs(AtTime.Interval(text));
        if (preview <= 0)
        {
            throw new GraphiteException("windowSize must be greater than 0");
        }

        var label = text is null ? PyText.Str(call.Value("windowSize")) : $"\"{text}\"";
        return call.Again(call.Context.Earlier(preview)).Select(one =>
            compute(one, (int)Math.Min(text is null ? points : preview / one.Step, int.MaxValue / 2), label) with { Start = one.Start + preview });
    }

    private static ReadOnlySpan<double> Present(ReadOnlySpan<double> values, double[] buffer)
    {
        var count = 0;
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                buffer[count++] = value;
            }
        }

        return buffer.AsSpan(0, count);
    }

    private static IEnumerable<Series> Deviation(FunctionCall call)
    {
        var points = call.Whole("points");
        var tolerance = call.Number("windowTolerance", 0.1);
        if (points <= 0)
        {
            throw new GraphiteException("points must be greater than 0");
        }

        return call.Map(one =>
        {
            var values = Rows.Nothing(one.Values.Length);
            var (present, sum, squares) = (0, 0.0, 0.0);
            for (var i = 0; i < values.Length; i++)
            {
                var (dropped, value) = (i < points ? double.NaN : one.Values[i - points], one.Values[i]);
                if (!double.IsNaN(dropped))
                {
                    present--;
                    sum -= dropped;
                    squares -= Math.Pow(dropped, 2);
                }

                if (!double.IsNaN(value))
                {
                    present++;
                    sum += value;
                    squares += Math.Pow(value, 2);
                }

                if (present > 0 && (double)present / points >= tolerance)
                {
                    // Below 0 only by what was lost in rounding.
                    values[i] = Math.Sqrt((present * squares) - Math.Pow(sum, 2)) / present;
                }
            }

            return one.As($"stdev({one.Name},{PyText.Str(points)})", values).With("stdev", points);
        });
    }
}
