namespace Sightline.Core.Queries.Graphite;

/// <summary><c>asPercent</c>: of a number, of one series, of others by name, of the sum of all, or of the sums of groups.</summary>
internal static class PercentFunctions
{
    public static void Register(FunctionSet set) =>
        set.Add("asPercent/pct", "seriesList! total:any nodes:nodeOrTag*", "Each series as a share of a total: a number, a series, series of the same groups, or without one the sum of all.", AsPercent);

    private static IReadOnlyList<Series> AsPercent(FunctionCall call)
    {
        var series = call.List();
        if (series.Count == 0)
        {
            return [];
        }

        var nodes = call.Nodes("nodes");
        var total = call.Value("total");
        if (nodes.Count > 0)
        {
            return new Grouped(call, series, total, nodes).Compute();
        }

        var factor = call.Evaluator.XFilesFactor(call.Context);
        switch (total)
        {
            case null:
                var rows = Rows.Of(series);
                return Of(series, rows, rows.Map(static row => Aggregates.Apply("sum", row, 0)), $"sumSeries({SeriesNames.Paths(series)})", factor);
            case IReadOnlyList<Series> totals when totals.Count == series.Count:
                return [.. series.OrderBy(static one => one.Name, StringComparer.Ordinal).Zip(totals.OrderBy(static one => one.Name, StringComparer.Ordinal)).Select(pair => Share(pair.First, pair.Second, factor))];
            case IReadOnlyList<Series> { Count: 1 } one:
                var all = Rows.Of([.. series, one[0]]);
                return Of(series, all, all.Of(series.Count), one[0].Name, factor);
            case IReadOnlyList<Series>:
                throw new GraphiteException(
                    "asPercent second argument must be missing, a single digit, reference exactly 1 series or reference the same number of series as the first argument");
            case long or double:
                var values = new double[series[0].Values.Length];
                Array.Fill(values, Convert.ToDouble(total, System.Globalization.CultureInfo.InvariantCulture));
                return Of(series, Rows.Of(series), values, PyText.Str(total), factor);
            default:
                throw new GraphiteException($"Invalid \"total\" value: {PyText.Quoted(total)}");
        }
    }

    // As graphite-web has it, the step stays that of the series though its values were put together.
    private static IReadOnlyList<Series> Of(IReadOnlyList<Series> series, Rows rows, double[] totals, string text, double factor) =>
        [.. series.Select((one, index) => Series.New($"asPercent({one.Name},{text})", one.Start, one.End, one.Step, Rows.Zip(rows.Of(index), totals, Percent), factor))];

    private static Series Share(Series one, Series total, double factor)
    {
        var rows = Rows.Of([one, total]);
        return rows.Series($"asPercent({one.Name},{total.Name})", rows.Map(static row => Percent(row[0], row[1])), factor);
    }

    private static double Percent(double value, double total) => total == 0 ? double.NaN : value / total * 100;

    private sealed class Grouped(FunctionCall call, IReadOnlyList<Series> series, object? total, List<object> nodes)
    {
        private readonly double _factor = call.Evaluator.XFilesFactor(call.Context);

        public IReadOnlyList<Series> Compute()
        {
            var groups = Groups(series);
            var totals = Groups(total switch
            {
                null => series,
                IReadOnlyList<Series> given => given,
                _ => throw new GraphiteException("total must be None or a seriesList"),
            }).ToDictionary(static group => group.Key, group => Sum([.. group]), StringComparer.Ordinal);
            var known = groups.Select(static group => group.Key).ToHashSet(StringComparer.Ordinal);
            return [
                .. groups.SelectMany(group => group.Select(one => totals.TryGetValue(group.Key, out var whole)
                    ? Share(one, whole, _factor)
                    : Missing($"asPercent({one.Name},MISSING)", one))),
                .. totals.Where(pair => !known.Contains(pair.Key)).Select(pair => Missing($"asPercent(MISSING,{pair.Value.Name})", pair.Value))];
        }

        private List<IGrouping<string, Series>> Groups(IEnumerable<Series> of) => [.. CombineFunctions.Groups(of, one => SeriesNames.Key(one, nodes))];

        private Series Sum(IReadOnlyList<Series> group)
        {
            if (group.Count == 1)
            {
                return group[0];
            }

            var rows = Rows.Of(group);
            return rows.Series($"sumSeries({SeriesNames.Paths(group)})", rows.Map(static row => Aggregates.Apply("sum", row, 0)), _factor);
        }

        private Series Missing(string name, Series like) => Series.New(name, like.Start, like.End, like.Step, Rows.Nothing(like.Values.Length), _factor);
    }
}
