using System.Globalization;
using Sightline.Core.Model;
using Sightline.Store;
using Sightline.Tests.Model;

namespace Sightline.Tests.Store;

/// <summary>The visits in the database are those of the definition: many visitors at once, in any order, over restarts.</summary>
public sealed class StoreSessionsTests
{
    private const long Start = 1_700_000_000_000;

    [Theory]
    [InlineData(11, 400, 60, 0)]
    [InlineData(12, 150, 700, 0)]
    [InlineData(13, 60, 5, 0)]
    [InlineData(14, 300, 60, 5)]
    [InlineData(15, 100, 10, 2)]
    public void Any_order_of_arrival_gives_the_visits_of_the_definition(int seed, int visitors, int batchSize, int settleEvery)
    {
        var random = new Random(seed);
        var all = new List<(ulong Visitor, SessionTestEvent Event)>();
        for (var visitor = 1; visitor <= visitors; visitor++)
        {
            var newVisits = random.Next(3) switch { 0 => 0, 1 => 0.1, _ => 0.4 };
            var spread = visitor % 10 == 0 ? 40_000 : 20;
            for (var i = random.Next(1, 14); i > 0; i--)
            {
                var kind = random.Next(10) switch { < 5 => EventKind.PageView, < 7 => EventKind.Engagement, < 9 => EventKind.Interaction, _ => EventKind.Passive };
                all.Add(((ulong)visitor, new SessionTestEvent(all.Count, Start + (random.Next(0, spread) * 600_000L) + random.Next(2), (uint)(all.Count * 7919), kind,
                    random.NextDouble() < newVisits, (uint)random.Next(1, 6), (uint)random.Next(2000))));
            }
        }

        var order = all.ToArray();
        random.Shuffle(order);
        using var fixture = new StoreFixture(new EventStoreOptions { Threads = 2, SettleLateEvents = 1, SliceEvents = 50 });
        var cuts = 0L;
        for (var next = 0; next < order.Length;)
        {
            var size = Math.Min(random.Next(1, batchSize + 1), order.Length - next);
            fixture.Write(order[next..(next + size)].Select(e => ToEvent(e.Visitor, e.Event)));
            next += size;
            if (random.Next(20) == 0)
            {
                fixture.Reopen();
            }

            if (settleEvery > 0 && random.Next(settleEvery) == 0)
            {
                cuts += fixture.Number("SELECT count(*) FROM session_cuts");
                fixture.Settle();
            }
        }

        // Some visits were cut while their events were settled, or the test shows nothing of it.
        Assert.Equal(settleEvery > 0, cuts > 0);
        Assert.Empty(fixture.Store.CheckIntegrity());

        Assert.Equal(Expected(all), Stored(fixture));
        Assert.True(fixture.Number("SELECT count(*) FROM session_moves") > visitors / 20);
        Assert.Equal(0, fixture.Number("SELECT count(*) FROM session_moves a JOIN session_moves b ON a.new_id = b.old_id"));
    }

    private static List<string> Expected(List<(ulong Visitor, SessionTestEvent Event)> all) =>
        [.. all.GroupBy(e => e.Visitor).SelectMany(g => SessionNaive.Visits(g.Select(e => e.Event with { Page = PageRank(e.Event.Page), PageTie = PageRank(e.Event.Page) })).Select(v =>
            string.Create(CultureInfo.InvariantCulture, $"{g.Key} {v.Start} {v.End} {v.Forced} {v.Returning} {v.PageViews} {v.Interactions} {v.Passives} {v.EngagedMs} {v.Source} {Page(v.EntryPage)} {Page(v.ExitPage)} {v.Events}")))
            .Order(StringComparer.Ordinal)];

    /// <summary>Pages in the order of their hashes, so that the naive model's order of pages is the store's.</summary>
    private static uint PageRank(uint page) => (uint)Enumerable.Range(1, 5).OrderBy(p => PathHash(p)).ToList().IndexOf((int)page) + 1;

    private static uint PathHash(int page) =>
        (uint)Sightline.Store.DuckDb.TextHash.Of(1, StringKind.Path, System.Text.Encoding.UTF8.GetBytes($"/{page}"));

    private static string Page(uint rank) => rank == 0 ? "" : $"/{Enumerable.Range(1, 5).OrderBy(p => PathHash(p)).ElementAt((int)rank - 1)}";

    private static List<string> Stored(StoreFixture fixture) => [.. fixture.Rows("""
        SELECT concat_ws(' ', s.visitor, start_ms, end_ms, if(forced, 'True', 'False'), if("returning", 'True', 'False'), page_views, interactions, passives, s.engaged_ms,
            coalesce(so.text, ''), coalesce(en.text, ''), coalesce(ex.text, ''), e.numbers)
        FROM sessions s
        LEFT JOIN (
            SELECT coalesce(m.new_id, e.session) AS session, string_agg(title.text, ',' ORDER BY title.text::INTEGER) AS numbers
            FROM {events} e JOIN strings title ON title.id = e.title LEFT JOIN session_moves m ON m.old_id = e.session GROUP BY 1) e ON e.session = s.id
        LEFT JOIN strings so ON so.id = s.source LEFT JOIN strings en ON en.id = s.entry_page LEFT JOIN strings ex ON ex.id = s.exit_page
        """).Order(StringComparer.Ordinal)];

    private static Event ToEvent(ulong visitor, SessionTestEvent e) => new()
    {
        Project = 1,
        ReceivedBy = ReceivedBy.EventApi,
        TimeMs = e.TimeMs,
        Kind = e.Kind,
        Name = "x",
        Path = $"/{e.Page}",
        Title = e.Number.ToString(CultureInfo.InvariantCulture),
        EngagedMs = e.EngagedMs,
        Visitor = visitor,
        Persistent = true,
        Tie = e.Tie,
        NewVisit = e.NewVisit,
        Visit = new VisitContext { Source = e.Source },
    };
}
