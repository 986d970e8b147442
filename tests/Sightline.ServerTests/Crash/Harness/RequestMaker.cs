using System.Globalization;
using System.Text;

namespace Sightline.ServerTests.Crash;

/// <summary>
/// Makes the mixed load: single events and arrays for <c>/api/event</c>, hits for <c>/matomo.php</c>, single and bulk. Visitors come in
/// groups of 300, each seen a dozen times within a day and a half in no order, so that visits grow, join and are written again.
/// </summary>
internal sealed class RequestMaker(Random random, Ledger ledger, string key, uint project, long nowMs, bool repeated)
{
    private const int Visitors = 300;
    private const int EventsEach = 13;
    private static readonly string[] s_custom = ["signup", "add to cart", "play", "download"];

    public SentRequest Next()
    {
        var matomo = !repeated && random.Next(6) == 0;
        var count = random.Next(3) == 0 ? random.Next(2, 51) : 1;
        var events = new List<SentEvent>(count);
        var bad = 0;
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            if (!matomo && !repeated && i > 0 && random.Next(40) == 0)
            {
                bad++;
                text.Append(",{\"name\":\"pageview\",\"url\":\"no page\"}");
                continue;
            }

            var number = ledger.NextNumber();
            var visitor = (number / (Visitors * EventsEach) * Visitors) + random.Next(Visitors);
            if (matomo)
            {
                events.Add(new SentEvent(number, $"m{visitor}", null));
                var hit = $"idsite={project}&rec=1&cid={visitor:x16}&url=https%3A%2F%2Fshop.example%2Fm{number % 40}&dimension1={number}";
                text.Append(count == 1 ? hit : $"{(i > 0 ? "," : "")}\"?{hit}\"");
            }
            else
            {
                events.Add(new SentEvent(number, $"v{visitor}", TimeOf()));
                text.Append(i > 0 ? "," : "");
                Write(text, events[^1]);
            }
        }

        var request = new SentRequest
        {
            Path = matomo ? "/matomo.php" : "/api/event",
            Body = Encoding.UTF8.GetBytes(count == 1 ? text.ToString() : matomo ? $$"""{"requests":[{{text}}]}""" : $"[{text}]"),
            Events = events,
            Bad = bad,
            Repeated = repeated,
            Answer = !matomo ? $"\"accepted\":{events.Count}," : count == 1 ? "GIF" : $"\"tracked\":{count},",
        };
        ledger.Add(request);
        return request;
    }

    /// <summary>One of six times of the last day and a half, each a little over an hour long.</summary>
    private long TimeOf() => nowMs - (36L * 3_600_000) + (random.Next(6) * 6L * 3_600_000) + random.Next(70 * 60_000);

    private void Write(StringBuilder text, SentEvent e)
    {
        text.Append(CultureInfo.InvariantCulture, $"{{\"key\":\"{key}\",\"visitor_id\":\"{e.Visitor}\",\"time\":{e.TimeMs},\"props\":{{\"n\":{e.Number}}},");
        if (repeated)
        {
            text.Append(CultureInfo.InvariantCulture, $"\"id\":\"order-{e.Number}\",");
        }

        var page = e.Number % 50;
        switch (random.Next(10))
        {
            case 0:
                text.Append(CultureInfo.InvariantCulture, $"\"name\":\"engagement\",\"url\":\"https://shop.example/p{page}\",\"engaged_ms\":{random.Next(1, 60_000)}}}");
                break;
            case < 4:
                text.Append(CultureInfo.InvariantCulture, $"\"name\":\"{s_custom[random.Next(s_custom.Length)]}\",\"url\":\"https://shop.example/p{page}\"}}");
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"\"name\":\"pageview\",\"url\":\"https://shop.example/p{page}\",\"title\":\"Page {e.Number}\",");
                text.Append(CultureInfo.InvariantCulture, $"\"referrer\":\"https://www.example.org/{page}\"}}");
                break;
        }
    }
}
