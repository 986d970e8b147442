using System.Globalization;
using System.Net;
using System.Text;
using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>The clock is a day ahead, a day behind, right again, with and without a restart between: nothing is refused, lost or counted twice.</summary>
public sealed class ClockJumpTests
{
    private const int EventsEach = 200;
    private const int Visitors = 20;
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly JumpingClock _clock = new();
    private readonly Ledger _ledger = new();

    /// <summary>Noon, so that no day ends during the test.</summary>
    public ClockJumpTests() => _clock.Jump(TimeSpan.FromHours(12) - _clock.GetUtcNow().TimeOfDay);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(+1, -1)]
    [InlineData(-1, +1)]
    public async Task Events_before_and_after_a_jump_are_stored_and_make_one_visit_a_day(int first, int second)
    {
        await using var server = await ServerUnderTest.StartAsync(_clock);
        // A limit of its own, generous: a clock that jumps must not use it up.
        var project = server.AddProject(change: new ProjectChange { EventsPerSecond = 1000 });
        await SendAsync(server, project);
        _clock.Jump(first * s_day);
        await SendAsync(server, project);
        await server.RestartAsync();
        await SendAsync(server, project);
        _clock.Jump(second * s_day);
        await SendAsync(server, project);
        _clock.Jump(second * s_day);
        await SendAsync(server, project);
        await server.DrainAsync();
        Assert.Equal("ok", await server.Client.GetStringAsync("/readyz", Cancel));

        var stored = StoredEvents.Read(server.Path.Store, project.Id);
        Assert.Empty(new StoreAudit(stored, _ledger).Run());
        Assert.Equal(5 * EventsEach, stored.Events.Count);
        // Three days, and a day's sendings lie seconds apart.
        Assert.Equal(3 * Visitors, stored.Visits.Count);
        Assert.All(stored.Visits, visit => Assert.InRange(visit.EndMs - visit.StartMs, 0, 5 * 60_000));
    }

    [Fact]
    public async Task A_cookieless_visitor_is_the_same_one_on_a_day_the_clock_comes_back_to()
    {
        await using var server = await ServerUnderTest.StartAsync(_clock);
        var project = server.AddProject();
        for (var jump = 0; jump < 4; jump++)
        {
            // Today, tomorrow, today, tomorrow.
            await PostAsync(server, $$$"""{"key":"{{{project.PublicKey}}}","name":"pageview","url":"https://shop.example/","props":{"n":{{{jump + 1}}}}}""");
            _clock.Jump(jump % 2 == 0 ? s_day : -s_day);
        }

        await server.DrainAsync();
        var stored = StoredEvents.Read(server.Path.Store, project.Id);
        Assert.Equal(4, stored.Events.Count);
        Assert.Equal([2L, 2L], stored.Visits.Select(visit => visit.PageViews));
    }

    [Fact]
    public async Task The_log_s_addresses_go_although_the_clock_went_back()
    {
        await using var server = await ServerUnderTest.StartAsync(_clock);
        var project = server.AddProject();
        await SendAsync(server, project);
        _clock.Jump(-s_day);
        await SendAsync(server, project);
        await server.DrainAsync();
        server.Path.Log.RollIfOlderThan(TimeSpan.Zero);
        await SendAsync(server, project);
        await server.DrainAsync();
        Assert.Equal(1, server.Path.Log.Statistics.Segments);
        Assert.Equal(3 * EventsEach, StoredEvents.Read(server.Path.Store, project.Id).Events.Count);
    }

    /// <summary>Events without a time of their own: they happened when the server's clock says they came.</summary>
    private async Task SendAsync(ServerUnderTest server, Project project)
    {
        for (var sent = 0; sent < EventsEach; sent += Visitors)
        {
            var events = Enumerable.Range(0, Visitors).Select(visitor => new SentEvent(_ledger.NextNumber(), $"v{visitor}", null)).ToList();
            var text = new StringBuilder("[");
            foreach (var e in events)
            {
                text.Append(text.Length > 1 ? "," : "").Append(CultureInfo.InvariantCulture,
                    $"{{\"key\":\"{project.PublicKey}\",\"name\":\"pageview\",\"url\":\"https://shop.example/p{sent}\",\"visitor_id\":\"{e.Visitor}\",\"props\":{{\"n\":{e.Number}}}}}");
            }

            await PostAsync(server, text.Append(']').ToString());
            _ledger.Add(new SentRequest { Path = "/api/event", Body = null, Events = events, Bad = 0, Repeated = false, Answer = "", Fate = Fate.Acknowledged });
        }
    }

    private static async Task PostAsync(ServerUnderTest server, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent(json) };
        request.Headers.UserAgent.ParseAdd(CrashLoad.UserAgent);
        using var answer = await server.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }
}
