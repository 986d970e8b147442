using Sightline.Core.Model;

namespace Sightline.Server.Demo;

/// <summary>A whole day of the demo's history, always the same for the same plan.</summary>
internal static class DemoDay
{
    private static readonly double[] Hours = [6, 4, 3, 2, 2, 4, 12, 26, 40, 52, 58, 62, 60, 56, 58, 60, 62, 64, 68, 76, 84, 74, 46, 20];

    private static readonly string[] Bots =
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36",
    ];

    /// <summary>How busy an hour is beside the busiest, 0 to 1.</summary>
    public static double Busy(int hour) => Hours[hour] / Hours.Max();

    /// <summary>All data of the day, in order of time; none is outside it.</summary>
    public static List<IncomingEvent> Of(DemoPlan plan, DateOnly day)
    {
        var (start, end) = (DemoPlan.StartMs(day), DemoPlan.StartMs(day.AddDays(1)));
        var events = new List<IncomingEvent>();
        var budget = plan.EventsOn(day);
        for (var visit = 0; events.Count < budget; visit++)
        {
            // Bots and pages fetched ahead come in between, about one datum in twenty-five.
            events.AddRange(visit % 11 == 5 ? Machines(plan, day, start, visit) : Visit(plan, day, visit, start + TimeOfDay(plan, day, visit)));
        }

        events.RemoveAll(item => item.TimeMs >= end);
        events.Sort(static (left, right) => left.TimeMs!.Value.CompareTo(right.TimeMs!.Value));
        return events;
    }

    /// <summary>The visit of a number on a day, at a time.</summary>
    public static List<IncomingEvent> Visit(DemoPlan plan, DateOnly day, long number, long startMs)
    {
        var random = plan.RandomOf(day.DayNumber, 2, number);
        var badRelease = day == plan.BadDeployDay;
        if (IsViral(plan, day, random))
        {
            return DemoVisit.Of(random, DemoVisitor.Of(plan, day, number), DemoSource.OfViral(random), plan.Origin, startMs, returning: false, badRelease);
        }

        if (!random.Happens(0.34))
        {
            return DemoVisit.Of(random, DemoVisitor.Of(plan, day, number), DemoSource.OfNew(random, day), plan.Origin, startMs, returning: false, badRelease);
        }

        // Most who come back do so within days.
        var first = day.AddDays(-1 - (int)(-5 * Math.Log(1 - random.NextDouble())));
        var regulars = Math.Max(5, plan.EventsOn(first) / 12);
        return DemoVisit.Of(
            random, DemoVisitor.Of(plan, first, random.Next(regulars)), DemoSource.OfReturning(random, day), plan.Origin, startMs, returning: true, badRelease);
    }

    private static bool IsViral(DemoPlan plan, DateOnly day, Random random) =>
        random.Happens(day == plan.ViralDay ? 0.68 : day == plan.ViralDay.AddDays(1) ? 0.4 : 0);

    private static long TimeOfDay(DemoPlan plan, DateOnly day, int visit)
    {
        var random = plan.RandomOf(day.DayNumber, 3, visit);
        var hour = random.Pick(24, i => Hours[i]);
        // The day clocks change on has an hour less or more; nobody will miss the visits of it.
        return (hour * 3_600_000L) + random.Next(3_600_000);
    }

    private static IEnumerable<IncomingEvent> Machines(DemoPlan plan, DateOnly day, long start, int visit)
    {
        var random = plan.RandomOf(day.DayNumber, 4, visit);
        var at = start + TimeOfDay(plan, day, visit);
        if (random.Happens(0.25))
        {
            // A browser that fetches the page ahead, for a visit that does not come.
            var ahead = DemoVisit.Of(random, DemoVisitor.Of(plan, day, visit), DemoSource.Direct, plan.Origin, at, returning: false, badRelease: false)[0];
            ahead.Flags = IncomingFlags.Prefetch;
            yield return ahead;
            yield break;
        }

        var bot = random.Of(Bots);
        for (var pages = 1 + random.Next(8); pages > 0; pages--)
        {
            var product = random.Of(DemoCatalog.Products);
            yield return new IncomingEvent
            {
                TimeMs = at += 1000 + random.Next(9000),
                Url = plan.Origin + product.Path,
                Title = product.Title,
                ClientIp = $"66.249.{random.Next(64, 96)}.{random.Next(1, 255)}",
                UserAgent = bot,
                Screen = "1024x768",
            };
        }
    }
}
