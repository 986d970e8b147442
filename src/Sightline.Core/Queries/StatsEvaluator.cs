namespace Sightline.Core.Queries;

/// <summary>Turns the groups a source finds into the answer: metrics, empty buckets, order, page, comparison, totals.</summary>
public static class StatsEvaluator
{
    public static StatsAnswer Evaluate(ResolvedQuery resolved, IGroupSource source, CancellationToken cancellation)
    {
        var query = resolved.Query;
        MetricTable now = new(query, StatsPlan.Create(query, resolved.Project, resolved.Range, resolved.Buckets), source, cancellation);
        var then = resolved.CompareRange is { } range
            ? new MetricTable(query, StatsPlan.Create(query, resolved.Project, range, resolved.CompareBuckets), source, cancellation)
            : null;
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
