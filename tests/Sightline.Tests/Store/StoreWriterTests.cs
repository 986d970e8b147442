using System.Text;
using Sightline.Core.Model;
using Sightline.Store;
using Sightline.Store.DuckDb;

namespace Sightline.Tests.Store;

public sealed class StoreWriterTests : IDisposable
{
    private const long Minute = 60_000;
    private const long Start = 1_700_000_000_000;

    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void An_event_is_stored_with_its_texts_and_its_visit()
    {
        var e = new Event
        {
            Project = 7,
            ReceivedBy = ReceivedBy.Matomo,
            ReceivedMs = Start + 86_400_000,
            TimeMs = Start,
            Kind = EventKind.PageView,
            Name = "pageview",
            Host = "example.com",
            Path = "/ä",
            Title = "Hello",
            Props = """{"plan":"pro"}"""u8.ToArray(),
            RevenueE4 = -12345,
            Currency = "EUR",
            EngagedMs = 5,
            Scroll = 80,
            Visitor = ulong.MaxValue,
            Person = 9,
            AlsoVisitor = 10,
            Persistent = true,
            Tie = 3,
            Visit = new VisitContext { Source = "Google", Screen = "1x2", Country = "DE", Os = "Linux" },
        };
        var batch = _fixture.Batch(e);
        batch.Received.Clear();
        batch.Received.Add(new ReceivedCount(7, e.ReceivedMs, ReceivedBy.Matomo, 1));
        Assert.Equal(1, _fixture.Writer.Write(batch));

        Assert.Equal([$"7|{Start}|1|1|pageview|example.com|/ä|Hello|{{\"plan\":\"pro\"}}|-12345|EUR|5|80"], _fixture.Rows("""
            SELECT e.project, time_ms, session, e.kind, n.text, h.text, p.text, t.text, props, revenue_e4, c.text, engaged_ms, scroll FROM events e
            JOIN strings n ON n.id = e.name JOIN strings h ON h.id = e.host JOIN strings p ON p.id = e.path JOIN strings t ON t.id = e.title JOIN strings c ON c.id = e.currency
            """));
        Assert.Equal([$"7|1|18446744073709551615|9|true|false|{Start}|{Start}|1|/ä|/ä|Google|DE|Linux|1x2|0|5"], _fixture.Rows("""
            SELECT s.project, s.id, visitor, person, persistent, "returning", start_ms, end_ms, page_views, en.text, ex.text, so.text, co.text, os.text, sc.text, city, engaged_ms
            FROM sessions s JOIN strings en ON en.id = entry_page JOIN strings ex ON ex.id = exit_page JOIN strings so ON so.id = source
            JOIN strings co ON co.id = country JOIN strings os ON os.id = s.os JOIN strings sc ON sc.id = screen
            """));
        Assert.Equal(["7|10|9"], _fixture.Rows("SELECT * FROM identities"));
        Assert.Equal(["7|2023-11-15|2|1|1"], _fixture.Rows("SELECT * FROM received"));
    }

    [Fact]
    public void A_batch_that_is_stored_already_is_ignored()
    {
        var batch = _fixture.Batch(StoreFixture.PageView(1, Start));
        Assert.Equal(1, _fixture.Writer.Write(batch));
        Assert.Equal(0, _fixture.Writer.Write(batch));
        _fixture.Reopen();
        Assert.Equal(batch.UpTo, _fixture.Writer.Position);
        Assert.Equal(0, _fixture.Writer.Write(batch));
        Assert.Equal(1, _fixture.Number("SELECT count(*) FROM events"));
        Assert.Equal(1, _fixture.Number("SELECT stored FROM received"));
    }

