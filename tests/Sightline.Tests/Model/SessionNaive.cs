using Sightline.Core.Model;

namespace Sightline.Tests.Model;

/// <summary>The definition of a visit, written out over all events of one visitor at once: what the incremental builder must equal.</summary>
internal static class SessionNaive
{
    internal sealed record Visit(long Start, long End, bool Forced, bool Returning, uint PageViews, uint Interactions, uint Passives,
        ulong EngagedMs, uint EntryPage, uint ExitPage, string Source, string Events);

    public static List<Visit> Visits(IEnumerable<SessionTestEvent> events)
    {
        var sorted = events.OrderBy(e => e.TimeMs).ThenBy(e => e.Begins ? 0 : 1).ThenBy(e => e.Tie).ThenBy(e => e.Number).ToList();
        var groups = new List<List<SessionTestEvent>>();
        SessionTestEvent? previous = null;
        foreach (var e in sorted)
        {
            var silence = previous is null || e.TimeMs - previous.TimeMs >= 30 * 60 * 1000;
            var asked = e.Begins && !(previous is { Begins: true } && previous.TimeMs == e.TimeMs);
            if (silence || asked)
            {
                groups.Add([]);
            }

            groups[^1].Add(e);
            previous = e;
        }

        var visits = new List<Visit>();
        var seen = false;
        foreach (var group in groups)
        {
            var counted = group.Where(e => e.Kind != EventKind.Engagement).ToList();
            var pages = group.Where(e => e.Kind == EventKind.PageView).OrderBy(e => e.TimeMs).ThenBy(e => e.PageTie).ToList();
            visits.Add(new Visit(group[0].TimeMs, group[^1].TimeMs, group[0].Begins, seen, Count(EventKind.PageView), Count(EventKind.Interaction), Count(EventKind.Passive),
                (ulong)group.Sum(e => e.EngagedMs), pages.FirstOrDefault()?.Page ?? 0, pages.LastOrDefault()?.Page ?? 0, counted.FirstOrDefault()?.Source ?? "",
                string.Join(',', group.Select(e => e.Number).Order())));
            seen |= counted.Count > 0;
            uint Count(EventKind kind) => (uint)group.Count(e => e.Kind == kind);
        }

        return visits;
    }
}

internal sealed record SessionTestEvent(int Number, long TimeMs, uint Tie, EventKind Kind, bool NewVisit, uint Page, uint EngagedMs)
{
    public bool Begins => NewVisit && Kind != EventKind.Engagement;

    /// <summary>Ids and their hashes sort the same way here; only the builder's tests give it another order.</summary>
    public uint PageTie { get; init; } = Page;

    public string Source => $"source-{Number}";
}
