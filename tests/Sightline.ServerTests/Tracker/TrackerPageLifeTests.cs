using Microsoft.Playwright;
using Sightline.Core.Model;

namespace Sightline.ServerTests.Tracker;

/// <summary>Time in use, depth, leaving, coming back from the cache, pages prepared ahead. The browser's clock is moved by hand.</summary>
[Collection(BrowserTests.Name)]
public sealed class TrackerPageLifeTests(Chromium chromium)
{
    // What a switch to another tab does; a headless browser has no tabs to switch.
    private const string Switchable =
        """
        let shown = true;
        Object.defineProperty(Document.prototype, 'visibilityState', { get: () => shown ? 'visible' : 'hidden' });
        Object.defineProperty(Document.prototype, 'hidden', { get: () => !shown });
        window.show = now => { shown = now; document.dispatchEvent(new Event('visibilitychange', { bubbles: true })) };
        """;

    [Fact]
    public async Task Engaged_time_counts_use_and_stops_a_minute_after_the_last_sign_of_life_and_while_hidden()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await StartClockAsync(page);
        await page.AddInitScriptAsync(Switchable);
        await page.GotoAsync(site.Url + "/");
        await page.Clock.RunForAsync(200);
        await server.WaitForAsync("pageview", "/");

        await page.Clock.RunForAsync(20_000);
        await page.EvaluateAsync("dispatchEvent(new Event('pointermove'))");
        await page.Clock.RunForAsync(300_000);
        await page.EvaluateAsync("show(false)");
        await server.WaitForAsync(events => events.Count(read => read.Name == "engagement") == 1);
        // 20.2 s until the pointer moved, then a minute of the five.
        Assert.InRange(server.Events[^1].EngagedMs, 80_200u, 80_900u);

        await page.Clock.RunForAsync(40_000);
        await page.EvaluateAsync("show(true)");
        await page.Clock.RunForAsync(7_000);
        await page.EvaluateAsync("show(false)");
        await server.WaitForAsync(events => events.Count(read => read.Name == "engagement") == 2);
        Assert.InRange(server.Events[^1].EngagedMs, 7_000u, 7_500u);

        // Nothing new to tell: leaving a page that was hidden sends nothing more.
        await page.GotoAsync(site.Url + "/about");
        await page.Clock.RunForAsync(200);
        await server.WaitForAsync("pageview", "/about");
        Assert.Equal(2, server.Events.Count(read => read.Name == "engagement"));
    }

    [Fact]
    public async Task Scroll_depth_is_the_deepest_point_seen_of_each_page()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/long");
        await server.WaitForAsync("pageview", "/long");
        var half = await page.EvaluateAsync<int>("document.documentElement.scrollHeight / 2 - innerHeight");
        await ScrollToAsync(page, half);
        await ScrollToAsync(page, 0);
        // A single-page app goes on at the top: what was seen of the page before says nothing about the new one.
        await page.EvaluateAsync("go('/long/next')");
        await server.WaitForAsync("pageview", "/long/next");
        await page.GotoAsync(site.Url + "/about");
        await server.WaitForAsync("pageview", "/about");
        await page.GotoAsync("about:blank");
        await server.WaitForAsync("engagement", "/about");

        byte Depth(string path) => server.Events.Single(read => read.Name == "engagement" && read.Url == site.Url + path).Scroll;
        Assert.InRange(Depth("/long"), 49, 51);
        Assert.InRange(Depth("/long/next"), 9, 10);
        Assert.Equal(100, Depth("/about"));
    }

    [Fact]
    public async Task An_event_sent_while_leaving_is_not_lost()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/");
        await page.EvaluateAsync("sightline('last words'); location.href = '/about'");
        await server.WaitForAsync("last words", "/");
        await server.WaitForAsync("pageview", "/about");
    }

    [Fact]
    public async Task Without_beacons_a_request_that_outlives_the_page_is_used()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.AddInitScriptAsync("navigator.sendBeacon = () => false");
        await page.GotoAsync(site.Url + "/");
        await page.EvaluateAsync("sightline('last words'); location.href = '/about'");
        await server.WaitForAsync("last words", "/");
        await server.WaitForAsync("engagement", "/");
    }

    [Fact]
    public async Task A_page_that_comes_back_from_the_cache_is_viewed_again()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/");
        await server.WaitForAsync("pageview", "/");
        await page.EvaluateAsync("window.kept = true");
        await page.ClickAsync("#about");
        await server.WaitForAsync("pageview", "/about");
        await page.GoBackAsync(new PageGoBackOptions { WaitUntil = WaitUntilState.Commit });
        await server.WaitForAsync(events => events.Count(read => read.Name == "pageview") == 3);
        Assert.True(await page.EvaluateAsync<bool>("window.kept === true"), "the browser loaded the page anew: the test shows nothing");
        await page.EvaluateAsync("sightline('again')");
        await server.WaitForAsync("again", "/");
        Assert.Equal(["/", "/about", "/"], server.Events.Where(read => read.Name == "pageview").Select(read => read.Url![site.Url.Length..]));
    }

    [Fact]
    public async Task A_page_prepared_ahead_is_viewed_when_it_is_shown()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var site = await TestSite.StartAsync(server.Url);
        // Chromium prepares no page while a debugger is attached, and the driver of the other tests is one.
        await using var browser = BareChromium.Open(site.Url + "/speculate");
        await server.WaitForAsync("pageview", "/speculate");
        await site.PreparedAsync();
        Assert.DoesNotContain(server.Lines, line => line.EndsWith("/about", StringComparison.Ordinal));
        site.Visit();
        await server.WaitForAsync("shown", "/about");
        Assert.Single(server.Lines, $"pageview {site.Url}/about");
    }

    [Fact]
    public async Task A_page_prepared_ahead_keeps_what_is_said_to_the_tracker_until_it_is_shown()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.AddInitScriptAsync("let ahead = true; Object.defineProperty(document, 'prerendering', { get: () => ahead }); window.activate = () => { ahead = false; document.dispatchEvent(new Event('prerenderingchange')) }");
        await page.GotoAsync(site.Url + "/never");
        await page.EvaluateAsync("sightline('too early'); history.pushState({}, '', '/never/2')");
        await page.GotoAsync(site.Url + "/ahead");
        await page.EvaluateAsync("sightline('early')");
        await page.EvaluateAsync("activate()");
        await server.WaitForAsync("shown", "/ahead");
        Assert.Equal([$"pageview {site.Url}/ahead", $"early {site.Url}/ahead", $"shown {site.Url}/ahead"], server.Lines);
    }

    private static async Task StartClockAsync(IPage page)
    {
        await page.Clock.InstallAsync(new ClockInstallOptions { TimeDate = new DateTime(2026, 11, 22, 10, 0, 0, DateTimeKind.Utc) });
        await page.Clock.PauseAtAsync(new DateTime(2026, 11, 22, 10, 0, 1, DateTimeKind.Utc));
    }

    private static Task ScrollToAsync(IPage page, int y) =>
        page.EvaluateAsync("y => new Promise(done => { addEventListener('scroll', () => done(), { once: true }); scrollTo(0, y) })", y);
}
