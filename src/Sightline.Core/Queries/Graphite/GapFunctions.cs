namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions about values that are not there.</summary>
internal static class GapFunctions
{
    public static void Register(FunctionSet set)
    {
        set.Add("keepLastValue", "seriesList! limit:intOrInf=inf", "Gaps of at most so many values get the value before them.", static call => call.Number("limit", double.PositiveInfinity) is var limit
            ? call.Map(one => one.As($"keepLastValue({one.Name})", KeepLast(one.Values, limit))) : []);
        set.Add("interpolate", "seriesList! limit:intOrInf=inf", "Gaps of at most so many values get a straight line from the value before to the one after.",
            static call => call.Number("limit", double.PositiveInfinity) is var limit ? call.Map(one => one.As($"interpolate({one.Name})", Interpolated(one.Values, limit))) : []);
        set.Add("transformNull", "seriesList! default:float=0 referenceSeries", "A number where there is no value; with reference series, only where one of them has a value.", TransformNull);
    }

    private static IEnumerable<Series> TransformNull(FunctionCall call)
    {
        var otherwise = call.Number("default", 0);
        var tag = call.Value("default") ?? 0L;
        var reference = call.List("referenceSeries");
        if (reference.Count == 0)
        {
            return call.Map(one => one.As($"transformNull({one.Name},{PyText.General(otherwise)})", [.. one.Values.Select(value => double.IsNaN(value) ? otherwise : value)]).With("transformNull", tag));
        }

        var defaults = new double[reference.Max(static one => one.Values.Length)];
        for (var i = 0; i < defaults.Length; i++)
        {
            defaults[i] = reference.Any(one => i < one.Values.Length && !double.IsNaN(one.Values[i])) ? otherwise : double.NaN;
        }

        return call.Map(one => one.As($"transformNull({one.Name},{PyText.General(otherwise)},referenceSeries)", [.. one.Values.Select((value, index) => double.IsNaN(value) && index < defaults.Length ? defaults[index] : value)])
            .With("transformNull", tag).With("referenceSeries", 1));
    }

    private static double[] KeepLast(double[] values, double limit)
    {
        var result = (double[])values.Clone();
        var gap = 0;
        for (var i = 0; i <= result.Length; i++)
        {
            if (i < result.Length && double.IsNaN(values[i]))
            {
                gap++;
                continue;
            }

            // A gap that is not too long, with a value before it.
            if (gap > 0 && gap <= limit && i - gap > 0)
            {
                Array.Fill(result, values[i - gap - 1], i - gap, gap);
            }

            gap = 0;
        }

        return result;
    }

    private static double[] Interpolated(double[] values, double limit)
    {
        var result = (double[])values.Clone();
        var last = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
            {
                continue;
            }

            var gap = i - last - 1;
            for (var j = last + 1; last >= 0 && gap <= limit && j < i; j++)
            {
                result[j] = values[last] + ((j - last) * (values[i] - values[last]) / (gap + 1));
            }

            last = i;
        }

        return result;
    }
}
