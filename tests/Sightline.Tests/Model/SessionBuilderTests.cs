using Sightline.Core.Model;

namespace Sightline.Tests.Model;

public sealed class SessionBuilderTests
{
    private const long Minute = 60_000;
    private const long Start = 1_700_000_000_000;

    [Fact]
    public void Session_ends_after_thirty_minutes_of_silence()
    {
        Assert.Equal(["0,1", "2"], Groups([Page(0, 0), Page(1, (30 * Minute) - 1), Page(2, (60 * Minute) - 1)]));
    }

    [Fact]
    public void A_late_event_joins_two_visits()
    {
        Assert.Equal(["0,1,2"], Groups([Page(0, 0)], [Page(1, 40 * Minute)], [Page(2, 20 * Minute)]));
    }

    [Fact]
    public void Late_events_join_three_visits_in_one_batch()
    {
        Assert.Equal(["0,1,2,3,4"], Groups([Page(0, 0), Page(1, 40 * Minute), Page(2, 80 * Minute)], [Page(3, 20 * Minute), Page(4, 60 * Minute)]));
    }

    [Fact]
    public void An_event_before_the_first_becomes_the_source_of_the_visit()
    {
        var memory = new SessionMemory(knowsFirst: false);
        memory.Write([Page(0, 10 * Minute)]);
        memory.Write([Page(1, 0)]);
        var visit = Assert.Single(memory.Visits());
        Assert.Equal("source-1", visit.Source);
    }

    [Fact]
    public void A_visit_asked_for_in_the_middle_of_a_stored_one_cuts_it()
    {
        var memory = new SessionMemory(knowsFirst: false);
        memory.Write([Page(0, 0), Page(1, 10 * Minute), Page(2, 20 * Minute)]);
        memory.Write([Page(3, 10 * Minute) with { NewVisit = true }]);
        Assert.Equal(["0", "1,2,3"], memory.Visits().Select(v => v.Events));
        Assert.Equal(["source-0", "source-3"], memory.Visits().Select(v => v.Source));
        Assert.Equal([false, true], memory.Visits().Select(v => v.Returning));
    }

    [Fact]
    public void An_engagement_report_keeps_a_visit_alive_and_alone_makes_none_that_is_shown()
    {
        var report = Page(2, 0) with { Kind = EventKind.Engagement, EngagedMs = 5000 };
        Assert.Equal(["0,1,2"], Groups([Page(0, 0), Page(1, 50 * Minute), report with { TimeMs = Start + (25 * Minute) }]));
        var memory = new SessionMemory(knowsFirst: false);
        memory.Write([report]);
        memory.Write([Page(3, 60 * Minute)]);
        Assert.Equal([0u, 1u], memory.Visits().Select(v => v.PageViews));
        Assert.All(memory.Visits(), visit => Assert.False(visit.Returning));
    }

    [Fact]
    public void An_earlier_visit_that_comes_late_makes_the_later_ones_returning()
    {
        foreach (var knowsFirst in new[] { false, true })
        {
            var memory = new SessionMemory(knowsFirst);
            memory.Write([Page(0, 10000 * Minute)]);
            memory.Write([Page(1, 20000 * Minute)]);
            memory.Write([Page(2, 0)]);
            Assert.Equal([false, true, true], memory.Visits().Select(v => v.Returning));
        }
    }

    [Theory]
    [InlineData(1, 4000)]
    [InlineData(2, 4000)]
    [InlineData(3, 4000)]
    public void Any_order_of_arrival_gives_the_visits_of_the_definition(int seed, int cases)
    {
        var random = new Random(seed);
        var (splits, moves, forced, engagementOnly) = (0, 0, 0, 0);
        for (var i = 0; i < cases; i++)
        {
            var events = RandomEvents(random);
            var expected = SessionNaive.Visits(events);
            forced += expected.Count(v => v.Forced);
            engagementOnly += expected.Count(v => v.Source.Length == 0);
            List<SessionTestEvent[]> arrivals = [events, [.. events.OrderBy(e => e.TimeMs)]];
            for (var shuffle = 0; shuffle < 3; shuffle++)
            {
                var order = events.ToArray();
                random.Shuffle(order);
                arrivals.Add(order);
            }

            foreach (var arrival in arrivals)
            {
                var memory = new SessionMemory(knowsFirst: random.Next(2) == 0);
                for (var next = 0; next < arrival.Length;)
                {
                    var size = Math.Min(random.Next(1, arrival.Length + 1), arrival.Length - next);
                    memory.Write(arrival[next..(next + size)]);
                    next += size;
                }

                Assert.Equal(expected, memory.Visits());
                splits += memory.Splits;
                moves += memory.Moves;
            }
        }

        // The cases that make this hard did occur.
        Assert.True(splits > cases / 10 && moves > cases / 10 && forced > cases / 10 && engagementOnly > cases / 10, $"{splits} {moves} {forced} {engagementOnly}");
    }

    private static SessionTestEvent[] RandomEvents(Random random)
    {
        var events = new SessionTestEvent[random.Next(1, 16)];
        var step = random.Next(3) switch { 0 => Minute, 1 => 10 * Minute, _ => 15 * Minute };
        var newVisits = random.Next(3) switch { 0 => 0, 1 => 0.1, _ => 0.4 };
        for (var i = 0; i < events.Length; i++)
        {
            var kind = random.Next(10) switch { < 5 => EventKind.PageView, < 7 => EventKind.Engagement, < 9 => EventKind.Interaction, _ => EventKind.Passive };
            var jitter = random.Next(4) == 0 ? random.Next(-1, 2) : 0;
            // Ties differ as hashes of different content do.
            events[i] = new SessionTestEvent(i, Start + (random.Next(0, 20) * step) + jitter, (uint)(random.Next(1 << 20) << 8 | i), kind, random.NextDouble() < newVisits,
                (uint)random.Next(1, 9), kind == EventKind.Engagement ? (uint)random.Next(1, 60_000) : 0);
            events[i] = events[i] with { PageTie = events[i].Page * 2654435761 };
        }

        return events;
    }

    private static SessionTestEvent Page(int number, long offsetMs) => new(number, Start + offsetMs, (uint)number, EventKind.PageView, false, 1, 0);

    private static IEnumerable<string> Groups(params SessionTestEvent[][] batches)
    {
        var memory = new SessionMemory(knowsFirst: false);
        foreach (var batch in batches)
        {
            memory.Write(batch);
        }

        return memory.Visits().Select(v => v.Events);
    }
}
