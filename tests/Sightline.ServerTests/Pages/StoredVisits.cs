using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.ServerTests.Pages;

/// <summary>A store with known visits, as a server leaves it.</summary>
internal static class StoredVisits
{
    /// <summary>Project 1: visitor 1 sees / and /a from Google in DE; visitor 2 sees /a directly, from an unknown place. An hour before <paramref name="now"/>.</summary>
    public static void Write(string data, DateTimeOffset now)
    {
        using var store = EventStore.Open(data, new EventStoreOptions(), TimeProvider.System);
        using var writer = new StoreWriter(store);
        var at = now.AddHours(-1).ToUnixTimeMilliseconds();
        var batch = new StoreBatch { UpTo = new LogPosition(100) };
        batch.Events.AddRange(
        [
            View(1, at, "/", new VisitContext { Source = "Google", Country = "DE", Device = "Desktop" }),
            View(1, at + 10_000, "/a", new VisitContext { Source = "Google", Country = "DE", Device = "Desktop" }),
            View(2, at + 20_000, "/a", new VisitContext()),
        ]);
        writer.Write(batch);
    }

    private static Event View(ulong visitor, long timeMs, string path, VisitContext visit) => new()
    {
        Project = 1,
        ReceivedBy = ReceivedBy.EventApi,
        TimeMs = timeMs,
        Kind = EventKind.PageView,
        Name = "pageview",
        Host = "shop.example.com",
        Path = path,
        Visitor = visitor,
        Visit = visit,
    };
}
