namespace Sightline.Core.Queries;

/// <summary>The order of rows: as asked, ties by dimensions ascending, so that pages never overlap. Values that do not exist come last.</summary>
internal sealed class RowOrder(StatsQuery query) : IComparer<MetricRow>
{
    private readonly OrderTerm[] terms = [.. Terms(query)];

    public int Compare(MetricRow? x, MetricRow? y)
    {
        foreach (var term in terms)
        {
            var order = term.IsMetric
                ? Metric(x!.Metrics[term.Index].Comparable, y!.Metrics[term.Index].Comparable, term.Descending)
                : Dimension(x!, y!, term);
            if (order != 0)
            {
                return order;
            }
        }
        return 0;
    }

    private int Dimension(MetricRow x, MetricRow y, OrderTerm term)
    {
        var (a, b) = (x.Values[term.Index], y.Values[term.Index]);
        var order = query.Dimensions[term.Index].IsTime ? x.Bucket.CompareTo(y.Bucket)
            : a.Length == 0 || b.Length == 0 ? (a.Length == 0).CompareTo(b.Length == 0) * (term.Descending ? -1 : 1)
            : string.CompareOrdinal(a, b);
        return term.Descending ? -order : order;
    }

    private static int Metric(double? a, double? b, bool descending) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        _ => descending ? b.Value.CompareTo(a.Value) : a.Value.CompareTo(b.Value),
    };

    private static List<OrderTerm> Terms(StatsQuery query)
    {
        List<OrderTerm> terms = [.. query.Order];
        if (terms.Count == 0)
        {
            var time = query.Dimensions.ToList().FindIndex(d => d.IsTime);
            if (time >= 0)
            {
                terms.Add(new(IsMetric: false, time, Descending: false));
            }
            terms.Add(new(IsMetric: true, 0, Descending: true));
        }
        for (var i = 0; i < query.Dimensions.Count; i++)
        {
            terms.Add(new(IsMetric: false, i, Descending: false));
        }
        return terms;
    }
}
