using Sightline.Core.Queries;
using Sightline.Server.Query;

namespace Sightline.Tests.Queries.Differential;

/// <summary>Holds the answers of one query against the model, which is asked once for each range.</summary>
internal sealed class AnswerCheck(QueryResult result, NaiveModel model, string place, HashSet<string> seen)
{
    private readonly StatsQuery query = result.Resolved.Query;
    private readonly Dictionary<TimeRange, (Dictionary<string, double?[]> Rows, double?[] Total)> expectations = [];

    public void Check()
    {
        var (expected, total) = Expected(result.Resolved.Range, Buckets(result.Resolved.Range));
        Dictionary<string, AnswerRow> rows = [];
        foreach (var row in result.Answer.Rows)
        {
            Require(rows.TryAdd(Key(row.Dimensions), row), place, $"the row {Key(row.Dimensions)} comes twice");
        }
        Require(rows.Keys.ToHashSet().SetEquals(expected.Keys), place,
            $"rows differ: only in the answer [{string.Join(" ; ", rows.Keys.Except(expected.Keys))}], only in the model [{string.Join(" ; ", expected.Keys.Except(rows.Keys))}]");
        Require(result.Answer.TotalRows == rows.Count, place, "total_rows");
        foreach (var (key, row) in rows)
        {
            Same(row.Metrics, expected[key], key);
        }
        Require(query.IncludeTotals == result.Answer.Totals is not null, place, "totals");
        if (result.Answer.Totals is { } totals)
        {
            Same(totals.Metrics, total, "totals");
        }
        Order();
        Compare();
        Note();
    }

    public static void Require(bool holds, string place, string message)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"{message}\n{place}");
        }
    }

    private void Compare()
    {
        if (result.Resolved.CompareRange is not { } range)
        {
            Require(result.Answer.Rows.All(row => row.Compare is null), place, "a comparison nobody asked for");
            return;
        }
        var buckets = Buckets(range);
        var (expected, total) = Expected(range, buckets);
        var time = query.Dimensions.ToList().FindIndex(d => d.IsTime);
        var labels = time < 0 ? [] : Buckets(result.Resolved.Range)!.Labels.ToList();
        foreach (var row in result.Answer.Rows)
        {
            var dimensions = (string?[])row.Dimensions.Clone();
            if (time >= 0)
            {
                var index = labels.IndexOf(dimensions[time]!);
                if (index >= buckets!.Labels.Count)
                {
                    Require(row.Compare is null, place, "compared with a bucket that does not exist");
                    continue;
                }
                dimensions[time] = buckets.Labels[index];
                Require(row.Compare!.Label == dimensions[time], place, "the compared bucket's label");
            }
            // A row that is not in the comparison has nothing there; its rates are then of nothing, which the model cannot be asked about.
            if (expected.TryGetValue(Key(dimensions), out var then))
            {
                Same(row.Compare!.Metrics, then, Key(dimensions) + " then");
                for (var i = 0; i < then.Length; i++)
                {
                    var change = row.Metrics[i].Comparable is { } a && then[i] is { } b && Math.Abs(b) > 1e-12 ? (a - b) / Math.Abs(b) : (double?)null;
                    Require(Near(change, row.Compare.Change[i]), place, $"change of {query.Metrics[i]}");
                }
            }
            else
            {
                Require(query.Metrics.Select((m, i) => m.Kind is not (MetricKind.Visitors or MetricKind.Events or MetricKind.Revenue)
                    || row.Compare!.Metrics[i].Comparable == 0).All(zero => zero), place, "nothing is not nought");
            }
        }
        if (result.Answer.Totals is { } totals)
        {
            Same(totals.Compare!.Metrics, total, "totals then");
        }
    }

    private void Order()
    {
        if (query.Order.Count == 0 || !query.Order[0].IsMetric)
        {
            return;
        }
        var term = query.Order[0];
        double? last = null;
        var ended = false;
        foreach (var row in result.Answer.Rows)
        {
            var value = row.Metrics[term.Index].Comparable;
            Require(!ended || value is null, place, "a value after none");
            Require(value is null || last is null || (term.Descending ? value <= last : value >= last), place, "order");
            ended |= value is null;
            last = value ?? last;
        }
    }

    private void Note()
    {
        foreach (var row in result.Answer.Rows)
        {
            for (var i = 0; i < query.Metrics.Count; i++)
            {
                if (row.Metrics[i].Comparable is not (null or 0))
                {
                    seen.Add(query.Metrics[i].Name);
                }
            }
            for (var i = 0; i < query.Dimensions.Count; i++)
            {
                if (row.Dimensions[i] is not null)
                {
                    seen.Add(query.Dimensions[i].Name);
                }
            }
        }
        if (query.Filter is { } filter && result.Answer.Rows.Count > 0)
        {
            Note(filter, negative: false);
        }
    }

    private void Note(Filter filter, bool negative)
    {
        switch (filter)
        {
            case AndFilter and:
                seen.Add("and");
                and.Parts.ToList().ForEach(part => Note(part, negative: false));
                break;
            case OrFilter or:
                seen.Add("or");
                or.Parts.ToList().ForEach(part => Note(part, negative: false));
                break;
            case NotFilter not:
                Note(not.Part, negative: true);
                break;
            case HasDoneFilter done:
                seen.Add(negative ? "has_not_done" : "has_done");
                Note(done.What, negative: false);
                break;
            case LeafFilter leaf:
                seen.Add((negative ? "not " : "") + leaf.Operator);
                seen.Add("filter " + leaf.Dimension.Name);
                break;
        }
    }

    private void Same(MetricValue[] found, double?[] expected, string row)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Require(Near(found[i].Comparable, expected[i]), place, $"{query.Metrics[i]} of [{row}]: {found[i].Comparable?.ToString("R") ?? "null"}, by the model {expected[i]?.ToString("R") ?? "null"}");
        }
    }

    private (Dictionary<string, double?[]> Rows, double?[] Total) Expected(TimeRange range, NaiveBuckets? buckets)
    {
        if (!expectations.TryGetValue(range, out var expected))
        {
            expectations[range] = expected = model.Answer(result.Resolved, range, buckets);
        }
        return expected;
    }

    private NaiveBuckets? Buckets(TimeRange range)
    {
        var time = query.Dimensions.FirstOrDefault(d => d.IsTime, new(DimensionKind.Goal));
        return time.IsTime ? new(time.Kind, result.Resolved.Calendar.Zone, range, result.Resolved.Project.WeekStart) : null;
    }

    private static string Key(string?[] dimensions) => string.Join('\u001f', dimensions.Select(d => d ?? ""));

    private static bool Near(double? a, double? b) => a is null || b is null ? a is null && b is null : Math.Abs(a.Value - b.Value) <= 1e-9 * Math.Max(1, Math.Abs(b.Value));
}
