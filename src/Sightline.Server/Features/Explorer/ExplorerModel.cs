using Sightline.Core.Model;
using Sightline.Core.Queries.Explore;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Explorer;

/// <summary>The page of a question.</summary>
/// <param name="Project">Whose metrics.</param>
/// <param name="Question">As asked; empty: nothing yet.</param>
/// <param name="Fault">Why it cannot be answered.</param>
/// <param name="Query">It, read.</param>
/// <param name="Plan">What it comes to.</param>
/// <param name="Graphs">Those that are shown.</param>
/// <param name="Tags">Tags there are, and how many metrics have them; for those who have asked nothing yet.</param>
/// <param name="Metrics">Metrics the project has.</param>
public sealed record ExplorerModel(
    Project Project, string Question, string? Fault, ExploreQuery? Query, ExplorePlan? Plan, IReadOnlyList<ExplorerGraph> Graphs, IReadOnlyList<ExplorerTag> Tags, int Metrics)
{
    /// <summary>Metrics whose tags are known by now.</summary>
    public int Read { get; init; }
}

/// <summary>A graph on the page.</summary>
/// <param name="Title">What its lines have in common.</param>
/// <param name="Href">The question that leaves it alone.</param>
/// <param name="Model">Its lines; <see langword="null"/>: a list was asked for.</param>
/// <param name="Graph">As planned.</param>
public sealed record ExplorerGraph(string Title, string Href, SeriesGraphModel? Model, ExploreGraph Graph);

/// <summary>A tag that metrics have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Metrics">Metrics with it.</param>
/// <param name="Values">The first of its values.</param>
public sealed record ExplorerTag(string Name, int Metrics, IReadOnlyList<string> Values);
