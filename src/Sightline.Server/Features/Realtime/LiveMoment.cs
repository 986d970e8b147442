using Sightline.Server.Show;
using Sightline.Store;

namespace Sightline.Server.Features.Realtime;

/// <summary>What is going on in a project.</summary>
/// <param name="Version">Grows with every look.</param>
/// <param name="Visitors">Of the last five minutes.</param>
/// <param name="Views">Page views of the same.</param>
/// <param name="Minutes">Visitors by minute, the last thirty.</param>
/// <param name="Pages">Of the last thirty minutes, by visitors.</param>
/// <param name="Sources">The same.</param>
/// <param name="Places">The same.</param>
/// <param name="Events">The latest, oldest first.</param>
public sealed record LiveMoment(
    long Version, long Visitors, long Views, IReadOnlyList<MomentMinute> Minutes, IReadOnlyList<BarRow> Pages, IReadOnlyList<BarRow> Sources, IReadOnlyList<BarRow> Places,
    IReadOnlyList<MomentEvent> Events);

/// <summary>A minute of the last thirty.</summary>
public sealed record MomentMinute(string Label, long Visitors);

/// <summary>An event as the stream shows it.</summary>
/// <param name="Key">Tells it from the others, for good.</param>
/// <param name="Time"><c>14:05:09</c> in the project's zone.</param>
/// <param name="Text">The page seen, or what was done where.</param>
/// <param name="From">Place, source and browser.</param>
/// <param name="Href">The overview of the page or event alone.</param>
public sealed record MomentEvent(ulong Key, string Time, string Text, string From, string Href)
{
    /// <summary>The key as pages carry it.</summary>
    public string Id => Key.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
