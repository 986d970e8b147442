namespace Sightline.Core.Queries.Explore;

/// <summary>What a question comes to.</summary>
/// <param name="Graphs">In the order of their titles.</param>
/// <param name="Metrics">Metrics that match.</param>
/// <param name="Lines">Lines they make, before the limit.</param>
public sealed record ExplorePlan(IReadOnlyList<ExploreGraph> Graphs, int Metrics, int Lines);
