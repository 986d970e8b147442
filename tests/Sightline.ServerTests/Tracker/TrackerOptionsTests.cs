using Microsoft.Playwright;

namespace Sightline.ServerTests.Tracker;

/// <summary>What a site's owner and its visitors can ask of the tracker.</summary>
[Collection(BrowserTests.Name)]
public sealed class TrackerOptionsTests(Chromium chromium)
{
    [Theory]
    [InlineData("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })")]
    [InlineData("Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' })")]
    [InlineData("localStorage.sightline_off = 1")]
    public async Task A_visitor_who_does_not_want_it_sends_nothing_and_gets_no_id(string wish)
    {
        await using var visit = await TrackedVisit.StartAsync(chromium, "data-visitor-id");
        var (server, site, page) = visit;
        await page.AddInitScriptAsync(wish);
        await page.GotoAsync(site.Url + "/early");
        await page.EvaluateAsync("sightline('signup'); sightline.identify('mary'); go('/app'); sightline('pageview')");
        Assert.False(await page.EvaluateAsync<bool>("'sightline_id' in localStorage"));
        await page.CloseAsync();

        // Another visitor, later: what the first one would have sent would have come before.
        await using var other = await chromium.NewProfileAsync();
        var last = await other.NewPageAsync();
        await last.GotoAsync(site.Url + "/last");
        await server.WaitForAsync("pageview", "/last");
        Assert.Equal([$"pageview {site.Url}/last"], server.Lines);
    }

    [Fact]
    public async Task A_first_party_id_is_kept_for_the_site_when_asked_for()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium, "data-visitor-id");
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/");
        await server.WaitForAsync("pageview", "/");
        await page.CloseAsync();
        page = await visit.Profile.NewPageAsync();
        await page.GotoAsync(site.Url + "/about");
        await server.WaitForAsync("pageview", "/about");
        await using var other = await chromium.NewProfileAsync();
        page = await other.NewPageAsync();
        await page.GotoAsync(site.Url + "/other");
        await server.WaitForAsync("pageview", "/other");

        var ids = server.Events.Where(read => read.Name == "pageview").Select(read => read.VisitorId!).ToArray();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
        Assert.All(ids, id => Assert.Matches("^[0-9a-z]{12,}$", id));
        Assert.Empty(await visit.Profile.CookiesAsync());
    }

    [Fact]
    public async Task A_denied_storage_costs_the_id_and_not_the_visit()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium, "data-visitor-id");
        var (server, site, page) = visit;
        await page.AddInitScriptAsync("Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('denied', 'SecurityError') } })");
        await page.GotoAsync(site.Url + "/");
        await server.WaitForAsync("pageview", "/");
        Assert.Null(server.Events[0].VisitorId);
    }

    [Fact]
    public async Task Excluded_paths_send_nothing_also_within_a_single_page_app()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium, "data-exclude=\"/admin*, /a.b/*/edit\"");
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/admin/users");
        await page.EvaluateAsync("sightline('secret')");
        await page.EvaluateAsync("go('/a.b/7/edit'); sightline('secret')");
        await page.EvaluateAsync("go('/axb/7/edit')");
        await server.WaitForAsync("pageview", "/axb/7/edit");
        await page.EvaluateAsync("go('/admin'); go('/last')");
        await server.WaitForAsync("pageview", "/last");
        Assert.Equal(["/axb/7/edit", "/last"], server.Events.Where(read => read.Name == "pageview").Select(read => read.Url![site.Url.Length..]));
        Assert.DoesNotContain(server.Events, read => read.Name == "secret");
    }

    [Fact]
    public async Task Page_views_can_be_left_to_the_site()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium, "data-manual data-user-id=\"42\"");
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/raw?id=1");
        await page.EvaluateAsync("sightline('before')");
        await server.WaitForAsync("before", "/raw?id=1");
        await page.EvaluateAsync("go('/raw?id=2'); sightline('pageview', { url: '/clean', title: 'Clean', props: { lang: 'de' } })");
        await server.WaitForAsync("pageview", "/clean");
        await page.GotoAsync("about:blank");
        await server.WaitForAsync("engagement", "/clean");
        Assert.Equal([$"before {site.Url}/raw?id=1", $"pageview {site.Url}/clean", $"engagement {site.Url}/clean"], server.Lines);
        Assert.Equal(("Clean", "42"), (server.Events[1].Title, server.Events[1].UserId));
    }

    [Fact]
    public async Task Events_can_be_sent_to_another_address_than_the_scripts()
    {
        await using var scripts = await RecordingServer.StartAsync();
        await using var server = await RecordingServer.StartAsync();
        await using var site = await TestSite.StartAsync(scripts.Url, $"data-api=\"{server.Url}/api/event\"", api: server.Url);
        await using var profile = await chromium.NewProfileAsync();
        var page = await profile.NewPageAsync();
        await page.GotoAsync(site.Url + "/");
        await server.WaitForAsync("pageview", "/");
        Assert.Empty(scripts.Requests);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(0)]
    public async Task What_a_busy_or_unreachable_server_did_not_take_is_sent_again_with_its_age(int status)
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.Clock.InstallAsync();
        server.Status = status;
        await page.GotoAsync(site.Url + "/");
        await page.Clock.RunForAsync(150);
        await server.WaitForRequestsAsync(1);
        server.Status = 202;
        // Until the page has seen the refusal no timer is set; it takes as many turns as it takes.
        for (var turn = 0; turn < 100 && server.Events.Count == 0; turn++)
        {
            await page.Clock.RunForAsync(1_000);
        }

        await server.WaitForAsync("pageview", "/");
        var view = Assert.Single(server.Events);
        Assert.InRange(server.Requests[^1].Batch.ReceivedMs - view.TimeMs!.Value, 5_000, 110_000);
    }

    [Fact]
    public async Task What_the_server_refuses_for_good_is_not_sent_again()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        server.Status = 401;
        await page.GotoAsync(site.Url + "/");
        await server.WaitForRequestsAsync(1);
        server.Status = 202;
        await page.EvaluateAsync("sightline('later')");
        await server.WaitForAsync("later", "/");
        Assert.DoesNotContain(server.Events, read => read.Name == "pageview");
    }
}
