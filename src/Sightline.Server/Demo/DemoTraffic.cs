using System.Globalization;
using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Server.Demo;

/// <summary>
/// Visitors of this moment, sent to the server as browsers send them. 20 to 60 page views a minute by the hour of the day, so that there
/// is something to see; once that has been an ordinary day's worth, far fewer, so that a demo left running keeps the shape of its days.
/// </summary>
/// <param name="plan">Who comes and does what.</param>
/// <param name="project">Whose key is sent.</param>
/// <param name="server">A client whose base address is the server.</param>
/// <param name="time">The clock.</param>
/// <param name="sinceMs">When given: the last half hour, as far as it is after this, had its visitors already, so that the first screen shows some.</param>
internal sealed class DemoTraffic(DemoPlan plan, Project project, HttpClient server, TimeProvider time, long? sinceMs = null)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const int FewPageViewsAMinute = 3;
    private const double PageViewsAVisit = 2.9;
    private const int LongestStepMs = 60_000;
    private const int HalfHourMs = 30 * 60_000;
    private const double BusyBefore = 0.3;

    // Numbers of visits that history does not use, and that differ after a restart.
    private readonly long _firstNumber = time.GetUtcNow().ToUnixTimeSeconds() << 20;
    private readonly Random _random = plan.RandomOf(time.GetUtcNow().ToUnixTimeMilliseconds());
    private readonly PriorityQueue<IncomingEvent, long> _coming = new();
    private long _begun;
    private long? _lastMs;
    private DateOnly _day;
    private int _pageViewsToday;
    private double _due;

    /// <summary>Lets the time since the last call pass: visits begin, and what is due is sent.</summary>
    /// <returns>Data sent.</returns>
    /// <exception cref="HttpRequestException">The server does not take them.</exception>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        if (_lastMs is null && sinceMs is { } since)
        {
            for (var beforeMs = Math.Max(since, nowMs - HalfHourMs); beforeMs < nowMs - LongestStepMs; beforeMs += LongestStepMs)
            {
                Begin(now, beforeMs, BusyBefore);
            }
        }

        Begin(now, nowMs, 1);
        var sent = 0;
        while (_coming.TryPeek(out var item, out var dueMs) && dueMs <= nowMs)
        {
            _coming.Dequeue();
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new ByteArrayContent(Body(item, nowMs)) };
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", item.ClientIp);
            using var answer = await server.SendAsync(request, cancellationToken);
            answer.EnsureSuccessStatusCode();
            _pageViewsToday += item.Kind == EventKind.PageView ? 1 : 0;
            sent++;
        }

        return sent;
    }

    private void Begin(DateTimeOffset now, long nowMs, double share)
    {
        var local = TimeZoneInfo.ConvertTime(now, DemoPlan.Zone);
        var day = DateOnly.FromDateTime(local.DateTime);
        if (day != _day)
        {
            _day = day;
            _pageViewsToday = 0;
        }

        // At the first call a visit is begun already, so that the first screen shows somebody; after a pause (a laptop that slept) not all at once.
        var passedMs = _lastMs is { } last ? Math.Clamp(nowMs - last, 0, LongestStepMs) : LongestStepMs;
        _lastMs = nowMs;
        var pageViewsAMinute = _pageViewsToday * 3 > plan.EventsOn(day) ? FewPageViewsAMinute : 20 + (40 * DemoDay.Busy(local.Hour));
        _due += share * pageViewsAMinute / PageViewsAVisit * passedMs / 60_000 * (0.5 + _random.NextDouble());
        for (; _due >= 1; _due--)
        {
            foreach (var item in DemoDay.Visit(plan, day, _firstNumber + _begun++, nowMs))
            {
                _coming.Enqueue(item, item.TimeMs!.Value);
            }
        }
    }

    private byte[] Body(IncomingEvent item, long nowMs)
    {
        using var bytes = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("key", project.PublicKey);
            json.WriteString("name", item.Name);
            json.WriteString("url", item.Url);
            json.WriteString("referrer", item.Referrer);
            json.WriteString("title", item.Title);
            json.WriteString("visitor_id", item.VisitorId);
            json.WriteString("user_agent", item.UserAgent);
            json.WriteString("language", item.Language);
            json.WriteString("screen", item.Screen);
            json.WriteNumber("age_ms", nowMs - item.TimeMs!.Value);
            switch (item.Kind)
            {
                case EventKind.Engagement:
                    json.WriteNumber("engaged_ms", item.EngagedMs);
                    json.WriteNumber("scroll", item.Scroll);
                    break;
                case EventKind.Passive:
                    json.WriteBoolean("interactive", false);
                    break;
            }

            if (item.Props is not null)
            {
                json.WritePropertyName("props");
                json.WriteRawValue(item.Props);
            }

            if (item.RevenueE4 is { } revenue)
            {
                json.WriteStartObject("revenue");
                json.WriteString("amount", (revenue / 10_000m).ToString(CultureInfo.InvariantCulture));
                json.WriteString("currency", item.Currency);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
