using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Tests.Store;

public sealed class StoreMaintenanceTests : IDisposable
{
    private const long Day = 86_400_000;
    private const long Start = 1_700_000_000_000;

    private readonly StoreFixture _fixture = new();

    public void Dispose()
    {
        Assert.Empty(_fixture.Store.CheckIntegrity());
        _fixture.Dispose();
    }

    [Fact]
    public void Retention_removes_what_is_older_and_only_of_the_project()
    {
        for (var day = 0; day < 10; day++)
        {
            _fixture.Write(StoreFixture.PageView(1, Start + (day * Day), $"/day-{day}"), StoreFixture.PageView(1, Start + (day * Day), "/other", project: 2));
        }

        var generation = _fixture.Store.Generations.Get(1, 0);
        Assert.Equal(6, _fixture.Store.Maintenance.DeleteBefore(1, Start + (6 * Day)));
        Assert.Equal(0, _fixture.Store.Maintenance.DeleteBefore(1, Start + (6 * Day)));
        Assert.Equal(["1|4", "2|10"], _fixture.Rows("SELECT project, count(*) FROM events GROUP BY 1 ORDER BY 1"));
        Assert.Equal(["1|4", "2|10"], _fixture.Rows("SELECT project, count(*) FROM sessions GROUP BY 1 ORDER BY 1"));
        Assert.Equal(["/day-6", "/day-7", "/day-8", "/day-9"], _fixture.Rows("SELECT text FROM strings WHERE text LIKE '/day%' ORDER BY 1"));
        Assert.NotEqual(generation, _fixture.Store.Generations.Get(1, 0));

        // A removed text comes again under an id of its own.
        _fixture.Write(StoreFixture.PageView(1, Start + (20 * Day), "/day-0"));
        Assert.Equal(1, _fixture.Number("SELECT count(*) FROM strings WHERE text = '/day-0'"));
    }

    [Fact]
    public void Erasing_a_visitor_leaves_no_trace_of_it()
    {
        _fixture.Write(StoreFixture.PageView(5, Start, "/secret"), StoreFixture.PageView(6, Start, "/public"), StoreFixture.PageView(5, Start, "/public", project: 2));
        _fixture.Write(StoreFixture.PageView(5, Start + (40 * 60_000), "/secret"));
        _fixture.Write(StoreFixture.PageView(5, Start + (20 * 60_000), "/secret"));
        Assert.Equal(3, _fixture.Store.Maintenance.EraseVisitor(1, 5).Events);
        Assert.Equal(["1|6", "2|5"], _fixture.Rows("SELECT project, visitor FROM sessions ORDER BY 1"));
        Assert.Equal(2, _fixture.Number("SELECT count(*) FROM events"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM session_moves"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM strings WHERE text = '/secret'"));
        _fixture.Write(StoreFixture.PageView(5, Start, "/secret"));
        Assert.Equal(1, _fixture.Number("SELECT count(*) FROM sessions WHERE visitor = 5 AND project = 1 AND page_views = 1"));
    }

    [Fact]
    public void Erasing_a_person_takes_in_all_its_visitors()
    {
        static Event Seen(ulong visitor, ulong person, ulong also) => new()
        {
            Project = 1,
            ReceivedBy = ReceivedBy.EventApi,
            TimeMs = Start,
            Kind = EventKind.PageView,
            Name = "pageview",
            Visitor = visitor,
            Person = person,
            AlsoVisitor = also,
            Visit = new VisitContext(),
        };
        _fixture.Write(Seen(100, 0, 0), Seen(9, 9, 100), Seen(200, 0, 0));
        Assert.Equal(2, _fixture.Store.Maintenance.ErasePerson(1, 9).Events);
        Assert.Equal(["200"], _fixture.Rows("SELECT visitor FROM sessions"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM identities"));
        _fixture.Write(Seen(9, 9, 100));
        Assert.Equal(["1|100|9"], _fixture.Rows("SELECT * FROM identities"));
    }

    [Fact]
    public void A_removed_project_is_gone_from_every_table()
    {
        var batch = _fixture.Batch(StoreFixture.PageView(5, Start), StoreFixture.PageView(5, Start, project: 2));
        batch.Events.Add(StoreWriterTests.Keyed(1));
        batch.Events.Add(StoreWriterTests.Keyed(2, isRetry: true));
        batch.Drops.Add(new Drop(1, Start, ReceivedBy.EventApi, DropReason.Bot, 1, "x"));
        batch.Received.Add(new ReceivedCount(1, Start, ReceivedBy.EventApi, 3));
        batch.Imports.Add((1, new ImportProgress([1], 1, 1, [1], "a")));
        _fixture.Writer.Write(batch);
        Assert.Equal(3, _fixture.Store.Maintenance.RemoveProject(1));
        foreach (var table in (string[])["events", "sessions", "identities", "dedup_keys", "retry_keys", "received", "drops", "drop_samples", "imports", "strings"])
        {
            Assert.Equal(0, _fixture.Number($"SELECT count(*) FROM {table} WHERE project = 1"));
        }

        Assert.Equal(1, _fixture.Number("SELECT count(*) FROM events"));
    }

    [Fact]
    public void A_checkpoint_empties_the_log_and_readers_go_on_seeing_their_moment()
    {
        _fixture.Write(StoreFixture.PageView(1, Start));
        Assert.True(_fixture.Store.Sizes().LogBytes > 0);
        using (var snapshot = _fixture.Store.OpenSnapshot(1, 0, long.MaxValue))
        {
            _fixture.Write(StoreFixture.PageView(1, Start + 60_000));
            _fixture.Store.Maintenance.Checkpoint();
            Assert.Equal(1, snapshot.Connection.ScalarLong("SELECT count(*) FROM events"));
            Assert.Equal(1, snapshot.Connection.ScalarLong("SELECT page_views FROM sessions"));
        }

        Assert.True(_fixture.Store.Maintenance.Checkpoint());
        Assert.Equal(0, _fixture.Store.Sizes().LogBytes);
        Assert.Equal(2, _fixture.Number("SELECT page_views FROM sessions"));
    }

    [Fact]
    public void Counts_and_samples_are_read_back()
    {
        var batch = _fixture.Batch(StoreFixture.PageView(5, Start));
        batch.Drops.Add(new Drop(1, 1_700_000_000_000, ReceivedBy.EventApi, DropReason.Bot, 3, "agent"));
        batch.Received.Add(new ReceivedCount(1, 1_700_000_000_000, ReceivedBy.EventApi, 3));
        _fixture.Writer.Write(batch);
        var day = new DateOnly(2023, 11, 14);
        Assert.Equal(new ReceivedDay(day, ReceivedBy.EventApi, 4, 1), Assert.Single(_fixture.Store.Received(1, day, day)));
        var drop = Assert.Single(_fixture.Store.Drops(1, day, day));
        Assert.Equal((DropReason.Bot, 3L, new DropSample(1_700_000_000_000, "agent")), (drop.Reason, drop.Count, Assert.Single(drop.Samples)));
        Assert.Empty(_fixture.Store.Drops(1, day.AddDays(1), day.AddDays(2)));
        Assert.Equal(Start, _fixture.Store.NewestEventMs(1));
        Assert.Null(_fixture.Store.NewestEventMs(2));
        Assert.Equal((1L, 1L), (_fixture.Store.Sizes().Events, _fixture.Store.Sizes().Sessions));
    }
}
