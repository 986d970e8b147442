namespace Sightline.Core.Queries.Explore;

/// <summary>One line of a graph.</summary>
/// <param name="Expression">What Graphite computes for it.</param>
/// <param name="Metrics">Names that go into it.</param>
/// <param name="Tags">What tells it from the graph's other lines.</param>
public sealed record ExploreTarget(string Expression, IReadOnlyList<string> Metrics, IReadOnlyDictionary<string, string> Tags);
