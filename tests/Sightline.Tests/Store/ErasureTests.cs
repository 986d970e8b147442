using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Tests.Store;

public sealed class ErasureTests : IDisposable
{
    private const long August = 1_785_542_400_000; // 2026-08-01 UTC
    private const long Day = 86_400_000;
    private readonly StoreFixture _fixture = new(new EventStoreOptions { Threads = 2, SettleLateEvents = 1, SliceEvents = 10 },
        new FakeTimeProvider(new DateTimeOffset(2026, 10, 20, 0, 0, 0, TimeSpan.Zero)));

    public void Dispose()
    {
        Assert.Empty(_fixture.Store.CheckIntegrity());
        _fixture.Dispose();
    }

    [Fact]
    public void Says_what_was_removed()
    {
        var batch = _fixture.Batch([.. Views(5, 3), .. Views(6, 2), Of(9, 9, 5, August + Day), StoreFixture.PageView(5, August + (80 * Day), "/recent")]);
        batch.Drops.Add(new Drop(1, August, ReceivedBy.EventApi, DropReason.Bot, 1, "https://example.com/users/Anna%40Example.com"));
        batch.Drops.Add(new Drop(1, August, ReceivedBy.EventApi, DropReason.Bot, 1, "https://example.com/users/other"));
        _fixture.Writer.Write(batch);
        Assert.Equal(["2026-08"], _fixture.Settle());
        // Person 9 is browser 5: its page views and its own.
        Assert.Equal(new ErasedData(Events: 5, Visits: 5, Visitors: 2, Samples: 1, Texts: 5, Months: 1), _fixture.Store.Maintenance.ErasePerson(1, 9, "anna@example.com", "anna%40example.com"));
        Assert.Equal(["https://example.com/users/other"], _fixture.Rows("SELECT sample FROM drop_samples"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM identities"));
        Assert.Equal(["6"], _fixture.Rows("SELECT DISTINCT visitor FROM sessions"));
        Assert.Equal(2, _fixture.Number("SELECT count(*) FROM {events}"));
        Assert.Equal(new ErasedData(0, 0, 0, 0, 0, 0), _fixture.Store.Maintenance.ErasePerson(1, 9, "anna@example.com"));
    }

    [Fact]
    public async Task Waits_for_a_month_that_is_being_settled_and_erases_from_its_file()
    {
        _fixture.Write([.. Views(5, 15), .. Views(6, 15)]);
        Task<ErasedData>? erasing = null;
        _fixture.Store.RewriteStep = step => erasing ??= step == "slice" ? Task.Run(() => _fixture.Store.Maintenance.EraseVisitor(1, 5)) : null;
        Assert.Equal(["2026-08"], _fixture.Settle());
        _fixture.Store.RewriteStep = null;
        Assert.Equal((15L, 1), ((await erasing!).Events, (await erasing).Months));
        Assert.Equal(15, _fixture.Number("SELECT count(*) FROM {events}"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM sessions WHERE visitor = 5"));
    }

    [Theory]
    [InlineData("visits", 1)]
    [InlineData("visits", 9)]
    [InlineData("slice", 1)]
    [InlineData("attached", 1)]
    public async Task What_the_writer_does_meanwhile_is_erased_with_it(string step, int times)
    {
        // One visit in the settled month, which late events cut while the erasure writes the month's file.
        _fixture.Write([.. Enumerable.Range(0, 12).Select(n => StoreFixture.PageView(5, August + Day + (n * 60_000), $"/p{n}")), .. Views(6, 3)]);
        Assert.Equal(["2026-08"], _fixture.Settle());
        var cuts = 0;
        var writing = Task.CompletedTask;
        _fixture.Store.RewriteStep = at =>
        {
            if (at == step && cuts < times)
            {
                var time = August + Day + (++cuts * 60_000) + 30_000;
                writing = Task.Run(() => _fixture.Write(Of(5, 0, 0, time, newVisit: true), StoreFixture.PageView(7, August + Day, $"/meanwhile-{cuts}")));
                if (cuts <= 2)
                {
                    Assert.True(writing.Wait(TimeSpan.FromSeconds(30)));
                }
            }
        };
        // The third attempt holds the writer up: what it writes comes after.
        var erased = _fixture.Store.Maintenance.EraseVisitor(1, 5);
        Assert.Equal(12 + Math.Min(cuts, 2), erased.Events);
        await writing;
        Assert.Equal(times > 2 ? 3 : 1, cuts);
        _fixture.Store.RewriteStep = null;
        Assert.Equal(times > 2 ? 1 : 0, _fixture.Number("SELECT count(*) FROM sessions WHERE visitor = 5"));
        Assert.Equal(3 + cuts + (times > 2 ? 1 : 0), _fixture.Number("SELECT count(*) FROM {events}"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM session_cuts"));
    }

    [Fact]
    public void Everything_of_a_person_is_handed_out_as_one_moment_has_it()
    {
        _fixture.Write(new Event
        {
            Project = 1,
            ReceivedBy = ReceivedBy.EventApi,
            Kind = EventKind.Interaction,
            Name = "buy \"it\"",
            Host = "example.com",
            Path = "/cart",
            Props = Encoding.UTF8.GetBytes("""{"size":"L","n":2}"""),
            RevenueE4 = 19_9900,
            Currency = "EUR",
            Scroll = 255,
            Visitor = 9,
            Person = 9,
            AlsoVisitor = 5,
            TimeMs = August + (80 * Day),
            Visit = new VisitContext { Source = "Google", Country = "DE" },
        });
        _fixture.Write([.. Views(5, 2), .. Views(6, 2)]);
        Assert.Equal(["2026-08"], _fixture.Settle());
        using var into = new MemoryStream();
        into.Write("{"u8);
        Assert.Equal((3L, 3L), _fixture.Store.ExportPerson(1, 9, into, TestContext.Current.CancellationToken));
        into.Write("}"u8);
        using var json = JsonDocument.Parse(into.ToArray());
        var (visits, events) = (json.RootElement.GetProperty("visits"), json.RootElement.GetProperty("events"));
        Assert.Equal(["2026-08-01T00:00:00.000Z", "2026-08-01T01:00:00.000Z", "2026-10-20T00:00:00.000Z"], visits.EnumerateArray().Select(visit => visit.GetProperty("start").GetString()!));
        Assert.Equal(["/5-0", "/5-1", "/cart"], events.EnumerateArray().Select(e => e.GetProperty("path").GetString()!));
        Assert.Equal(visits.EnumerateArray().Select(visit => visit.GetProperty("id").GetInt64()), events.EnumerateArray().Select(e => e.GetProperty("visit").GetInt64()));
        Assert.Equal("Google", visits[2].GetProperty("source").GetString());
        var bought = events[2];
        Assert.Equal(("buy \"it\"", "L", 19.99, "EUR", "interaction"), (bought.GetProperty("name").GetString(), bought.GetProperty("props").GetProperty("size").GetString(),
            bought.GetProperty("revenue").GetDouble(), bought.GetProperty("currency").GetString(), bought.GetProperty("kind").GetString()));
        using var nothing = new MemoryStream();
        Assert.Equal((0L, 0L), _fixture.Store.ExportVisitor(1, 77, nothing, TestContext.Current.CancellationToken));
        Assert.Equal("\"visits\":[\n],\"events\":[\n]", Encoding.UTF8.GetString(nothing.ToArray()));
    }

    private static IEnumerable<Event> Views(ulong visitor, int count) =>
        Enumerable.Range(0, count).Select(n => StoreFixture.PageView(visitor, August + (n * 3_600_000), $"/{visitor}-{n}"));

    private static Event Of(ulong visitor, ulong person, ulong also, long timeMs, bool newVisit = false) => new()
    {
        Project = 1,
        ReceivedBy = ReceivedBy.EventApi,
        Kind = EventKind.PageView,
        Name = "pageview",
        Path = "/of",
        Visitor = visitor,
        Person = person,
        AlsoVisitor = also,
        TimeMs = timeMs,
        NewVisit = newVisit,
        Visit = new VisitContext(),
    };
}
