using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Pages;

/// <summary>
/// A small shop whose visits have a rhythm of days and weeks: two months of them up to now, a few in the last half hour, goals, notes, drops.
/// The same for the same moment. Screenshots and tests in a browser look at it.
/// </summary>
internal static class ShopData
{
    private static readonly (string Source, string Channel, string Referrer, string Medium, string Campaign, double Weight)[] Sources =
    [
        ("", "Direct", "", "", "", 34), ("Google", "Organic Search", "google.com", "", "", 30), ("Bing", "Organic Search", "bing.com", "", "", 4),
        ("ChatGPT", "AI Assistants", "chatgpt.com", "", "", 6), ("Hacker News", "Organic Social", "news.ycombinator.com", "", "", 7),
        ("Reddit", "Organic Social", "reddit.com/r/bicycles", "", "", 5), ("newsletter", "Email", "", "email", "autumn-sale", 6),
        ("Google", "Paid Search", "google.com", "cpc", "brand-search", 5), ("Instagram", "Paid Social", "instagram.com", "paid_social", "autumn-sale", 3),
    ];

    private static readonly (string Country, string Region, string City, string Language, double Weight)[] Places =
    [
        ("DE", "Berlin", "Berlin", "de-DE", 22), ("DE", "Bavaria", "Munich", "de-DE", 12), ("AT", "Vienna", "Vienna", "de-AT", 6), ("CH", "Zurich", "Zurich", "de-CH", 5),
        ("US", "California", "San Francisco", "en-US", 14), ("US", "New York", "New York", "en-US", 9), ("GB", "England", "London", "en-GB", 10), ("FR", "Île-de-France", "Paris", "fr-FR", 7),
        ("NL", "North Holland", "Amsterdam", "nl-NL", 4), ("PL", "Mazovia", "Warsaw", "pl-PL", 3), ("ES", "Catalonia", "Barcelona", "es-ES", 3), ("BR", "São Paulo", "São Paulo", "pt-BR", 2),
        ("IN", "Karnataka", "Bengaluru", "en-IN", 3), ("JP", "Tokyo", "Tokyo", "ja-JP", 2), ("AU", "Victoria", "Melbourne", "en-AU", 1), ("", "", "", "", 2),
    ];

    private static readonly (string Device, string Browser, string Version, string Os, string OsVersion, string Screen, double Weight)[] Devices =
    [
        ("Desktop", "Chrome", "141", "Windows", "11", "1920x1080", 28), ("Desktop", "Firefox", "144", "GNU/Linux", "", "2560x1440", 9), ("Desktop", "Safari", "18.5", "macOS", "15", "1512x982", 14),
        ("Mobile", "Safari", "18.5", "iOS", "18", "390x844", 26), ("Mobile", "Chrome", "141", "Android", "15", "412x915", 18), ("Tablet", "Safari", "18.5", "iPadOS", "18", "820x1180", 4),
    ];

    private static readonly (string Path, string Title, double Weight)[] Pages =
    [
        ("/", "Wheelwright: bicycles that last", 30), ("/bikes", "All bicycles", 18), ("/bikes/commuter", "The Commuter", 14), ("/bikes/gravel", "The Gravel", 10), ("/bikes/cargo", "The Cargo", 6),
        ("/blog/how-to-choose-a-frame-size-without-visiting-a-shop", "How to choose a frame size without visiting a shop", 8), ("/about", "About us", 5), ("/contact", "Contact", 3),
        ("/blog/winter-riding", "Winter riding", 6), ("/jobs", "Jobs", 1),
    ];

