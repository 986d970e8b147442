namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that make rates of counters and counters of rates.</summary>
internal static class CounterFunctions
{
    public static void Register(FunctionSet set)
    {
        set.Add("derivative", "seriesList!", "Each value less the one before.", static call => call.Map(static one => one.As($"derivative({one.Name})", Differences(one.Values)).With("derivative", 1)));
        set.Add("nonNegativeDerivative", "seriesList! maxValue:float minValue:float", "Each value less the one before, unless a counter began anew.",
            static call => call.Map(one => one.As($"nonNegativeDerivative({one.Name})", NonNegative(call, one.Values)).With("nonNegativeDerivative", 1)));
        set.Add("perSecond", "seriesList! maxValue:float minValue:float", "How much a counter grew a second.", static call => call.Map(one =>
            one.As($"perSecond({one.Name})", [.. NonNegative(call, one.Values).Select(value => PyText.Round(value / one.Step, 6))]).With("perSecond", 1)));
        set.Add("integral", "seriesList!", "The sum of all values so far.", static call => call.Map(static one => one.As($"integral({one.Name})", Integral(one.Values)).With("integral", 1)));
        set.Add("integralByInterval", "seriesList! intervalUnit:string!", "The sum of all values since the interval began.", ByInterval);
        set.Add("delay", "seriesList! steps:integer!", "Values moved to so many steps later.", Delay);
    }

    private static double[] Differences(double[] values)
    {
        var result = new double[values.Length];
        var before = double.NaN;
        for (var i = 0; i < values.Length; i++)
        {
            result[i] = values[i] - before;
            before = values[i];
        }

        return result;
    }

    private static double[] NonNegative(FunctionCall call, double[] values)
    {
        var most = call.Number("maxValue");
        var least = call.Number("minValue");
        var before = double.NaN;
        var result = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (value > most || value < least)
            {
                value = double.NaN;
            }

            result[i] = value >= before ? value - before
                : double.IsNaN(value) || double.IsNaN(before) ? double.NaN
                // A counter that began anew: at 0, or at its limit.
                : !double.IsNaN(most) ? most + 1 + value - before - (double.IsNaN(least) ? 0 : least)
                : value - least;
            before = value;
        }

        return result;
    }

    private static double[] Integral(double[] values)
    {
        var sum = 0.0;
        return [.. values.Select(value => double.IsNaN(value) ? value : sum += value)];
    }

    private static IEnumerable<Series> ByInterval(FunctionCall call)
    {
        var unit = call.Words("intervalUnit");
        var interval = Math.Abs(AtTime.Interval(unit));
        if (interval == 0)
        {
            throw new GraphiteException($"Invalid interval: {unit}");
        }

        return call.Map(one =>
        {
            var values = new double[one.Values.Length];
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                var since = one.Start + (i * one.Step) - call.Context.From;
                if (Math.Floor((double)since / interval) != Math.Floor((double)(since - one.Step) / interval))
                {
                    sum = 0;
                }

                sum += double.IsNaN(one.Values[i]) ? 0 : one.Values[i];
                values[i] = sum;
            }

            return one.As($"integralByInterval({one.Name},'{unit}')", values).With("integralByInterval", unit);
        });
    }

    // By no step at all graphite-web gives nothing, for Python's [:-0] is empty.
    private static IEnumerable<Series> Delay(FunctionCall call)
    {
        var steps = call.Whole("steps");
        return call.Map(one =>
        {
            var moved = (int)Math.Min(Math.Abs(steps), one.Values.Length);
            var nothing = Rows.Nothing(moved);
            double[] values = steps switch
            {
                0 => [],
                < 0 => [.. one.Values[moved..], .. nothing],
                _ => [.. nothing, .. one.Values[..^moved]],
            };
            return one.As($"delay({one.Name},{PyText.Str(steps)})", values).With("delay", steps);
        });
    }
}
