namespace Sightline.Server.Features.Tour;

/// <summary>The tour of a project as a page shows it.</summary>
/// <param name="Cards">In order.</param>
/// <param name="IsOpen">Nobody has put it away in this browser.</param>
/// <param name="OpenUrl">Shows it again and comes back.</param>
/// <param name="CloseUrl">Puts it away and comes back.</param>
public sealed record TourModel(IReadOnlyList<TourCard> Cards, bool IsOpen, string OpenUrl, string CloseUrl);