    /// <summary>Goals, notes and saved views of the project, and its visits.</summary>
    /// <param name="data">The data directory; nothing may have it open.</param>
    /// <param name="now">Data end here.</param>
    /// <param name="visitsADay">About so many.</param>
    public static Project Fill(string data, DateTimeOffset now, int visitsADay)
    {
        var settings = SettingsDb.Open(data, TimeProvider.System);
        var projects = new ProjectStore(settings, TimeProvider.System);
        var project = projects.Add(
            "Wheelwright", new ProjectChange { Domains = ["wheelwright.example"], TimeZone = "Europe/Berlin", Currency = "EUR" },
            [new NewGoal("Purchase", "purchase", null), new NewGoal("Newsletter", "newsletter_signup", null), new NewGoal("Read the blog", null, "/blog/*")]);
        using var notes = new NoteStore(settings, TimeProvider.System);
        notes.Add(project.Id, now.AddDays(-18).ToUnixTimeMilliseconds(), "Autumn sale begins");
        notes.Add(project.Id, now.AddDays(-6).ToUnixTimeMilliseconds(), "On the front page of Hacker News");
        using var views = new SavedViews(settings, TimeProvider.System);
        views.Save(project.Id, "Organic search, 90 days", "?range=90d&f=is%2Cvisit%3Achannel%2COrganic%20Search");
        views.Save(project.Id, "Phones in Germany", "?f=is%2Cvisit%3Acountry%2CDE&f=is%2Cvisit%3Adevice%2CMobile");
        using var store = EventStore.Open(data, new EventStoreOptions(), TimeProvider.System);
        using var writer = new StoreWriter(store);
        var random = new Random(20261122);
        var events = new List<Event>();
        for (var day = 62; day >= 0; day--)
        {
            events.AddRange(Day(project.Id, random, now, day, visitsADay));
        }

        for (var i = 0; i < 24; i++)
        {
            events.AddRange(Visit(project.Id, random, now.AddMinutes(-random.NextDouble() * 28).AddSeconds(-20), now, viral: false));
        }

        events.Sort((a, b) => a.TimeMs.CompareTo(b.TimeMs));
        var position = 0L;
        foreach (var part in events.Chunk(5000))
        {
            var batch = new StoreBatch { UpTo = new LogPosition(position += 100) };
            batch.Events.AddRange(part);
            // Some of what comes is dropped: with each batch, so that there are several days of it.
            foreach (var (reason, count, sample) in Drops)
            {
                batch.Drops.Add(new Drop(project.Id, part[^1].TimeMs, ReceivedBy.EventApi, reason, count, sample));
            }

            foreach (var perDay in part.GroupBy(e => e.TimeMs / 86_400_000))
            {
                batch.Received.Add(new ReceivedCount(project.Id, perDay.First().TimeMs, ReceivedBy.EventApi, (uint)perDay.Count()));
            }

            batch.Received.Add(new ReceivedCount(project.Id, part[^1].TimeMs, ReceivedBy.EventApi, (uint)Drops.Sum(drop => drop.Count)));
            writer.Write(batch);
        }

        return projects.Find(project.Id)!;
    }

    private static readonly (DropReason Reason, uint Count, string Sample)[] Drops =
    [
        (DropReason.Bot, 412, "pageview https://wheelwright.example/bikes Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"),
        (DropReason.Host, 61, "pageview https://staging.wheelwright.example/checkout"), (DropReason.Prefetch, 34, "pageview https://wheelwright.example/bikes/commuter"),
        (DropReason.ReferrerSpam, 12, "pageview https://wheelwright.example/ from buttons-for-website.com"), (DropReason.Malformed, 3, """{"name":"pageview","url":}"""),
    ];

    private static IEnumerable<Event> Day(uint project, Random random, DateTimeOffset now, int daysAgo, int visitsADay)
    {
        var day = now.UtcDateTime.Date.AddDays(-daysAgo);
        var weekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        var viral = daysAgo == 6;
        var visits = (int)(visitsADay * (weekend ? 0.62 : 1) * (0.88 + (random.NextDouble() * 0.24)) * (viral ? 2.4 : 1) * (1.25 - (daysAgo * 0.006)));
        for (var i = 0; i < visits; i++)
        {
            // Two humps: noon and evening.
            var hour = random.NextDouble() < 0.45 ? 12 + (Gauss(random) * 2.6) : 19 + (Gauss(random) * 2.2);
            var at = new DateTimeOffset(day, TimeSpan.Zero).AddHours(Math.Clamp(hour, 0, 23.99) - 1);
            if (at < now.AddMinutes(-30))
            {
                foreach (var e in Visit(project, random, at, now, viral))
                {
                    yield return e;
                }
            }
        }
    }

