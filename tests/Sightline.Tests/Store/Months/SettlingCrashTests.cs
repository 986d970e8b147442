using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Tests.Store.Months;

/// <summary>A process that is killed, or a step that fails, anywhere in the writing of a month's file.</summary>
public sealed class SettlingCrashTests : IDisposable
{
    private const string All = "SELECT * FROM {events} ORDER BY ALL";
    private const long Start = 1_785_542_400_000; // 2026-08-01 UTC
    private const long Day = 86_400_000;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 10, 20, 0, 0, 0, TimeSpan.Zero));
    private readonly StoreFixture _fixture;

    public SettlingCrashTests()
    {
        _fixture = new StoreFixture(new EventStoreOptions { Threads = 2, SettleLateEvents = 1, SliceEvents = 10 }, _clock);
        _fixture.Write(Views(0, 40));
        _fixture.Settle();
        _fixture.Write(Views(40, 30));
        // A cut that the next file takes in.
        _fixture.Write(new Event
        {
            Project = 1,
            ReceivedBy = ReceivedBy.EventApi,
            Kind = EventKind.PageView,
            Name = "pageview",
            Path = "/cut",
            Visitor = 2,
            TimeMs = Start + 30_000,
            NewVisit = true,
            Visit = new VisitContext { Source = "Google" },
        });
    }

    public static TheoryData<string> Steps => ["slice", "checkpoint", "detached", "attached", "named", "committed"];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_kill_while_a_month_is_settled_loses_nothing_and_stores_nothing_twice(string step) => KilledAt(step, () => _fixture.Settle(), _fixture.Rows(All));

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_kill_while_a_visitor_is_erased_leaves_all_of_it_or_nothing(string step)
    {
        var whole = _fixture.Rows(All);
        KilledAt(step, () => _fixture.Store.Maintenance.EraseVisitor(1, 3), step == "committed" ? null : whole, erased: 3);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_that_fails_changes_nothing_and_the_next_try_does_it(string step)
    {
        var before = _fixture.Rows(All);
        _fixture.Store.RewriteStep = at =>
        {
            if (at == step)
            {
                throw new IOException("no space");
            }
        };
        Assert.Throws<IOException>(() => _fixture.Settle());
        _fixture.Store.RewriteStep = null;
        Assert.Equal(before, _fixture.Rows(All));
        Assert.Empty(_fixture.Store.Rewriting);
        _fixture.Write(Views(200, 5));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Single(_fixture.Settle());
        Assert.Equal(before.Count + 5, _fixture.Number("SELECT count(*) FROM {events}"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM main.events"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM session_cuts"));
        Assert.Single(Directory.GetFiles(Path.Combine(_fixture.Directory, "store"), "events-*"));
        Assert.Empty(_fixture.Store.CheckIntegrity());
    }

    private void KilledAt(string step, Action settle, List<string>? expected, ulong erased = 0)
    {
        StoreCopy? copy = null;
        _fixture.Store.RewriteStep = at =>
        {
            if (at == step && copy is null)
            {
                copy = new StoreCopy(_fixture.Directory);
            }
        };
        settle();
        Assert.NotNull(copy);
        using (copy)
        using (var store = copy.Open(_clock))
        using (var writer = store.CreateWriter())
        {
            Assert.Empty(store.CheckIntegrity());
            Assert.Equal(step == "committed" ? "events-2026-08.g2.duckdb" : "events-2026-08.g1.duckdb", Assert.Single(copy.MonthFiles));
            if (expected is not null)
            {
                Assert.Equal(expected, Rows(store));
            }
            else
            {
                using var snapshot = store.OpenSnapshot(1, 0, long.MaxValue);
                Assert.Equal(0, snapshot.Connection.ScalarLong($"SELECT count(*) FROM sessions WHERE visitor = {erased}"));
            }

            while (store.Maintenance.Settle(static () => true) is not null)
            {
            }

            Assert.Equal(_fixture.Writer.Position, writer.Position);
            Assert.Equal(store.Sizes().Events, store.Sizes().SettledEvents);
            Assert.Empty(store.CheckIntegrity());
        }
    }

    private static List<string> Rows(EventStore store) => StoreFixture.Rows(store, All);

    private static IEnumerable<Event> Views(int first, int count) =>
        Enumerable.Range(first, count).Select(n => StoreFixture.PageView((ulong)(n % 7), Start + (n % 3 * Day) + (n * 1000), $"/page-{n % 11}"));
}
