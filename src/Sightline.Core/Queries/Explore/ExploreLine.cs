namespace Sightline.Core.Queries.Explore;

/// <summary>A line while a plan is made.</summary>
/// <param name="Expression">What Graphite computes, so far.</param>
/// <param name="Metrics">Names in it.</param>
/// <param name="Tags">Tags without those the graph has in its title.</param>
/// <param name="All">All tags of its first metric.</param>
internal sealed record ExploreLine(string Expression, IReadOnlyList<string> Metrics, IReadOnlyDictionary<string, string> Tags, IReadOnlyDictionary<string, string> All);
