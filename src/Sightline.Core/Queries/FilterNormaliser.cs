namespace Sightline.Core.Queries;

/// <summary>
/// Brings filters that mean the same to the same form: segments put in their place, nested lists of one kind joined, double negation gone, parts
/// and values in a fixed order without repeats. The result is what is planned, shown and used as a key.
/// </summary>
public static class FilterNormaliser
{
    /// <param name="filter">As parsed.</param>
    /// <param name="segment">Finds a segment's filter; <see langword="null"/>: it does not exist.</param>
    /// <exception cref="InvalidQueryException">A segment does not exist, or segments contain each other.</exception>
    public static Filter Normalise(Filter filter, Func<long, Filter?> segment) => Node(filter, segment, depth: 0);

    private static Filter Node(Filter filter, Func<long, Filter?> segment, int depth)
    {
        switch (filter)
        {
            case AndFilter and:
                var all = Parts(and.Parts, segment, depth, part => (part as AndFilter)?.Parts);
                return all.Count == 1 ? all[0] : new AndFilter(all);
            case OrFilter or:
                var any = Parts(or.Parts, segment, depth, part => (part as OrFilter)?.Parts);
                return any.Count == 1 ? any[0] : new OrFilter(any);
            case NotFilter not:
                var inner = Node(not.Part, segment, depth);
                return inner is NotFilter twice ? twice.Part : new NotFilter(inner);
            case HasDoneFilter done:
                return new HasDoneFilter(Node(done.What, segment, depth));
            case SegmentFilter named:
                if (depth >= QueryLimits.SegmentDepth)
                {
                    throw new InvalidQueryException("segments contain each other too deeply", named.At);
                }
                var found = segment(named.Id) ?? throw new InvalidQueryException(
                    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"there is no segment {named.Id}"), named.At);
                return Node(found, segment, depth + 1);
            case LeafFilter leaf:
                return leaf with { Values = [.. leaf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
            default:
                throw new ArgumentOutOfRangeException(nameof(filter));
        }
    }

    private static List<Filter> Parts(IReadOnlyList<Filter> parts, Func<long, Filter?> segment, int depth, Func<Filter, IReadOnlyList<Filter>?> same)
    {
        SortedDictionary<string, Filter> sorted = new(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            var node = Node(part, segment, depth);
            foreach (var piece in same(node) ?? [node])
            {
                sorted.TryAdd(FilterWriter.Text(piece), piece);
            }
        }
        return [.. sorted.Values];
    }
}
