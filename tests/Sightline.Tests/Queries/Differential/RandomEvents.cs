using System.Globalization;
using System.Text;
using Sightline.Core.Model;

namespace Sightline.Tests.Queries.Differential;

/// <summary>Events of a small site with few visitors, so that everything meets everything: late, equal in time, in many visits.</summary>
internal sealed class RandomEvents(Random random, uint project, long nowMs)
{
    /// <summary>Visitors from here on are made by <see cref="MakeLate"/>.</summary>
    public const ulong LateVisitors = 1000;

    private static readonly string[] Paths = ["/", "/shop", "/shop/cart", "/blog/été", "/a%b_c", "/it's", "/long/" + new string('x', 40), ""];
    private static readonly string[] Names = ["signup", "add_to_cart", "download", "it's"];
    private static readonly string[] Currencies = ["", "EUR", "EUR", "USD", "JPY"];

    private readonly HashSet<(ulong, long)> taken = [];
    private readonly Dictionary<ulong, VisitContext> contexts = [];

    public List<Event> Make(int count)
    {
        List<Event> events = [];
        while (events.Count < count)
        {
            Visit(events);
        }
        return events;
    }

    /// <summary>Whole visits of visitors not seen before, of the day before a time.</summary>
    public List<Event> MakeLate(int count, long beforeMs)
    {
        List<Event> events = [];
        for (var visitor = LateVisitors; events.Count < count; visitor++)
        {
            Visit(events, visitor, beforeMs - random.NextInt64(0, 86_400_000));
        }
        return events;
    }

    private void Visit(List<Event> events)
    {
        var visitor = (ulong)random.Next(1, 40);
        var at = nowMs - random.NextInt64(0, 9 * 86_400_000L);
        if (random.Next(4) == 0)
        {
            at = nowMs - random.NextInt64(0, 1_800_000);
        }
        Visit(events, visitor, at);
    }

    private void Visit(List<Event> events, ulong visitor, long at)
    {
        var length = random.Next(1, 8);
        for (var i = 0; i < length; i++)
        {
            events.Add(One(visitor, at));
            at += random.Next(5) switch { 0 => 0, 1 => 1_800_000, 2 => 1_799_999, _ => random.Next(1, 600_000) };
        }
    }

    private Event One(ulong visitor, long at)
    {
        var kind = (EventKind)random.Next(1, 5);
        var unique = taken.Add((visitor, at));
        if (kind == EventKind.PageView && !unique)
        {
            // Which of two pages of one millisecond came first is the store's secret: keep to what the definition says.
            kind = EventKind.Interaction;
        }
        var newVisit = unique && random.Next(25) == 0 && kind != EventKind.Engagement;
        var money = random.Next(4) == 0;
        var user = random.Next(12) == 0;
        return new()
        {
            Project = project,
            ReceivedBy = ReceivedBy.EventApi,
            TimeMs = at,
            Kind = kind,
            Name = kind switch { EventKind.PageView => "pageview", EventKind.Engagement => "engagement", _ => Pick(Names) },
            Host = Pick(["shop.example", "www.shop.example", ""]),
            Path = Pick(Paths),
            Title = Pick(["Home", "Cart", "", "Ünïcode"]),
            Props = random.Next(3) == 0 ? null : Props(),
            RevenueE4 = money ? random.Next(-20_000, 500_000) : null,
            Currency = money ? Pick(Currencies) : "",
            EngagedMs = kind == EventKind.Engagement ? (uint)random.Next(0, 60_000) : 0,
            Scroll = random.Next(2) == 0 ? (byte)random.Next(0, 101) : (byte)255,
            Visitor = visitor,
            Person = user ? (ulong)random.Next(1000, 1005) : 0,
            AlsoVisitor = user ? (ulong)random.Next(1, 40) : 0,
            Persistent = true,
            Tie = (uint)random.Next(),
            NewVisit = newVisit,
            Visit = contexts.TryGetValue(visitor, out var known) && random.Next(3) > 0 ? known : contexts[visitor] = Context(),
        };
    }

    private VisitContext Context() => new()
    {
        Source = Pick(["", "Google", "newsletter", "t.co"]),
        Referrer = Pick(["", "google.com/", "t.co/abc"]),
        Channel = Pick(["Direct", "Organic Search", "Email"]),
        UtmSource = Pick(["", "news"]),
        UtmMedium = Pick(["", "email", "cpc"]),
        UtmCampaign = Pick(["", "spring", "autumn"]),
        UtmTerm = Pick(["", "shoes"]),
        UtmContent = Pick(["", "banner"]),
        Country = Pick(["", "DE", "AT", "US"]),
        Region = Pick(["", "DE-BE", "DE-BY"]),
        City = Pick(["", "Berlin", "München"]),
        Language = Pick(["", "de-DE", "en"]),
        Device = Pick(["", "Desktop", "Mobile"]),
        Browser = Pick(["", "Chrome", "Firefox"]),
        BrowserVersion = Pick(["", "120", "99", "17.2"]),
        Os = Pick(["", "Linux", "Windows"]),
        OsVersion = Pick(["", "10", "11"]),
        Screen = Pick(["", "1920x1080", "390x844"]),
    };

    private byte[] Props()
    {
        List<string> members = [];
        if (random.Next(2) == 0)
        {
            members.Add("\"plan\":\"" + Pick(["free", "pro", "it's", "12"]) + "\"");
        }
        if (random.Next(2) == 0)
        {
            members.Add(string.Create(CultureInfo.InvariantCulture, $"\"n\":{random.Next(-50, 200)}"));
        }
        if (random.Next(3) == 0)
        {
            members.Add("\"n/a~b 'q\\\"\":" + Pick(["1.5", "\"2.25\"", "\"x\"", "true", "0.5", "\"1e2\""]));
        }
        return Encoding.UTF8.GetBytes("{" + string.Join(',', members) + "}");
    }

    private string Pick(string[] from) => from[random.Next(from.Length)];
}
