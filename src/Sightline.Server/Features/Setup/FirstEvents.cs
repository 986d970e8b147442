using Sightline.Core.Model;
using Sightline.Server.Features.Dropped;
using Sightline.Server.Receive;
using Sightline.Store;

namespace Sightline.Server.Features.Setup;

/// <summary>Reads what has come.</summary>
internal sealed class FirstEvents(EventStore store, IngestCounters counters, TimeProvider time)
{
    private const int LookBackDays = 30;

    public Arrivals Of(Project project)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var since = today.AddDays(-LookBackDays);
        var stored = store.Received(project.Id, since, today.AddDays(1)).Where(day => BringsEvents(day.ReceivedBy)).Sum(day => day.Stored);
        var dropped = store.Drops(project.Id, since, today.AddDays(1))
            .GroupBy(day => day.Reason)
            .Select(group => new DroppedLine(
                group.Sum(day => day.Count), Why(group.Key, project), group.SelectMany(day => day.Samples).MaxBy(sample => sample.TimeMs)?.Text ?? ""))
            .OrderByDescending(line => line.Count)
            .ToList();
        return new Arrivals(stored, dropped, Enum.GetValues<ReceivedBy>().Sum(by => counters.RejectedBy(by, RejectReason.UnknownKey)));
    }

    // Points of metrics say nothing of the snippet.
    private static bool BringsEvents(ReceivedBy by) => by is ReceivedBy.EventApi or ReceivedBy.Matomo or ReceivedBy.AccessLog;

    private static string Why(DropReason reason, Project project) => reason switch
    {
        DropReason.Host => $"from a page whose host is not among the project's domains ({string.Join(", ", project.Domains)})",
        DropReason.Bot => "from a browser that calls itself a bot, a monitor or headless: such visits are not counted",
        DropReason.Prefetch => "fetched ahead by a browser, for a visit that may never come",
        DropReason.Excluded => "from an address or a page that the project's settings exclude",
        DropReason.ReferrerSpam => "with a referrer known for spam",
        DropReason.Duplicate => "sent twice",
        DropReason.NotWanted => "from a visitor who asked not to be recorded",
        DropReason.BadUrl => "with a page address that cannot be read",
        DropReason.BadTime => "with a time that cannot be",
        _ => Lower(DropWords.Of(reason).Title),
    };

    private static string Lower(string title) => char.ToLowerInvariant(title[0]) + title[1..];
}
