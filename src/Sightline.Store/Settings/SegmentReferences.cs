using Sightline.Core.Queries;

namespace Sightline.Store.Settings;

/// <summary>Which segments filters name, and that none leads back to itself.</summary>
internal static class SegmentReferences
{
    /// <summary>Segments a filter names itself.</summary>
    public static IEnumerable<SegmentFilter> Of(Filter filter) => filter switch
    {
        AndFilter and => and.Parts.SelectMany(Of),
        OrFilter or => or.Parts.SelectMany(Of),
        NotFilter not => Of(not.Part),
        HasDoneFilter done => Of(done.What),
        SegmentFilter segment => [segment],
        _ => [],
    };

    /// <param name="id">The segment that is to get the filter; 0: a new one.</param>
    /// <param name="filter">Its filter.</param>
    /// <param name="known">The project's segments as they are.</param>
    /// <exception cref="InvalidQueryException">It names one that does not exist, leads back to itself, or is too deep; with the place in the filter.</exception>
    public static void Check(long id, Filter filter, IReadOnlyList<Segment> known)
    {
        var filters = known.ToDictionary(segment => segment.Id, segment => segment.Filter);
        foreach (var used in Of(filter))
        {
            if (!filters.ContainsKey(used.Id))
            {
                throw new InvalidQueryException($"there is no segment {used.Id}", used.At);
            }

            if (LeadsTo(id, used.Id, filters))
            {
                throw new InvalidQueryException("a segment cannot contain itself", used.At);
            }
        }

        filters[id] = filter;
        var depth = filters.Keys.ToDictionary(key => key, _ => -1);
        foreach (var key in filters.Keys)
        {
            if (Depth(key, filters, depth) > QueryLimits.SegmentDepth)
            {
                throw new InvalidQueryException($"segments within segments go at most {QueryLimits.SegmentDepth} deep", Of(filter).First().At);
            }
        }
    }

    private static bool LeadsTo(long target, long from, Dictionary<long, Filter> filters)
    {
        HashSet<long> seen = [];
        Stack<long> left = new([from]);
        while (left.TryPop(out var at))
        {
            if (at == target)
            {
                return true;
            }

            if (seen.Add(at) && filters.TryGetValue(at, out var filter))
            {
                foreach (var next in Of(filter))
                {
                    left.Push(next.Id);
                }
            }
        }

        return false;
    }

    /// <summary>How many segments are within each other, this one counted. There are no circles.</summary>
    private static int Depth(long id, Dictionary<long, Filter> filters, Dictionary<long, int> known)
    {
        if (known[id] < 0)
        {
            known[id] = 1 + Of(filters[id]).Select(used => Depth(used.Id, filters, known)).DefaultIfEmpty(0).Max();
        }

        return known[id];
    }
}
