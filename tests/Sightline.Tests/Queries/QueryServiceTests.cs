using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Server.Query;
using Sightline.Tests.Store;

namespace Sightline.Tests.Queries;

public sealed class QueryServiceTests : IDisposable
{
    private const string Pages = """{"project":1,"metrics":["page_views"],"dimensions":["page:path"],"range":["2026-11-01","2026-11-03"],"include":["totals"]}""";
    private const string Series = """{"project":1,"metrics":["visitors"],"dimensions":["time:day"],"range":["2026-11-01","2026-11-03"]}""";

    private static readonly long Day = TimeBucketsTests.Ms("2026-11-01T00:00:00Z");
    private static readonly Project Shop = new() { Id = 1, Name = "Shop", PublicKey = "0123456789abcdef" };

    private readonly StoreFixture fixture = new();

    [Fact]
    public async Task An_answer_comes_from_the_cache_until_one_of_its_days_changes()
    {
        using var service = Service(new());
        fixture.Write(At(1, 0), At(2, 1));
        Assert.Equal(CacheOutcome.Miss, (await Ask(service, Series)).Cache);
        Assert.Equal(CacheOutcome.Hit, (await Ask(service, Series)).Cache);
        fixture.Write(At(3, 5));
        Assert.Equal(CacheOutcome.Hit, (await Ask(service, Series)).Cache);
        fixture.Write(At(4, 1));
        var fresh = await Ask(service, Series);
        Assert.Equal(CacheOutcome.Partial, fresh.Cache);
        Assert.Equal([1.0, 2, 0], fresh.Answer.Rows.Select(row => row.Metrics[0].Number!.Value));
    }

    [Fact]
    public async Task Days_that_did_not_change_serve_counts_over_several_days()
    {
        using var service = Service(new());
        fixture.Write(At(1, 0), At(2, 1), At(2, 2));
        Assert.Equal(CacheOutcome.Miss, (await Ask(service, Pages)).Cache);
        fixture.Write(At(4, 2));
        var fresh = await Ask(service, Pages);
        Assert.Equal(CacheOutcome.Partial, fresh.Cache);
        Assert.Equal(4, fresh.Answer.Totals!.Metrics[0].Number);
        Assert.Equal(4, Assert.Single(fresh.Answer.Rows).Metrics[0].Number);
    }

    [Fact]
    public async Task A_goal_that_changes_changes_the_answer()
    {
        using var service = Service(new());
        fixture.Write(At(1, 0));
        const string Query = """{"project":1,"metrics":["conversions"],"range":["2026-11-01","2026-11-03"]}""";
        Assert.Equal(0, (await Ask(service, Query)).Answer.Rows[0].Metrics[0].Number);
        var result = await service.AskAsync(Parse(Query), Shop with { Goals = [new(1, "Home", null, "/*")] }, TestContext.Current.CancellationToken);
        Assert.Equal(1, result.Answer.Rows[0].Metrics[0].Number);
    }

    [Fact]
    public async Task The_newest_event_is_told_even_when_it_is_outside_the_range()
    {
        using var service = Service(new());
        fixture.Write(At(1, 0));
        Assert.Equal(Day, (await Ask(service, Series)).NewestEventMs);
        fixture.Write(At(1, 6));
        Assert.Equal(Day + (6 * ZoneCalendar.DayMs), (await Ask(service, Series)).NewestEventMs);
    }

