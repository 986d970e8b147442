namespace Sightline.Core.Queries;

/// <summary>Turns the groups a source finds for one query into the answer: metrics, empty buckets, order, page, comparison, totals.</summary>
public sealed class StatsEvaluator
{
    private readonly ResolvedQuery resolved;
    private readonly StatsPlan now;
    private readonly StatsPlan? then;

    public StatsEvaluator(ResolvedQuery resolved)
    {
        this.resolved = resolved;
        now = StatsPlan.Create(resolved.Query, resolved.Project, resolved.Range, resolved.Buckets);
        then = resolved.CompareRange is { } range ? StatsPlan.Create(resolved.Query, resolved.Project, range, resolved.CompareBuckets) : null;
        Plans = [.. now.Groupings, .. then?.Groupings ?? []];
    }

    /// <summary>What a source is to find.</summary>
    public IReadOnlyList<GroupPlan> Plans { get; }

    /// <param name="tables">One for each of <see cref="Plans"/>.</param>
    public StatsAnswer Answer(IReadOnlyList<GroupTable> tables)
    {
        var ofNow = now.Groupings.Count;
        return Evaluate(
            resolved,
            new(resolved.Query, now, [.. tables.Take(ofNow)]),
            then is null ? null : new(resolved.Query, then, [.. tables.Skip(ofNow)]));
    }

    private static StatsAnswer Evaluate(ResolvedQuery resolved, MetricTable now, MetricTable? then)
    {
        var query = resolved.Query;
        var rows = now.Rows;
        rows.Sort(new RowOrder(query));
        List<AnswerRow> page = [];
        for (var i = query.Offset; i < rows.Count && page.Count < resolved.Limit; i++)
        {
            page.Add(Answer(rows[i], query, resolved, then));
        }
        return new()
        {
            Rows = page,
            Totals = !query.IncludeTotals ? null : new([], now.Total, then is null ? null : Compare(now.Total, then.Total, null)),
            TotalRows = rows.Count,
            OtherMoneyE4 = now.OtherMoneyE4,
        };
    }

    private static AnswerRow Answer(MetricRow row, StatsQuery query, ResolvedQuery resolved, MetricTable? then)
    {
        var dimensions = new string?[query.Dimensions.Count];
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = query.Dimensions[i].IsTime ? resolved.Buckets!.Labels[row.Bucket] : row.Values[i].Length == 0 ? null : row.Values[i];
        }
        if (then is null)
        {
            return new(dimensions, row.Metrics, null);
        }
        if (resolved.CompareBuckets is { } buckets && row.Bucket >= buckets.Count)
        {
            return new(dimensions, row.Metrics, null);
        }
        return new(dimensions, row.Metrics, Compare(row.Metrics, then.Find(row.Bucket, row.Values), resolved.CompareBuckets?.Labels[row.Bucket]));
    }

    private static ComparedMetrics Compare(MetricValue[] now, MetricValue[] then, string? label)
    {
        var change = new double?[now.Length];
        for (var i = 0; i < change.Length; i++)
        {
            change[i] = now[i].Comparable is { } a && then[i].Comparable is { } b && b != 0 ? (a - b) / Math.Abs(b) : null;
        }
        return new(then, change, label);
    }
}
