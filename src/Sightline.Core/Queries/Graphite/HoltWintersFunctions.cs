namespace Sightline.Core.Queries.Graphite;

/// <summary>What the values of days before let expect (Holt-Winters, with graphite-web's constants), and what is not as expected.</summary>
internal static class HoltWintersFunctions
{
    private const double Alpha = 0.1;
    private const double Beta = 0.0035;
    private const double Gamma = 0.1;

    public static void Register(FunctionSet set)
    {
        const string history = "bootstrapInterval:interval=7d{7d|30d} seasonality:interval=1d{1d|7d}";
        set.Add("holtWintersForecast", "seriesList! " + history, "What the days before let expect.", Forecast);
        set.Add("holtWintersConfidenceBands", "seriesList! delta:integer=3 " + history, "Below and above which values are unusual.", Bands);
        set.Add("holtWintersAberration", "seriesList! delta:integer=3 " + history, "How far values are outside the usual.", Aberration);
        set.Add("holtWintersConfidenceArea", "seriesList! delta:integer=3 " + history, "The room of usual values, to be drawn.", Area);
    }

    private static IEnumerable<Series> Forecast(FunctionCall call) => Analysed(call, static (call, one, expected, deviations, skip) =>
        [Marked(one).As($"holtWintersForecast({one.Name})", expected[skip..])]);

    private static IReadOnlyList<Series> Bands(FunctionCall call) => [.. Analysed(call, static (call, one, expected, deviations, skip) =>
    {
        var delta = call.Whole("delta", 3);
        var series = Marked(one).With("holtWintersConfidenceUpper", 1).With("holtWintersConfidenceLower", 1);
        Series Band(string name, long factor) => series with
        {
            Name = $"holtWintersConfidence{name}({one.Name})",
            Values = [.. expected[skip..].Zip(deviations[skip..], (value, deviation) => value + (factor * deviation))],
        };
        return [Band("Lower", -delta), Band("Upper", delta)];
    })];

    private static IEnumerable<Series> Aberration(FunctionCall call)
    {
        var bands = Bands(call).DistinctBy(static one => one.Name).ToDictionary(static one => one.Name, StringComparer.Ordinal);
        return call.Map(one =>
        {
            var (lower, upper) = (bands.GetValueOrDefault($"holtWintersConfidenceLower({one.Name})"), bands.GetValueOrDefault($"holtWintersConfidenceUpper({one.Name})"));
            var values = one.Values.Select((value, index) =>
            {
                var (low, high) = (At(lower, index), At(upper, index));
                return value > high ? value - high : value < low ? value - low : 0;
            });
            return Series.New($"holtWintersAberration({one.Name})", one.Start, one.End, one.Step, [.. values], one.XFilesFactor, one.With("holtWintersAberration", 1).Tags);
        });
    }

    private static IEnumerable<Series> Area(FunctionCall call)
    {
        var bands = Bands(call);
        return bands is [var lower, var upper]
            ? GraphFunctions.Between(lower, upper).Select(one => one.As($"holtWintersConfidenceArea({upper.PathExpression})") with { Tags = upper.With("holtWintersConfidenceArea", 1).Tags })
            : throw new GraphiteException("areaBetween series argument must reference *exactly* 2 series");
    }

    private static double At(Series? one, int index) => one is not null && index < one.Values.Length ? one.Values[index] : double.NaN;

    private static Series Marked(Series one) => one.With("holtWintersForecast", 1).With("holtWintersDeviation", 1);

    private delegate IReadOnlyList<Series> Result(FunctionCall call, Series series, double[] expected, double[] deviations, int skip);

    private static IEnumerable<Series> Analysed(FunctionCall call, Result result)
    {
        var preview = AtTime.Interval(call.Words("bootstrapInterval", "7d"));
        var season = AtTime.Interval(call.Words("seasonality", "1d"));
        if (preview < 0 || season < 0)
        {
            throw new GraphiteException("bootstrapInterval and seasonality must not be negative");
        }

        return call.Again(call.Context.Earlier(preview)).SelectMany(one =>
        {
            var (expected, deviations) = Analyse(one.Values, (int)Math.Min(season / one.Step, int.MaxValue / 2));
            var skip = (int)Math.Min(preview / one.Step, one.Values.Length);
            return result(call, one, expected, deviations, skip).Select(made => made with { Start = one.Start + preview, Consolidation = "average" });
        });
    }

    private static (double[] Expected, double[] Deviations) Analyse(double[] values, int season)
    {
        var (levels, slopes, seasonals) = (new double[values.Length], new double[values.Length], new double[values.Length]);
        var (expected, deviations) = (new double[values.Length], new double[values.Length]);
        var next = double.NaN;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (double.IsNaN(value))
            {
                levels[i] = double.NaN;
                expected[i] = next;
                next = double.NaN;
                continue;
            }

            var level = i == 0 || double.IsNaN(levels[i - 1]) ? value : levels[i - 1];
            var slope = i == 0 ? 0 : slopes[i - 1];
            expected[i] = i == 0 ? value : next;
            levels[i] = (Alpha * (value - Last(seasonals, i, i - season))) + ((1 - Alpha) * (level + slope));
            slopes[i] = (Beta * (levels[i] - level)) + ((1 - Beta) * slope);
            next = levels[i] + slopes[i] + Last(seasonals, i, i + 1 - season);
            var before = Last(seasonals, i, i - season);
            seasonals[i] = (Gamma * (value - levels[i])) + ((1 - Gamma) * before);
            deviations[i] = (Gamma * Math.Abs(value - (double.IsNaN(expected[i]) ? 0 : expected[i]))) + ((1 - Gamma) * Last(deviations, i, i - season));
        }

        return (expected, deviations);
    }

    private static double Last(double[] values, int now, int at) => at >= 0 && at < now ? values[at] : 0;
}
