using System.Globalization;
using System.Text;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Server.Query;
using Sightline.Tests.Store;

namespace Sightline.Tests.Queries;

public sealed class WorkersTests : IDisposable
{
    private const int Visits = 40_000;

    private static readonly Project Shop = new() { Id = 1, Name = "Shop", PublicKey = "0123456789abcdef", Goals = [new(1, "Page 3", null, "/p3")] };

    private readonly StoreFixture fixture = new();

    public WorkersTests()
    {
        var start = TimeBucketsTests.Ms("2026-11-01T00:00:00Z");
        using var snapshot = fixture.Store.OpenSnapshot(1, 0, long.MaxValue);
        snapshot.Connection.Execute("ROLLBACK");
        snapshot.Connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO strings SELECT 100 + i, 1, {(int)StringKind.Path}, i, '/p' || i FROM range(50) r(i);
            INSERT INTO strings SELECT 200 + i, 1, {(int)StringKind.Country}, 1000 + i, 'C' || i FROM range(20) r(i);
            INSERT INTO sessions BY NAME SELECT * EXCLUDE (i) REPLACE (i + 1 AS id, hash(i % 9000) AS visitor, {start} + i * 15000 AS start_ms, {start} + i * 15000 + 90000 AS end_ms, 200 + i % 20 AS country,
                (i % 4)::UINTEGER AS page_views, 0 AS interactions) FROM (SELECT 1 AS project, 0 AS id, 0 AS visitor, 0 AS person, true AS persistent, false AS "returning", 0 AS start_ms, 0 AS end_ms,
                0 AS first_ms, 0 AS first_tie, 0 AS entry_ms, 0 AS entry_tie, 0 AS exit_ms, 0 AS exit_tie, false AS forced, 0 AS page_views, 0 AS interactions, 0 AS passives, 0 AS engaged_ms,
                {string.Join(", ", Columns.Select(column => $"0 AS {column}"))}, i FROM range({Visits}) r(i)) WHERE i % 4 > 0;
            INSERT INTO events SELECT 1, {start} + i * 15000 + k * 45000, i + 1, 1, 0, 0, 100 + hash(i * 4 + k) % 50, 0, NULL, i % 7 * 10000, 0, 0, (i + k) % 120
            FROM (SELECT i, unnest(range(i % 4)) AS k FROM range({Visits}) r(i)) WHERE i % 4 > 0;
            """));
    }

    private static IEnumerable<string> Columns =>
    [
        "entry_page", "exit_page", "source", "referrer", "channel", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "country", "region", "city",
        "\"language\"", "device", "browser", "browser_version", "os", "os_version", "screen",
    ];

    [Theory]
    [InlineData(""" "metrics":["visitors","page_views"],"dimensions":["page:path"] """)]
    [InlineData(""" "metrics":["visitors","visits","bounce_rate","visit_duration"],"dimensions":["visit:country","time:day"] """)]
    [InlineData(""" "metrics":["people","visits","scroll_depth","revenue"],"dimensions":["time:hour","page:path"],"include":["totals"] """)]
    [InlineData(""" "metrics":["visitors","people","visits","views_per_visit"] """)]
    [InlineData(""" "metrics":["visitors","conversion_rate"],"dimensions":["goal","visit:country"] """)]
    [InlineData(""" "metrics":["visitors","events"],"dimensions":["page:path"],"filters":["has_done",["and",[["is","page:path",["/p7"]],["is","visit:country",["C1","C2"]]]]] """)]
    public async Task Several_threads_find_what_one_finds(string parts)
    {
        using QueryService one = Service(1);
        using QueryService four = Service(4);
        var alone = await AskAsync(one, parts);
        Assert.True(alone.Length > 50);
        for (var again = 0; again < 3; again++)
        {
            Assert.Equal(alone, await AskAsync(four, parts));
        }
    }

    [Fact]
    public async Task Several_threads_keep_to_the_memory_of_one_query()
    {
        using QueryService four = new(fixture.Store, new() { Workers = 4, MemoryBytes = 600_000, CacheBytes = 0 }, (_, _) => null, TimeProvider.System);
        for (var again = 0; again < 5; again++)
        {
            await Assert.ThrowsAsync<QueryLimitException>(() => AskAsync(four, """ "metrics":["visitors"],"dimensions":["time:hour","page:path"] """));
        }
    }

    [Fact]
    public async Task A_caller_who_leaves_stops_all_threads()
    {
        using QueryService four = Service(4);
        var query = Parse(""" "metrics":["visitors"],"dimensions":["page:path"],"filters":["matches","page:path",["p"]] """);
        for (var again = 0; again < 20; again++)
        {
            using CancellationTokenSource left = new(TimeSpan.FromMilliseconds(again));
            try
            {
                await four.AskAsync(query, Shop, left.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.True(left.IsCancellationRequested);
            }
            Assert.Equal(0, four.Running);
        }
        Assert.NotEmpty(await AskAsync(four, """ "metrics":["visits"] """));
    }

    public void Dispose() => fixture.Dispose();

    private QueryService Service(int workers) => new(fixture.Store, new() { Workers = workers, CacheBytes = 0 }, (_, _) => null, TimeProvider.System);

    private static StatsQuery Parse(string parts) =>
        StatsQueryParser.Parse(Encoding.UTF8.GetBytes($$"""{"project":1,"range":["2026-11-01","2026-11-07"],"limit":10000,{{parts}}}"""));

    private static async Task<string> AskAsync(QueryService service, string parts)
    {
        var answer = (await service.AskAsync(Parse(parts), Shop, TestContext.Current.CancellationToken)).Answer;
        return JsonSerializer.Serialize(new { answer.Rows, answer.Totals, answer.TotalRows });
    }
}