    [Fact]
    public void A_batch_that_fails_leaves_nothing_behind_and_the_next_is_right()
    {
        _fixture.Write(StoreFixture.PageView(1, Start, "/a"));
        var generation = _fixture.Store.Generations.Get(1, DayGenerations.UtcDay(Start));
        var bad = _fixture.Batch(StoreFixture.PageView(1, Start + Minute, "/new"), StoreFixture.PageView(2, Start, "/other"));
        // Fails at the very end, after events and sessions were written.
        bad.Imports.Add((1, new ImportProgress([1], 1, 1, [1], null!)));
        Assert.ThrowsAny<Exception>(() => _fixture.Writer.Write(bad));
        Assert.Equal(1, _fixture.Number("SELECT count(*) FROM events"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) FROM strings WHERE text = '/new'"));
        Assert.Equal(new LogPosition(1), _fixture.Writer.Position);
        Assert.Equal(generation, _fixture.Store.Generations.Get(1, DayGenerations.UtcDay(Start)));

        bad.Imports.Clear();
        Assert.Equal(2, _fixture.Writer.Write(bad));
        Assert.NotEqual(generation, _fixture.Store.Generations.Get(1, DayGenerations.UtcDay(Start)));
        Assert.Equal(["/a", "/new", "/other"], _fixture.Rows("SELECT s.text FROM events e JOIN strings s ON s.id = e.path ORDER BY 1"));
        Assert.Equal(["1|2", "2|1"], _fixture.Rows("SELECT id, page_views FROM sessions ORDER BY id"));
        Assert.Equal(0, _fixture.Number("SELECT count(*) - count(DISTINCT id) FROM strings"));
    }

    [Fact]
    public void Texts_are_stored_once_also_across_restarts_and_per_project_and_kind()
    {
        for (var i = 0; i < 3; i++)
        {
            _fixture.Write(StoreFixture.PageView(1, Start + (i * Minute), "/same"), StoreFixture.PageView(1, Start, "/same", project: 2));
            _fixture.Reopen();
        }

        Assert.Equal(["1", "2"], _fixture.Rows("SELECT project FROM strings WHERE text = '/same' ORDER BY 1"));
        Assert.Equal(1, _fixture.Number("SELECT count(*) FROM sessions WHERE project = 1"));
    }

    [Fact]
    public void A_second_event_with_the_same_key_is_a_duplicate_in_and_across_batches()
    {
        Assert.Equal(2, _fixture.Write(Keyed(1), Keyed(1), Keyed(2)));
        _fixture.Reopen();
        Assert.Equal(2, _fixture.Write(Keyed(2), Keyed(3), Keyed(1, project: 2)));
        Assert.Equal(["1|5|3", "2|1|1"], _fixture.Rows("SELECT project, received, stored FROM received ORDER BY 1"));
        Assert.Equal(["1|11|2"], _fixture.Rows("SELECT project, reason, count FROM drops"));
        Assert.Equal(["order ", "order "], _fixture.Rows("SELECT sample FROM drop_samples"));
    }

    [Fact]
    public void An_event_sent_again_is_a_duplicate_for_a_day_also_after_a_restart()
    {
        const long day = 86_400_000;
        Assert.Equal(3, _fixture.Write(Keyed(1, isRetry: true), Keyed(1, isRetry: true), Keyed(2, isRetry: true), Keyed(3)));
        // Sent again with the age it has by then, which the network made a little wrong.
        Assert.Equal(0, _fixture.Write(Keyed(1, isRetry: true, timeMs: Start + 800)));
        _fixture.Reopen();
        Assert.Equal(1, _fixture.Write(Keyed(2, isRetry: true, timeMs: Start - 900), Keyed(4, isRetry: true, timeMs: Start + (2 * day))));

        Assert.Equal(2, _fixture.Store.Maintenance.ForgetRetryKeys(Start + day));
        Assert.Equal(["4"], _fixture.Rows("SELECT key FROM retry_keys"));
        // What its sender named itself is known as long as the event is.
        Assert.Equal(0, _fixture.Write(Keyed(3), Keyed(4, isRetry: true, timeMs: Start + (2 * day))));
        Assert.Equal(1, _fixture.Write(Keyed(1, isRetry: true)));
    }

    [Fact]
    public void New_keys_without_number_are_neither_lost_nor_taken_for_known()
    {
        // More than the filter begins with room for, in and across batches.
        const int keys = 100_000;
        Event Of(int key) => Keyed((ulong)key * 0x9E3779B97F4A7C15, isRetry: true, timeMs: Start + (key * 10));
        for (var from = 1; from <= keys; from += 20_000)
        {
            Assert.Equal(20_000, _fixture.Write(Enumerable.Range(from, 20_000).Select(Of)));
        }

        Assert.Equal(0, _fixture.Write(Enumerable.Range(50_001, 20_000).Select(Of)));
        _fixture.Reopen();
        Assert.Equal(1, _fixture.Write(Enumerable.Range(keys - 19_998, 20_000).Select(Of)));
    }

    internal static Event Keyed(ulong key, uint project = 1, bool isRetry = false, long timeMs = Start) => new()
    {
        Project = project,
        ReceivedBy = ReceivedBy.EventApi,
        TimeMs = timeMs,
        Kind = EventKind.Interaction,
        Name = "order",
        Visitor = 5,
        DedupKey = key,
        IsRetryKey = isRetry,
        Visit = new VisitContext(),
    };

    [Fact]
    public void Received_is_stored_plus_dropped_and_samples_are_few()
    {
        for (var i = 0; i < 3; i++)
        {
            var batch = _fixture.Batch(StoreFixture.PageView((ulong)i + 1, Start));
            batch.Received.Add(new ReceivedCount(1, Start, ReceivedBy.EventApi, 18));
            for (var drop = 0; drop < 9; drop++)
            {
                batch.Drops.Add(new Drop(1, Start, ReceivedBy.EventApi, DropReason.Bot, 2, $"sample {i} {drop}"));
            }

            _fixture.Writer.Write(batch);
        }

        Assert.Equal(0, _fixture.Number("SELECT (SELECT sum(received) FROM received) - (SELECT count(*) FROM events) - (SELECT sum(count) FROM drops)"));
        Assert.Equal(["54"], _fixture.Rows("SELECT count FROM drops"));
        Assert.Equal(CountTables.Samples, _fixture.Number("SELECT count(*) FROM drop_samples"));
    }

    [Fact]
    public void Text_that_no_text_column_can_hold_is_cleaned_and_breaks_no_batch()
    {
        var e = new Event
        {
            Project = 1,
            ReceivedBy = ReceivedBy.EventApi,
            TimeMs = Start,
            Kind = EventKind.PageView,
            Name = "a\0b",
            Path = "/half\ud83d",
            Title = "smile 😀 e\u0301",
            Host = "\0",
            Props = [.. "{\"a\":\""u8, 0xff, 0x00, .. "\"}"u8],
            Visitor = 1,
            Visit = new VisitContext { Source = "\udc00x", City = new string('ü', 5000) },
        };
        var huge = new Event
        {
            Project = 1,
            ReceivedBy = ReceivedBy.EventApi,
            TimeMs = Start,
            Kind = EventKind.PageView,
            Name = "ab",
            Path = "/",
            Props = Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', 3_000_000)}\"}}"),
            Visitor = 1,
            Visit = new VisitContext(),
        };
        var batch = _fixture.Batch(e, huge);
        batch.Drops.Add(new Drop(1, Start, ReceivedBy.EventApi, DropReason.Bot, 1, "\0\ud83d" + new string('x', 100_000)));
        Assert.Equal(2, _fixture.Writer.Write(batch));
        Assert.Equal(["ab|/half\ufffd|smile 😀 e\u0301|{\"a\":\"\ufffd\"}"], _fixture.Rows("""
            SELECT n.text, p.text, t.text, props FROM events e JOIN strings n ON n.id = name JOIN strings p ON p.id = path JOIN strings t ON t.id = title
            """).Where(row => row.Contains("smile", StringComparison.Ordinal)));
        Assert.Equal(1, _fixture.Number("SELECT count(*) FROM strings WHERE text = 'ab'"));
        Assert.Equal(3_000_008, _fixture.Number("SELECT max(octet_length(encode(props))) FROM events"));
        Assert.Equal(["\ufffdx"], _fixture.Rows("SELECT text FROM strings JOIN sessions ON source = strings.id"));
    }

    [Fact]
    public void A_late_event_that_joins_visits_leaves_their_events_readable_through_moves()
    {
        _fixture.Write(StoreFixture.PageView(1, Start));
        _fixture.Write(StoreFixture.PageView(1, Start + (40 * Minute)));
        _fixture.Write(StoreFixture.PageView(1, Start + (80 * Minute)));
        _fixture.Write(StoreFixture.PageView(1, Start + (60 * Minute)));
        _fixture.Write(StoreFixture.PageView(1, Start + (20 * Minute)));
        Assert.Equal([$"1|{Start}|{Start + (80 * Minute)}|5"], _fixture.Rows("SELECT id, start_ms, end_ms, page_views FROM sessions"));
        Assert.Equal(["1"], _fixture.Rows("SELECT DISTINCT coalesce(new_id, session) FROM events LEFT JOIN session_moves ON old_id = session"));
    }

    [Fact]
    public void Days_of_the_whole_visit_change_when_one_of_its_events_comes()
    {
        var midnight = (Start / 86_400_000 * 86_400_000) + 86_400_000;
        var (day, next) = (DayGenerations.UtcDay(midnight - 1), DayGenerations.UtcDay(midnight));
        _fixture.Write(StoreFixture.PageView(1, midnight - Minute));
        var (before, other) = (_fixture.Store.Generations.Get(1, day), _fixture.Store.Generations.Get(1, next + 1));
        _fixture.Write(StoreFixture.PageView(1, midnight + Minute));
        Assert.NotEqual(before, _fixture.Store.Generations.Get(1, day));
        Assert.NotEqual(0, _fixture.Store.Generations.Get(1, next));
        Assert.Equal(other, _fixture.Store.Generations.Get(1, next + 1));
    }

    [Fact]
    public void An_import_resumes_where_its_last_stored_batch_ended()
    {
        var first = new ImportProgress([1, 2], 2, 100, [3], "access.log") { State = [9] };
        var batch = _fixture.Batch();
        batch.Imports.Add((1, first));
        batch.Imports.Add((1, first with { Offset = 200 }));
        batch.Imports.Add((2, first with { Fingerprint = [5] }));
        _fixture.Writer.Write(batch);
        var found = Assert.Single(_fixture.Store.ImportProgress(1));
        Assert.Equal(200, found.Offset);
        Assert.Equal([1, 2], found.Fingerprint);
        Assert.Equal([9], found.State);
        Assert.Equal("access.log", found.FileName);
    }

    [Fact]
    public void A_visitor_is_one_person_whatever_comes_first()
    {
        static Event Claim(ulong person) => new()
        {
            Project = 1,
            ReceivedBy = ReceivedBy.EventApi,
            TimeMs = Start,
            Kind = EventKind.PageView,
            Name = "pageview",
            Visitor = person,
            Person = person,
            AlsoVisitor = 77,
            Visit = new VisitContext(),
        };
        _fixture.Write(Claim(5), Claim(9), Claim(3));
        _fixture.Write(Claim(8));
        _fixture.Reopen();
        _fixture.Write(Claim(4));
        Assert.Equal(["1|77|9"], _fixture.Rows("SELECT * FROM identities"));
        _fixture.Write(Claim(11));
        Assert.Equal(["1|77|11"], _fixture.Rows("SELECT * FROM identities"));
    }

    [Fact]
    public void Text_hashes_never_change() => Assert.Equal([5973275171580848UL, 6658776050453062620UL, 15769575244100539637UL],
        new[] { "", "/path", "/a/much/longer/path?with=query" }.Select(text => TextHash.Of(3, StringKind.Path, Encoding.UTF8.GetBytes(text))));
}
