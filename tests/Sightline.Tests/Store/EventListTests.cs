using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Tests.Store;

public sealed class EventListTests : IDisposable
{
    private const long Old = 1_785_542_400_000; // 2026-08-01 UTC
    private static readonly DateTimeOffset s_now = new(2026, 10, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly StoreFixture _fixture = new(new EventStoreOptions { Threads = 2, SettleLateEvents = 1 }, new FakeTimeProvider(s_now));

    private static long Now => s_now.ToUnixTimeMilliseconds();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Events_keep_their_keys_when_others_are_settled_erased_or_too_old_and_over_a_restart()
    {
        // Enough old ones that whole blocks of rows go, and the rest is numbered anew.
        _fixture.Write(Enumerable.Range(0, 130_000).Select(n => StoreFixture.PageView(1, Old + (n * 10L), "/old")));
        _fixture.Write(Enumerable.Range(0, 5).Select(n => StoreFixture.PageView((ulong)n, Now - 50_000 + (n * 1000), $"/{n}")));
        _fixture.Write(StoreFixture.PageView(9, Now - 49_500, "/gone"));
        var before = List();
        Assert.Equal(["/0", "/gone", "/1", "/2", "/3", "/4"], before.Select(e => e.Path));
        Assert.Equal(["2026-08"], _fixture.Settle());
        Assert.True(_fixture.Store.Maintenance.Checkpoint());
        Assert.Equal(before, List());
        _fixture.Reopen();
        Assert.Equal(before, List());
        _fixture.Store.Maintenance.EraseVisitor(1, 9);
        _fixture.Store.Maintenance.DeleteBefore(1, Old + 86_400_000);
        _fixture.Store.Maintenance.Checkpoint();
        _fixture.Reopen();
        var known = before.Select(e => e.Key).ToHashSet();
        Assert.Equal(["/0", "/1", "/2", "/3", "/4"], List().Where(e => known.Contains(e.Key)).Select(e => e.Path));
        _fixture.Write(StoreFixture.PageView(7, Now - 47_500, "/late"), StoreFixture.PageView(7, Now, "/new"));
        Assert.Equal(["/late", "/new"], List().Where(e => !known.Contains(e.Key)).Select(e => e.Path));
    }

    [Fact]
    public void Events_that_are_all_the_same_have_keys_of_their_own_and_keep_them_when_a_visit_is_cut()
    {
        _fixture.Write(StoreFixture.PageView(1, Now - 9000, "/a"), StoreFixture.PageView(2, Now - 9000, "/a"), StoreFixture.PageView(1, Now - 8000, "/b"));
        var before = List();
        Assert.Equal(3, before.Select(e => e.Key).Distinct().Count());
        _fixture.Write(new Event
        {
            Project = 1,
            ReceivedBy = ReceivedBy.EventApi,
            Kind = EventKind.Interaction,
            Name = "play",
            Visitor = 1,
            TimeMs = Now - 8500,
            NewVisit = true,
            Visit = new VisitContext { Source = "Bing" },
        });
        Assert.Equal(4, List().Count);
        Assert.Superset(before.Select(e => e.Key).ToHashSet(), List().Select(e => e.Key).ToHashSet());
        Assert.Equal(["/a", "/b"], _fixture.Store.Latest(1, 0, 3).Where(e => e.Kind == EventKind.PageView).Select(e => e.Path));
        Assert.Subset(List().Select(e => e.Key).ToHashSet(), _fixture.Store.Latest(1, 0, 3).Select(e => e.Key).ToHashSet());
    }

    private IReadOnlyList<StoredEvent> List() => _fixture.Store.Latest(1, Now - (30 * 60_000), 50);
}