    [Fact]
    public async Task A_query_that_needs_too_much_memory_is_refused()
    {
        using var service = Service(new() { MemoryBytes = 20_000 });
        fixture.Write(Enumerable.Range(1, 5000).Select(visitor => At((ulong)visitor, 0)));
        await Assert.ThrowsAsync<QueryLimitException>(() => Ask(service, Pages.Replace("page_views", "visitors", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_needs_more_memory_than_its_share_waits_for_the_others_and_runs_alone()
    {
        var query = Pages.Replace("page_views", "visitors", StringComparison.Ordinal);
        fixture.Write(Enumerable.Range(1, 5000).Select(visitor => At((ulong)visitor, 0)));
        using var large = Service(new() { CacheBytes = 0 });
        var expected = Visitors(await Ask(large, query));
        var enough = 20_000L;
        while (!await IsAnsweredAsync(new() { MemoryBytes = enough, CacheBytes = 0 }))
        {
            enough *= 2;
        }

        // Half of it is not enough, and that is the share of each of two.
        using var service = Service(new() { MemoryBytes = enough, TotalMemoryBytes = enough, Concurrency = 2, CacheBytes = 0 });
        await service.Turns.WaitAsync(TestContext.Current.CancellationToken);
        Task<QueryResult>[] asked = [.. Enumerable.Range(10, 6).Select(limit => Ask(service, $"{query[..^1]},\"limit\":{limit}}}"))];
        await Task.WhenAny(Task.WhenAll(asked), Task.Delay(200, TestContext.Current.CancellationToken));
        Assert.All(asked, one => Assert.False(one.IsCompleted));
        service.Turns.Release();
        Assert.All(await Task.WhenAll(asked), one => Assert.Equal(expected, Visitors(one)));
        Assert.Equal(0, service.Running);

        async Task<bool> IsAnsweredAsync(QueryOptions options)
        {
            using var trial = Service(options);
            try
            {
                await Ask(trial, query);
                return true;
            }
            catch (QueryLimitException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_refused()
    {
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Day));
        QueryOptions options = new();
        using QueryService service = new(fixture.Store, options, (_, _) =>
        {
            // In the middle of the query.
            clock.Advance(options.Timeout);
            return Parse(StatsQueryParserTests.With("filters", """["is_set","page:path"]""")).Filter;
        }, clock);
        fixture.Write(At(1, 0));
        await Assert.ThrowsAsync<QueryLimitException>(() => Ask(service, StatsQueryParserTests.With("filters", """["segment",1]""")));
    }

    [Fact]
    public async Task A_caller_who_leaves_stops_the_query_and_the_next_one_runs()
    {
        using var service = Service(new());
        fixture.Write(At(1, 0));
        using CancellationTokenSource left = new();
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.AskAsync(Parse(Series), Shop, left.Token));
        Assert.Equal(1, (await Ask(service, Series)).Answer.Rows[0].Metrics[0].Number);
    }

    [Fact]
    public async Task A_wrong_regular_expression_is_named_with_its_place()
    {
        using var service = Service(new());
        fixture.Write(At(1, 0));
        var query = StatsQueryParserTests.With("filters", """["or",[["is_set","goal"],["matches","page:path",["("]]]]""");
        var refused = await Assert.ThrowsAsync<InvalidQueryException>(() => Ask(service, query));
        Assert.Equal("filters[1][1][2]", refused.At);
        Assert.Equal(1, (await Ask(service, Series)).Answer.Rows[0].Metrics[0].Number);
    }

    [Fact]
    public async Task Readers_beside_a_writer_see_whole_batches()
    {
        using var service = Service(new() { CacheBytes = 0 });
        var writing = Task.Run(() =>
        {
            for (var batch = 0; batch < 40; batch++)
            {
                fixture.Write(Enumerable.Range(1, 10).Select(i => At((ulong)((batch * 10) + i), i % 3)));
            }
        }, TestContext.Current.CancellationToken);
        var last = 0.0;
        while (last < 400)
        {
            var result = await Ask(service, """{"project":1,"metrics":["visitors","visits","events"],"range":["2026-11-01","2026-11-03"]}""");
            var found = result.Answer.Rows[0].Metrics;
            Assert.Equal(0, found[0].Number!.Value % 10);
            Assert.Equal(found[0], found[1]);
            Assert.Equal(found[0], found[2]);
            Assert.True(found[0].Number >= last);
            last = found[0].Number!.Value;
        }
        await writing;
    }

    [Fact]
    public async Task The_answer_is_written_as_documented()
    {
        using var service = Service(new());
        fixture.Write(
            new Event
            {
                Project = 1,
                ReceivedBy = ReceivedBy.EventApi,
                TimeMs = Day,
                Kind = EventKind.Interaction,
                Name = "order",
                Visitor = 1,
                Visit = new(),
                RevenueE4 = 125_000,
            },
            new Event
            {
                Project = 1,
                ReceivedBy = ReceivedBy.EventApi,
                TimeMs = Day,
                Kind = EventKind.Interaction,
                Name = "order",
                Visitor = 1,
                Visit = new(),
                RevenueE4 = 30_000,
                Currency = "USD",
            });
        var result = await Ask(service, """
            {"project":1,"metrics":["revenue","views_per_visit","time_on_page"],"dimensions":["page:path"],"range":["2026-11-01","2026-11-01"],"compare":"previous_period","include":["totals","total_rows"]}
            """);
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            AnswerWriter.Write(writer, result with { TookMs = 3 });
        }
        Assert.Equal(
            """{"query":{"project":1,"metrics":["revenue","views_per_visit","time_on_page"],"dimensions":["page:path"],"range":["2026-11-01","2026-11-01"],"timezone":"UTC","order":[],"limit":100,"offset":0,"compare":["2026-10-31","2026-10-31"],"include":["totals","total_rows"]},"rows":"""
            + """[{"dimensions":[null],"metrics":[{"amount":12.5,"currency":"EUR"},0,null],"compare":{"metrics":[{"amount":0,"currency":"EUR"},null,null],"change":[null,null,null]}}],"totals":"""
            + """{"metrics":[{"amount":12.5,"currency":"EUR"},0,null],"compare":{"metrics":[{"amount":0,"currency":"EUR"},null,null],"change":[null,null,null]}},"meta":"""
            + """{"cache":"miss","took_ms":3,"newest_event":"2026-11-01T00:00:00Z","exact":true,"total_rows":1,"other_revenue":[{"amount":3,"currency":"USD"}]}}""",
            Encoding.UTF8.GetString(bytes.ToArray()));
    }

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task Who_asks_the_same_while_it_waits_for_its_turn_is_answered_along()
    {
        using var service = Service(new() { Concurrency = 1, CacheBytes = 0 });
        fixture.Write(At(1, 0), At(2, 1), At(2, 2));
        await service.Turns.WaitAsync(TestContext.Current.CancellationToken);
        using CancellationTokenSource left = new();
        var leaver = service.AskAsync(Parse(Series), Shop, left.Token);
        await Until(() => service.Waiting == 1);
        List<Task<QueryResult>> same = [Ask(service, Series), Ask(service, Series), Ask(service, Series)];
        await Until(() => service.Joined == 3);
        // Who asked first leaves: one of the others asks in its place.
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        await Until(() => service.Joined == 5);
        var other = Ask(service, Pages);
        service.Turns.Release();
        var answers = await Task.WhenAll(same);
        Assert.All(answers, answer => Assert.Same(answers[0].Answer, answer.Answer));
        Assert.NotSame(answers[0].Answer, (await other).Answer);
        Assert.NotSame(answers[0].Answer, (await Ask(service, Series)).Answer);
    }

    [Fact]
    public async Task Queries_asked_together_are_answered_as_alone()
    {
        fixture.Write(At(1, 0), At(2, 1), At(2, 2));
        using var together = Service(new());
        using var alone = Service(new());
        string[] texts =
        [
            Pages, Series, Series,
            """{"project":1,"metrics":["visitors","visits","bounce_rate"],"dimensions":["visit:entry_page"],"range":["2026-11-01","2026-11-03"],"compare":"previous_period"}""",
            """{"project":1,"metrics":["visitors"],"range":["2026-11-01","2026-11-03"],"timezone":"Asia/Kathmandu"}""",
            """{"project":1,"metrics":["time_on_page","people"],"dimensions":["page:path"],"range":["2026-11-01","2026-11-03"],"filters":["is_set","page:path"]}""",
        ];
        var results = await together.AskAllAsync([.. texts.Select(Parse)], Shop, TestContext.Current.CancellationToken);
        Assert.Same(results[1].Answer, results[2].Answer);
        foreach (var (text, result) in texts.Zip(results))
        {
            var one = await Ask(alone, text);
            Assert.Equal(System.Text.Json.JsonSerializer.Serialize(one.Answer), System.Text.Json.JsonSerializer.Serialize(result.Answer));
            Assert.NotEmpty(result.Answer.Rows);
        }
    }

    [Fact]
    public async Task A_costly_answer_is_good_for_a_second_while_events_come_in_and_a_cheap_one_for_none()
    {
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Day + ZoneCalendar.DayMs));
        using QueryService costly = new(fixture.Store, new QueryOptions { GoodFor = TimeSpan.FromSeconds(1), Costly = TimeSpan.Zero }, (_, _) => null, clock);
        using QueryService cheap = new(fixture.Store, new QueryOptions { GoodFor = TimeSpan.FromSeconds(1) }, (_, _) => null, clock);
        const string Visitors = """{"project":1,"metrics":["visitors"],"range":["2026-11-01","2026-11-03"]}""";
        async Task<(double?, CacheOutcome)> Found(QueryService service) => await Ask(service, Visitors) is var result ? (result.Answer.Rows[0].Metrics[0].Number, result.Cache) : default;
        fixture.Write(At(1, 0));
        Assert.Equal((1, CacheOutcome.Miss), await Found(costly));
        Assert.Equal((1, CacheOutcome.Miss), await Found(cheap));
        fixture.Write(At(2, 0));
        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal((1, CacheOutcome.Hit), await Found(costly));
        Assert.Equal((2, CacheOutcome.Miss), await Found(cheap));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((2, CacheOutcome.Miss), await Found(costly));
        // Without changes it stays good.
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((2, CacheOutcome.Hit), await Found(costly));
    }

    private static Event At(ulong visitor, int day) => StoreFixture.PageView(visitor, Day + (day * ZoneCalendar.DayMs));

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static double? Visitors(QueryResult result) => result.Answer.Rows[0].Metrics[0].Number;

    private static StatsQuery Parse(string json) => StatsQueryParserTests.Parse(json);

    private static Task<QueryResult> Ask(QueryService service, string json) => service.AskAsync(Parse(json), Shop, TestContext.Current.CancellationToken);

    private QueryService Service(QueryOptions options) => new(fixture.Store, options, (_, _) => null, TimeProvider.System);
}