    private static IEnumerable<Event> Visit(uint project, Random random, DateTimeOffset at, DateTimeOffset now, bool viral)
    {
        var source = viral && random.NextDouble() < 0.55 ? Sources[4] : Pick(random, Sources, s => s.Weight);
        var (place, device) = (Pick(random, Places, p => p.Weight), Pick(random, Devices, d => d.Weight));
        var context = new VisitContext
        {
            Source = source.Source,
            Channel = source.Channel,
            Referrer = source.Referrer,
            UtmMedium = source.Medium,
            UtmCampaign = source.Campaign,
            UtmSource = source.Medium.Length > 0 ? source.Source.ToLowerInvariant() : "",
            Country = place.Country,
            Region = place.Region,
            City = place.City,
            Language = place.Language,
            Device = device.Device,
            Browser = device.Browser,
            BrowserVersion = device.Version,
            Os = device.Os,
            OsVersion = device.OsVersion,
            Screen = device.Screen,
        };
        var visitor = (ulong)random.NextInt64(1, long.MaxValue);
        var views = random.NextDouble() < 0.41 ? 1 : 2 + (int)(random.NextDouble() * random.NextDouble() * 7);
        for (var view = 0; view < views && at < now; view++)
        {
            var (path, title, _) = Pick(random, Pages, p => p.Weight);
            yield return New(project, at, EventKind.PageView, "pageview", path, title, visitor, context, null, null);
            if (random.NextDouble() < 0.10)
            {
                yield return New(project, at.AddSeconds(9), EventKind.Interaction, "add_to_cart", path, title, visitor, context, Props("plan", Pick(random, Plans, p => p.Weight).Plan, random), null);
            }

            at = at.AddSeconds(12 + (random.NextDouble() * 140));
        }

        var chance = random.NextDouble();
        if (views > 2 && chance < 0.16 && at < now)
        {
            yield return New(project, at, EventKind.Interaction, "purchase", "/checkout", "Thank you", visitor, context, Props("plan", Pick(random, Plans, p => p.Weight).Plan, random), (long)((90 + (random.NextDouble() * 1700)) * 10_000));
        }
        else if (chance > 0.965 && at < now)
        {
            yield return New(project, at, EventKind.Interaction, "newsletter_signup", "/", "Wheelwright: bicycles that last", visitor, context, null, null);
        }
    }

    private static readonly (string Plan, double Weight)[] Plans = [("rent", 3), ("buy", 6), ("lease", 2)];

    private static byte[] Props(string name, string value, Random random) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"{{name}}":"{{value}}","quantity":{{random.Next(1, 4)}}}"""));

    private static Event New(
        uint project, DateTimeOffset at, EventKind kind, string name, string path, string title, ulong visitor, VisitContext visit, byte[]? props, long? revenue) => new()
        {
            Project = project,
            ReceivedBy = ReceivedBy.EventApi,
            ReceivedMs = at.ToUnixTimeMilliseconds(),
            TimeMs = at.ToUnixTimeMilliseconds(),
            Kind = kind,
            Name = name,
            Host = "wheelwright.example",
            Path = path,
            Title = title,
            Visitor = visitor,
            Visit = visit,
            Props = props,
            RevenueE4 = revenue,
            Currency = revenue is null ? "" : "EUR",
        };

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static T Pick<T>(Random random, T[] from, Func<T, double> weight)
    {
        var at = random.NextDouble() * from.Sum(weight);
        foreach (var one in from)
        {
            if ((at -= weight(one)) < 0)
            {
                return one;
            }
        }

        return from[^1];
    }
}
