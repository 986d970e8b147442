namespace Sightline.Server.Features.Tour;

/// <summary>A card of a tour: what a part of the overview shows.</summary>
/// <param name="Target">Selector of that part.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Text">One or two sentences.</param>
/// <param name="Links">Where to see it: names and addresses.</param>
public sealed record TourCard(string Target, string Title, string Text, IReadOnlyList<(string Name, string Href)> Links);
