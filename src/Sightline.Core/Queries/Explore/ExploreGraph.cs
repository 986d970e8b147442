namespace Sightline.Core.Queries.Explore;

/// <summary>A graph the Explorer has put together.</summary>
/// <param name="Tags">What all of its lines have in common.</param>
/// <param name="Conditions">Patterns that, added to the question, leave this graph alone.</param>
/// <param name="Unit">Of its values, after conversion.</param>
/// <param name="Targets">Its lines.</param>
public sealed record ExploreGraph(IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Conditions, string Unit, IReadOnlyList<ExploreTarget> Targets);
