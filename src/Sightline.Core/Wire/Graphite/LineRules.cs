using System.Collections.Concurrent;
using System.Text;

namespace Sightline.Core.Wire.Graphite;

/// <summary>Carbon's rewrite and aggregation rules of a project together: what becomes of a name. For any number of threads.</summary>
/// <param name="rewrites">Before and behind the aggregation.</param>
/// <param name="aggregations">In their order.</param>
public sealed class LineRules(RewriteRules rewrites, AggregationRules aggregations)
{
    /// <summary>Names whose way is remembered; those of others are found anew each time.</summary>
    private const int MostRemembered = 200_000;

    private readonly ConcurrentDictionary<byte[], LineRoute> _known = new(StatsD.Utf8Keys.Comparer);
    private int _count;

    /// <summary>There is no rule.</summary>
    public bool IsEmpty => rewrites.Count + aggregations.Count == 0;

    public RewriteRules Rewrites => rewrites;

    public AggregationRules Aggregations => aggregations;

    public static LineRules Parse(string rewrites, string aggregations) => new(RewriteRules.Parse(rewrites), AggregationRules.Parse(aggregations));

    /// <param name="name">Canonical.</param>
    public LineRoute Of(ReadOnlySpan<byte> name)
    {
        if (_known.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var known))
        {
            return known;
        }

        var route = Find(name);
        if (Volatile.Read(ref _count) < MostRemembered && _known.TryAdd(name.ToArray(), route))
        {
            Interlocked.Increment(ref _count);
        }

        return route;
    }

    private LineRoute Find(ReadOnlySpan<byte> utf8)
    {
        var name = rewrites.Before(Encoding.UTF8.GetString(utf8));
        List<(AggregationRule, string)>? into = null;
        foreach (var rule in aggregations.All)
        {
            if (rule.OutputOf(name) is { } output)
            {
                (into ??= []).Add((rule, output));
            }
        }

        // A series that is its own aggregate is not passed on beside it.
        if (into is not null && into.Exists(pair => pair.Item2 == name))
        {
            return new LineRoute(null, GraphiteFault.None, into);
        }

        var fault = SeriesName.Check(Encoding.UTF8.GetBytes(rewrites.After(name)), out var canonical);
        return new LineRoute(fault == GraphiteFault.None ? canonical.ToArray() : null, fault, into ?? []);
    }
}
