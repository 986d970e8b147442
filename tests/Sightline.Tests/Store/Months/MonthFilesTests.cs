using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Store;
using Sightline.Store.DuckDb;

namespace Sightline.Tests.Store.Months;

public sealed class MonthFilesTests : IDisposable
{
    private const long August = 1_785_542_400_000;
    private const long Day = 86_400_000;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 10, 20, 0, 0, 0, TimeSpan.Zero));
    private readonly StoreFixture _fixture;

    public MonthFilesTests()
    {
        _fixture = new StoreFixture(clock: _clock);
        for (var day = 0; day < 60; day += 5)
        {
            _fixture.Write(
                StoreFixture.PageView(1, August + (day * Day), $"/one-{day}"),
                StoreFixture.PageView(2, August + (day * Day) + 1, $"/two-{day}"),
                StoreFixture.PageView(1, August + (day * Day), "/other", project: 2));
        }

        Assert.Equal(2, _fixture.Settle().Count);
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_missing_file_of_a_month_is_a_clear_refusal()
    {
        using var copy = new StoreCopy(_fixture.Directory);
        File.Delete(Path.Combine(copy.Directory, "events-2026-08.g1.duckdb"));
        var refusal = Assert.Throws<StoreFormatException>(() => copy.Open(_clock));
        Assert.Contains("events-2026-08.g1.duckdb is missing", refusal.Message, StringComparison.Ordinal);
        // Nothing is deleted by a start that refuses.
        Assert.Equal(["events-2026-09.g1.duckdb"], copy.MonthFiles);
    }

    [Fact]
    public void A_file_with_other_rows_is_a_clear_refusal()
    {
        using var copy = new StoreCopy(_fixture.Directory);
        File.Copy(Path.Combine(copy.Directory, "events-2026-09.g1.duckdb"), Path.Combine(copy.Directory, "events-2026-08.g1.duckdb"), overwrite: true);
        using (var database = DuckDbDatabase.Open(Path.Combine(copy.Directory, "events-2026-08.g1.duckdb"), new DuckDbOptions()))
        using (var connection = database.Connect())
        {
            connection.Execute("DELETE FROM events WHERE project = 2");
        }

        Assert.Contains("events-2026-08.g1.duckdb holds", Assert.Throws<StoreFormatException>(() => copy.Open(_clock)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_a_clear_refusal()
    {
        using var copy = new StoreCopy(_fixture.Directory);
        File.WriteAllText(Path.Combine(copy.Directory, "events-2026-08.g1.duckdb"), "not a database");
        Assert.Contains("events-2026-08.g1.duckdb cannot be opened", Assert.Throws<StoreFormatException>(() => copy.Open(_clock)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Months_without_the_main_file_are_not_taken_for_a_new_store()
    {
        using var copy = new StoreCopy(_fixture.Directory);
        File.Delete(Path.Combine(copy.Directory, "main.duckdb"));
        Assert.Contains("no main.duckdb", Assert.Throws<StoreFormatException>(() => copy.Open(_clock)).Message, StringComparison.Ordinal);
        Assert.Equal(2, copy.MonthFiles.Length);
    }

    [Fact]
    public void Files_that_the_store_does_not_name_are_deleted_at_start()
    {
        using var copy = new StoreCopy(_fixture.Directory);
        File.WriteAllText(Path.Combine(copy.Directory, "events-2026-08.g2.duckdb"), "half written");
        File.WriteAllText(Path.Combine(copy.Directory, "events-2026-08.g2.duckdb.wal"), "half written");
        using var store = copy.Open(_clock);
        Assert.Equal(["events-2026-08.g1.duckdb", "events-2026-09.g1.duckdb"], copy.MonthFiles);
    }

    [Fact]
    public void Retention_deletes_whole_files_and_writes_the_one_of_the_border_anew()
    {
        var border = August + (40 * Day);
        _fixture.Write(StoreFixture.PageView(3, August, "/late"));
        var estimate = _fixture.Store.FreedBefore(1, border);
        Assert.Equal((17L, 17L), (estimate.Events, estimate.Visits));
        Assert.True(estimate.ApproximateBytes > 0);
        var removed = _fixture.Store.Maintenance.Retain(new Dictionary<uint, long> { [1] = border, [2] = border });
        Assert.Equal((17L, 8L), (removed[1], removed[2]));
        Assert.Equal(["1|8", "2|4"], _fixture.Rows("SELECT project, count(*) FROM {events} GROUP BY 1 ORDER BY 1"));
        Assert.Equal(border, _fixture.Number("SELECT min(time_ms) FROM {events}"));
        Assert.Equal(["events-2026-09.g2.duckdb"], Files());
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM strings WHERE text IN ('/one-0', '/two-35', '/late')"));
        Assert.Equal(2, _fixture.Number("SELECT count(*) FROM strings WHERE text IN ('/one-40', '/two-55')"));
        Assert.Equal(0, _fixture.Store.Maintenance.DeleteBefore(1, border));
        Assert.Equal(["events-2026-09.g2.duckdb"], Files());
        Assert.Empty(_fixture.Store.CheckIntegrity());

        // A removed month can come back.
        _fixture.Write(StoreFixture.PageView(3, August, "/again"));
        _fixture.Reopen();
        Assert.Equal(["2026-08"], _fixture.Settle());
        Assert.Equal(13, _fixture.Number("SELECT count(*) FROM {events}"));
    }

    [Fact]
    public void Erasing_a_visitor_reaches_settled_months()
    {
        _fixture.Write(StoreFixture.PageView(2, August + 60_000, "/two-late"));
        Assert.Equal(13, _fixture.Store.Maintenance.EraseVisitor(1, 2).Events);
        Assert.Equal(["1|12", "2|12"], _fixture.Rows("SELECT project, count(*) FROM {events} GROUP BY 1 ORDER BY 1"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM strings WHERE text LIKE '/two%'"));
        Assert.Equal(12, _fixture.Number("SELECT count(*) FROM strings WHERE text LIKE '/one%'"));
        Assert.Equal(["events-2026-08.g2.duckdb", "events-2026-09.g2.duckdb"], Files());
        _fixture.Reopen();
        Assert.Equal(24, _fixture.Number("SELECT count(*) FROM {events}"));
        Assert.Empty(_fixture.Store.CheckIntegrity());
    }

    [Fact]
    public void Erasing_a_visitor_without_events_in_a_month_leaves_its_file()
    {
        _fixture.Write(StoreFixture.PageView(9, August + (35 * Day), "/nine"));
        Assert.Equal(1, _fixture.Store.Maintenance.EraseVisitor(1, 9).Events);
        Assert.Equal(["events-2026-08.g1.duckdb", "events-2026-09.g1.duckdb"], Files());
    }

    [Fact]
    public void A_visit_cut_after_its_events_were_settled_is_erased_whole()
    {
        var at = August + (5 * Day);
        _fixture.Write(StoreFixture.PageView(7, at), StoreFixture.PageView(7, at + 60_000, "/second"), StoreFixture.PageView(7, at + 120_000, "/third"));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["2026-08"], _fixture.Settle());
        _fixture.Write(new Event
        {
            Project = 1,
            ReceivedBy = ReceivedBy.EventApi,
            Kind = EventKind.PageView,
            Name = "pageview",
            Path = "/cut",
            Visitor = 7,
            TimeMs = at + 60_000,
            NewVisit = true,
            Visit = new VisitContext { Source = "Google" },
        });
        Assert.Equal(1, _fixture.Number("SELECT count(*) FROM session_cuts"));
        Assert.Equal(["1|0", "3|1"], _fixture.Rows("SELECT page_views, forced::INTEGER FROM sessions WHERE visitor = 7 ORDER BY ALL"));
        Assert.Equal(4, _fixture.Store.Maintenance.EraseVisitor(1, 7).Events);
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM session_cuts"));
        Assert.Equal(36, _fixture.Number("SELECT count(*) FROM {events}"));
        Assert.Empty(_fixture.Store.CheckIntegrity());
    }

    [Fact]
    public void A_removed_project_is_gone_from_settled_months()
    {
        _fixture.Write(StoreFixture.PageView(3, August, "/late"));
        Assert.Equal(25, _fixture.Store.Maintenance.RemoveProject(1));
        Assert.Equal(["2|12"], _fixture.Rows("SELECT project, count(*) FROM {events} GROUP BY 1"));
        Assert.Equal(12, _fixture.Store.Maintenance.RemoveProject(2));
        Assert.Empty(Files());
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM settled_months"));
        Assert.Empty(_fixture.Store.CheckIntegrity());
    }

    [Fact]
    public void Storage_is_told_by_month_and_by_project()
    {
        _fixture.Write(StoreFixture.PageView(3, August, "/late"), StoreFixture.PageView(3, August + (70 * Day), "/new"));
        _fixture.Store.Maintenance.Checkpoint();
        var report = _fixture.Store.Storage();
        Assert.Equal(["2026-08 22 21", "2026-09 15 15", "2026-10 1 0"], report.Months.Select(month => $"{month.Month} {month.Events} {month.SettledEvents}"));
        Assert.Equal([(1u, 26L, 26L), (2u, 12L, 12L)], report.Projects.Select(project => (project.Project, project.Events, project.Visits)));
        Assert.Equal(report.Months.Sum(month => month.FileBytes) + report.Sizes.MainBytes, report.Sizes.FileBytes);
        Assert.InRange(report.Projects.Sum(project => project.ApproximateBytes), report.Sizes.FileBytes - 10, report.Sizes.FileBytes);
        Assert.True(report.Projects[0].ApproximateBytes > report.Projects[1].ApproximateBytes);
        var files = _fixture.Store.Files();
        Assert.Equal((report.Sizes.MainBytes, 2), (files.MainBytes, files.Months));
        Assert.Equal(report.Sizes.FileBytes, files.MainBytes + files.MonthBytes);
    }

    private string[] Files()
    {
        _fixture.Store.Maintenance.Checkpoint();
        using var copy = new StoreCopy(_fixture.Directory);
        return copy.MonthFiles;
    }
}
