using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Tests.Store.Months;

public sealed class SettlingTests : IDisposable
{
    private const long Day = 86_400_000;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 10, 3, 23, 59, 59, TimeSpan.Zero));
    private readonly StoreFixture _fixture;

    public SettlingTests() => _fixture = new StoreFixture(new EventStoreOptions { Threads = 2, SliceEvents = 7 }, _clock);

    public void Dispose()
    {
        Assert.Empty(_fixture.Store.CheckIntegrity());
        _fixture.Dispose();
    }

    [Fact]
    public void A_month_is_settled_when_late_events_of_its_visits_are_over()
    {
        _fixture.Write(StoreFixture.PageView(1, At(2026, 9, 30)), StoreFixture.PageView(2, At(2026, 10, 1)));
        Assert.Empty(_fixture.Settle());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["2026-09"], _fixture.Settle());
        Assert.Empty(_fixture.Settle());
        Assert.Equal(1, _fixture.Number("SELECT count(*) FROM main.events"));
        Assert.Equal(2, _fixture.Number("SELECT count(*) FROM {events}"));
        Assert.Equal((2L, 1L, 1), (_fixture.Store.Sizes().Events, _fixture.Store.Sizes().SettledEvents, _fixture.Store.Sizes().SettledMonths));
        Assert.True(File.Exists(StoreFile("events-2026-09.g1.duckdb")));
        Assert.False(File.Exists(StoreFile("events-2026-09.g1.duckdb.wal")));
    }

    [Fact]
    public void A_settled_month_holds_the_rows_that_were_there_in_the_order_of_project_and_time()
    {
        var random = new Random(3);
        _clock.Advance(TimeSpan.FromDays(1));
        for (var i = 0; i < 5; i++)
        {
            _fixture.Write(Enumerable.Range(0, 20).Select(n => Rich(random, (uint)random.Next(1, 6), At(2026, 8, 1) + random.NextInt64(0, 50 * Day))));
        }

        const string all = "SELECT * FROM {events} ORDER BY ALL";
        var before = _fixture.Rows(all);
        Assert.Equal(["2026-08", "2026-09"], _fixture.Settle().Order());
        Assert.Equal(before, _fixture.Rows(all));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM main.events"));
        Assert.Equal(_fixture.Rows("SELECT project, time_ms FROM e202608_g1.events ORDER BY ALL"), _fixture.Rows("SELECT project, time_ms FROM e202608_g1.events ORDER BY rowid"));
        _fixture.Reopen();
        Assert.Equal(before, _fixture.Rows(all));
    }

    [Fact]
    public void A_snapshot_names_the_tables_of_its_range_and_keeps_files_that_no_longer_count()
    {
        _fixture.Write(StoreFixture.PageView(1, At(2026, 7, 5)), StoreFixture.PageView(1, At(2026, 8, 5)));
        using var old = _fixture.Store.OpenSnapshot(1, 0, long.MaxValue);
        _fixture.Settle();
        _fixture.Write(StoreFixture.PageView(2, At(2026, 8, 6)));
        using (var snapshot = _fixture.Store.OpenSnapshot(1, At(2026, 8, 1), At(2026, 8, 2)))
        {
            Assert.Equal(["main.events", "e202608_g1.events"], snapshot.EventTables);
            _clock.Advance(TimeSpan.FromDays(2));
            Assert.Equal(["2026-08"], _fixture.Settle());
            _fixture.Store.Maintenance.Checkpoint();
            Assert.Equal(3 - 1, snapshot.Connection.ScalarLong($"SELECT count(*) FROM {snapshot.Events}"));
            Assert.True(File.Exists(StoreFile("events-2026-08.g1.duckdb")));
        }

        Assert.Equal(["main.events"], old.EventTables);
        Assert.Equal(2, old.Connection.ScalarLong("SELECT count(*) FROM main.events"));
        _fixture.Store.Maintenance.Checkpoint();
        Assert.False(File.Exists(StoreFile("events-2026-08.g1.duckdb")));
        using var now = _fixture.Store.OpenSnapshot(1, 0, long.MaxValue);
        Assert.Equal(["main.events", "e202607_g1.events", "e202608_g2.events"], now.EventTables);
        Assert.Equal(3, now.Connection.ScalarLong($"SELECT count(*) FROM {now.Events}"));
    }

    [Fact]
    public void Late_events_are_settled_when_enough_have_come_or_a_day_has_passed()
    {
        using var fixture = new StoreFixture(new EventStoreOptions { Threads = 2, SettleLateEvents = 10 }, _clock);
        fixture.Write(Enumerable.Range(0, 100).Select(n => StoreFixture.PageView((ulong)n, At(2026, 8, 1) + n)));
        Assert.Equal(["2026-08"], fixture.Settle());
        fixture.Write(Enumerable.Range(0, 24).Select(n => StoreFixture.PageView((ulong)n, At(2026, 8, 2) + n)));
        Assert.Empty(fixture.Settle());
        fixture.Write(StoreFixture.PageView(24, At(2026, 8, 2)));
        Assert.Equal(["2026-08"], fixture.Settle());
        Assert.Equal(0, fixture.Number("SELECT count(*) FROM main.events"));
        fixture.Write(StoreFixture.PageView(25, At(2026, 8, 2)));
        _clock.Advance(TimeSpan.FromHours(23));
        Assert.Empty(fixture.Settle());
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["2026-08"], fixture.Settle());
        Assert.Equal(126, fixture.Number("SELECT count(*) FROM {events}"));
        Assert.Empty(fixture.Store.CheckIntegrity());
    }

    [Fact]
    public void What_is_written_while_a_month_is_settled_is_neither_lost_nor_twice()
    {
        _fixture.Write(Enumerable.Range(0, 30).Select(n => StoreFixture.PageView((ulong)n % 5, At(2026, 8, 1) + (n % 5 * Day) + (n * 300_000))));
        var during = 0;
        _fixture.Store.RewriteStep = step =>
        {
            if (step == "slice")
            {
                during++;
                _fixture.Write(
                    StoreFixture.PageView((ulong)during % 5, At(2026, 8, 1) + (during % 5 * Day) + (during * 61_000)),
                    new Event
                    {
                        Project = 1,
                        ReceivedBy = ReceivedBy.EventApi,
                        Kind = EventKind.PageView,
                        Name = "pageview",
                        Path = "/cut",
                        Visitor = (ulong)during % 5,
                        TimeMs = At(2026, 8, 1) + (during % 5 * Day) + (during * 500_000),
                        NewVisit = true,
                        Visit = new VisitContext { Source = "Google" },
                    });
                _fixture.Store.Maintenance.Checkpoint();
            }
        };
        Assert.Equal(["2026-08"], _fixture.Settle());
        Assert.True(during > 2);
        Assert.True(_fixture.Number("SELECT count(*) FROM session_cuts") > 0);
        Assert.Equal(30 + (2 * during), _fixture.Number("SELECT count(*) FROM {events}"));
        const string visits = """
            SELECT s.id, s.page_views, count(*) FROM sessions s JOIN (SELECT coalesce(m.new_id, e.session) AS session FROM {events} e LEFT JOIN session_moves m ON m.old_id = e.session) e
            ON e.session = s.id GROUP BY ALL
            """;
        Assert.Empty(_fixture.Rows($"SELECT * FROM ({visits}) v(id, page_views, events) WHERE page_views <> events"));
        _fixture.Reopen();
        Assert.Empty(_fixture.Rows($"SELECT * FROM ({visits}) v(id, page_views, events) WHERE page_views <> events"));
    }

    [Fact]
    public void Settling_that_is_told_to_stop_changes_nothing()
    {
        _fixture.Write(Enumerable.Range(0, 30).Select(n => StoreFixture.PageView((ulong)n, At(2026, 8, 1) + (n * Day / 2))));
        var asked = 0;
        Assert.Null(_fixture.Store.Maintenance.Settle(() => ++asked < 2));
        Assert.Equal(30, _fixture.Number("SELECT count(*) FROM main.events"));
        Assert.Empty(Directory.GetFiles(StoreFile(""), "events-*"));
        Assert.Empty(_fixture.Store.Rewriting);
        Assert.Equal(["2026-08"], _fixture.Settle());
    }

    [Fact]
    public void Three_years_imported_in_any_order_end_in_a_file_for_each_month()
    {
        using var fixture = new StoreFixture(new EventStoreOptions { Threads = 2, SettleLateEvents = 200 }, _clock);
        var random = new Random(9);
        var events = Enumerable.Range(0, 6_000).Select(n => Rich(random, (uint)random.Next(1, 3), At(2023, 9, 1) + random.NextInt64(0, 1090 * Day))).ToList();
        var settled = 0;
        foreach (var batch in events.Chunk(400))
        {
            fixture.Write(batch);
            settled += fixture.Settle().Count;
        }

        _clock.Advance(TimeSpan.FromDays(1));
        settled += fixture.Settle().Count;
        Assert.Equal(0, fixture.Number("SELECT count(*) FROM main.events"));
        Assert.Equal(36, fixture.Store.Sizes().SettledMonths);
        Assert.Equal(6_000, fixture.Store.Sizes().Events);
        // Not every batch writes every month anew.
        Assert.InRange(settled, 36, 36 * 3);
        using var whole = new StoreFixture(clock: _clock);
        foreach (var batch in events.Chunk(400))
        {
            whole.Write(batch);
        }

        const string all = "SELECT * FROM {events} ORDER BY ALL";
        Assert.Equal(whole.Rows(all), fixture.Rows(all));
        Assert.Empty(fixture.Store.CheckIntegrity());
        Assert.Equal(whole.Store.NewestEventMs(1), fixture.Store.NewestEventMs(1));
    }

    private static long At(int year, int month, int day) => new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static Event Rich(Random random, uint project, long timeMs) => new()
    {
        Project = project,
        ReceivedBy = ReceivedBy.EventApi,
        TimeMs = timeMs,
        Kind = EventKind.PageView,
        Name = "pageview",
        Path = $"/{random.Next(9)}",
        Title = random.Next(2) == 0 ? "" : $"Title {random.Next(9)}",
        Props = random.Next(2) == 0 ? null : System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"n":{{random.Next(9)}}}""")),
        RevenueE4 = random.Next(3) == 0 ? random.Next(1000) : null,
        Currency = "EUR",
        Visitor = (ulong)random.Next(1, 9),
        Persistent = true,
        Tie = (uint)random.Next(),
        Visit = new VisitContext { Source = "Google" },
    };

    private string StoreFile(string name) => Path.Combine(_fixture.Directory, "store", name);
}
