using Sightline.Core.Model;
using Sightline.Server.Demo;
using Sightline.Server.Write.Enrich;
using Sightline.Tests.Enrich;

namespace Sightline.Tests.Demo;

public sealed class DemoDayTests
{
    private static readonly DemoPlan Plan = new(7, new DateOnly(2026, 10, 24), 30, 60_000, "http://127.0.0.1:8600");

    [Fact]
    public void A_day_is_always_the_same_and_another_seed_makes_another()
    {
        var day = new DateOnly(2026, 11, 3);
        var first = Lines(DemoDay.Of(Plan, day));
        Assert.Equal(first, Lines(DemoDay.Of(Plan, day)));
        Assert.NotEqual(first, Lines(DemoDay.Of(Plan with { Seed = 8 }, day)));
        Assert.InRange(first.Count, Plan.EventsOn(day) - 5, Plan.EventsOn(day) + 60);
    }

    [Fact]
    public void All_of_a_day_lies_in_it_in_order_of_time_also_when_clocks_change()
    {
        for (var day = Plan.FirstDay; day < Plan.FirstDay.AddDays(4); day = day.AddDays(1))
        {
            var times = DemoDay.Of(Plan, day).Select(item => item.TimeMs!.Value).ToList();
            Assert.Equal(times.Order(), times);
            Assert.InRange(times[0], DemoPlan.StartMs(day), times[^1]);
            Assert.True(times[^1] < DemoPlan.StartMs(day.AddDays(1)));
        }
    }

    [Fact]
    public void Days_add_up_to_what_was_asked_for_and_the_viral_day_stands_out()
    {
        var days = Enumerable.Range(0, 30).Select(i => Plan.FirstDay.AddDays(i)).ToDictionary(day => day, Plan.EventsOn);
        Assert.InRange(days.Values.Sum(), 59_900, 60_000);
        Assert.Equal(Plan.ViralDay, days.MaxBy(day => day.Value).Key);
        Assert.True(days[Plan.ViralDay] > 2 * days.Values.Average());
    }

    [Fact]
    public void Every_visit_begins_with_a_page_view_and_each_page_view_is_left()
    {
        foreach (var visit in DemoDay.Of(Plan, Plan.BadDeployDay).Where(item => item.VisitorId is not null && !item.Flags.HasFlag(IncomingFlags.Prefetch)).GroupBy(item => item.VisitorId))
        {
            Assert.Equal("pageview", visit.First().Name);
            Assert.InRange(visit.Count(item => item.Name == "pageview") - visit.Count(item => item.Name == "engagement"), 0, 1);
        }
    }

    [Fact]
    public void On_the_day_of_the_bad_release_only_Chrome_fails_and_buys_nothing()
    {
        var events = DemoDay.Of(Plan, Plan.BadDeployDay);
        var failing = events.Where(item => item.Name == "error").ToList();
        Assert.NotEmpty(failing);
        Assert.All(failing, item => Assert.True(IsChrome(item)));
        Assert.DoesNotContain(events, item => item.Name == "purchase" && IsChrome(item));
        Assert.Contains(events, item => item.Name == "purchase");
        Assert.DoesNotContain(DemoDay.Of(Plan, Plan.BadDeployDay.AddDays(-1)), item => item.Name == "error");
    }

    [Fact]
    public void Addresses_are_of_the_countries_they_stand_for_and_browsers_are_no_bots()
    {
        var countries = CountryRanges.Load(Path.Combine(EnrichmentFactory.BuiltInFiles, "countries.bin"));
        foreach (var place in DemoVisitor.Places)
        {
            Assert.Equal(place.Country, countries.Find(VisitorAddress.Parse($"{place.A}.{place.B}.17.4")));
        }

        using var bench = new EnrichBench();
        var visitors = Enumerable.Range(0, 400).Select(i => DemoVisitor.Of(Plan, Plan.FirstDay, i)).ToList();
        foreach (var agent in visitors.Select(visitor => visitor.UserAgent).Distinct())
        {
            var seen = bench.One(new IncomingEvent { Url = "https://shop.example/", UserAgent = agent });
            Assert.NotEqual("", seen.Visit.Browser);
            Assert.NotEqual("", seen.Visit.Os);
        }

        Assert.Equal(400, visitors.Select(visitor => visitor.Id).Distinct().Count());
    }

    private static bool IsChrome(IncomingEvent item) =>
        item.UserAgent!.Contains(" Chrome/142.", StringComparison.Ordinal) && !item.UserAgent.Contains(" Edg/", StringComparison.Ordinal);

    private static List<string> Lines(IEnumerable<IncomingEvent> events) =>
        [.. events.Select(item => $"{item.TimeMs} {item.Name} {item.Url} {item.VisitorId} {item.Referrer} {item.RevenueE4} {item.EngagedMs} {item.Scroll}")];
}
