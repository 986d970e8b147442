using System.Collections.Concurrent;

namespace Sightline.Server.Features.Tour;

/// <summary>Tours that projects have: the demo gives its own one. What a browser has put away is in its cookie.</summary>
internal sealed class Tours
{
    public const string Cookie = "sightline_tour";
    public const string Closed = "closed";

    private readonly ConcurrentDictionary<uint, IReadOnlyList<TourCard>> _known = new();

    public void Set(uint project, IReadOnlyList<TourCard> cards) => _known[project] = cards;

    /// <summary><see langword="null"/>: the project has none.</summary>
    public TourModel? Of(uint project, HttpContext context)
    {
        if (!_known.TryGetValue(project, out var cards))
        {
            return null;
        }

        var back = Uri.EscapeDataString(context.Request.Path + context.Request.QueryString);
        return new TourModel(cards, context.Request.Cookies[Cookie] != Closed, $"/tour/open?back={back}", $"/tour/closed?back={back}");
    }
}
