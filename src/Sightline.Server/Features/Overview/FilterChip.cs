namespace Sightline.Server.Features.Overview;

/// <summary>Filters of one dimension and operator: their values are alternatives, and one chip on the page.</summary>
public sealed record FilterChip(OverviewFilter First, IReadOnlyList<string> Values)
{
    public string Key => First.ChipKey;

    public string Operator => First.Operator;

    public string Dimension => First.Dimension;

    public FilterScope Scope => First.Scope;

    public int Group => First.Group;

    public static IReadOnlyList<FilterChip> Of(IEnumerable<OverviewFilter> filters) =>
        [.. filters.GroupBy(f => f.ChipKey).Select(g => new FilterChip(g.First(), [.. g.Select(f => f.Value).OfType<string>()]))];

    /// <summary>What it asks, without its values: <c>Country is</c>.</summary>
    public string Words => (Scope switch { FilterScope.Did => "Visitor did: ", FilterScope.DidNot => "Visitor did not: ", _ => "" })
        + (First.IsSegment ? Operator == OverviewFilter.Segment ? "Segment" : "Not in segment" : $"{DimensionNames.Of(Dimension)} {FilterOperators.Name(Operator)}");

    /// <summary>Its values as people read them.</summary>
    /// <param name="segments">Names of the project's segments.</param>
    public string ValueText(IReadOnlyList<Segments.SegmentChoice> segments) => First.IsSegment
        ? segments.FirstOrDefault(s => s.Key == Dimension)?.Name ?? $"no. {Dimension}"
        : string.Join(" or ", Values.Select(v => DimensionNames.Value(Dimension, v)));
}
