using System.Text;
using Microsoft.Playwright;
using Sightline.Core.Model;

namespace Sightline.ServerTests.Tracker;

/// <summary>The tracker in a real browser: what it sends, seen on the wire.</summary>
[Collection(BrowserTests.Name)]
public sealed class TrackerTests(Chromium chromium)
{
    [Fact]
    public async Task Pages_of_a_site_are_viewed_in_order_each_with_its_engagement()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/?utm_source=news&utm_medium=email&gclid=1#top", new PageGotoOptions { Referer = "https://search.test/" });
        await server.WaitForAsync("pageview", "#top");
        await page.ClickAsync("#about");
        await server.WaitForAsync("pageview", "/about");
        await page.GotoAsync("about:blank");
        await server.WaitForAsync("engagement", "/about");

        var entry = site.Url + "/?utm_source=news&utm_medium=email&gclid=1#top";
        Assert.Equal([$"engagement {entry}", $"engagement {site.Url}/about", $"pageview {entry}", $"pageview {site.Url}/about"], server.Lines.Order());
        var views = server.Events.Where(read => read.Kind == EventKind.PageView).ToArray();
        Assert.Equal(["https://search.test/", site.Url + "/"], views.Select(read => read.Referrer!.Split('?')[0]));
        Assert.Equal(["Title of /", "Title of /about"], views.Select(read => read.Title));
        Assert.All(server.Events, read => Assert.Equal("1600x900", read.Screen));
        Assert.All(server.Events, read => Assert.Null(read.VisitorId ?? read.UserId));
        Assert.All(server.Requests, request =>
        {
            Assert.Equal(("POST", TestSite.Key, ""), (request.Method, request.Reading.Key, request.Cookie));
            Assert.StartsWith("text/plain", request.ContentType, StringComparison.Ordinal);
            Assert.Empty(request.Reading.Dropped);
        });
    }

    [Fact]
    public async Task Nothing_is_left_on_the_device()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/");
        await page.EvaluateAsync("sightline('signup')");
        await server.WaitForAsync("signup", "/");
        Assert.Equal(0, await page.EvaluateAsync<int>("document.cookie.length + localStorage.length + sessionStorage.length"));
        Assert.Empty(await visit.Profile.CookiesAsync());
    }

    [Fact]
    public async Task A_single_page_app_has_a_view_for_each_new_address_with_the_title_it_sets_afterwards()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/");
        await server.WaitForAsync("pageview", "/");
        await page.EvaluateAsync("go('/shop')");
        await server.WaitForAsync("pageview", "/shop");
        await page.EvaluateAsync("go('/shop?page=2')");
        await server.WaitForAsync("pageview", "/shop?page=2");
        // None of these is a new page: the same address, a filter kept in the query, a fragment.
        await page.EvaluateAsync("history.pushState({}, '', location.href); history.replaceState({}, '', '/shop?page=2&filter=red'); location.hash = 'x'");
        await page.EvaluateAsync("history.replaceState({}, '', '/login')");
        await server.WaitForAsync("pageview", "/login");
        await page.GoBackAsync();
        await page.GoBackAsync();
        await server.WaitForAsync("pageview", "/shop?page=2");
        await page.GotoAsync("about:blank");
        await server.WaitForAsync(events => events.Count(read => read.Name == "engagement") >= 5);

        var views = server.Events.Where(read => read.Kind == EventKind.PageView).ToArray();
        Assert.Equal(["/", "/shop", "/shop?page=2", "/login", "/shop?page=2"], views.Take(5).Select(read => read.Url![site.Url.Length..].Split("&filter")[0].Split('#')[0]));
        Assert.Equal(["Title of /", "App /shop", "App /shop?page=2"], views.Take(3).Select(read => read.Title));
        Assert.Equal(site.Url + "/", views[1].Referrer);
        Assert.Equal(site.Url + "/shop", views[2].Referrer);
        // Engagement is told for the page it was on, under that page's title.
        var left = server.Events.First(read => read.Name == "engagement" && read.Url == site.Url + "/shop");
        Assert.Equal("App /shop", left.Title);
    }

    [Fact]
    public async Task Routes_in_the_fragment_are_paths_when_asked_for()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium, "data-hash");
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/app/?utm_source=x#!/inbox?tab=new");
        await server.WaitForAsync("pageview", "/app/inbox?tab=new&utm_source=x");
        await page.EvaluateAsync("location.hash = '#/inbox/7'");
        await server.WaitForAsync("pageview", "/app/inbox/7?utm_source=x");
        Assert.Equal(2, server.Events.Count(read => read.Name == "pageview"));
    }

    [Fact]
    public async Task Custom_events_carry_properties_and_revenue_and_join_the_page_views_request()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/early");
        await server.WaitForAsync("early", "/early");
        await page.EvaluateAsync("sightline('order', { props: { plan: 'pro', n: 2, gift: true }, revenue: { amount: 19.99, currency: 'EUR' }, id: 'o-1' }); sightline.identify('john'); sightline('seen', { interactive: false })");
        await server.WaitForAsync("seen", "/early");

        Assert.Equal(["pageview", "early"], server.Requests[0].Events.Select(read => read.Name));
        // Said before the page view was sent, so the page view is that person's as well.
        Assert.All(server.Requests[0].Events, read => Assert.Equal("mary", read.UserId));
        Assert.Equal("""{"n":1}""", Encoding.UTF8.GetString(server.Events[1].Props!));
        var order = server.Events.Single(read => read.Name == "order");
        Assert.Equal("""{"plan":"pro","n":2,"gift":true}""", Encoding.UTF8.GetString(order.Props!));
        Assert.Equal((199_900L, "EUR", "o-1", EventKind.Interaction), (order.RevenueE4!.Value, order.Currency, order.DedupKey, order.Kind));
        var seen = server.Events.Single(read => read.Name == "seen");
        Assert.Equal((EventKind.Passive, "john"), (seen.Kind, seen.UserId));
    }

    [Fact]
    public async Task Outbound_links_and_downloads_are_events_and_other_links_are_not()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium);
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/");
        await page.EvaluateAsync("document.querySelector('#mail').addEventListener('click', e => e.preventDefault())");
        await page.ClickAsync("#fragment");
        await page.ClickAsync("#mail");
        await page.ClickAsync("#drawing");
        await page.ClickAsync("#file");
        await server.WaitForAsync(events => events.Any(read => read.Name == "download"));
        await page.ClickAsync("#out-tab");
        await server.WaitForAsync(events => events.Any(read => read.Name == "outlink"));
        await page.ClickAsync("#inner");
        await server.WaitForAsync(events => events.Count(read => read.Name == "outlink") == 2);

        var sent = server.Events.Where(read => read.Kind == EventKind.Interaction).Select(read => $"{read.Name} {Encoding.UTF8.GetString(read.Props!)}").ToArray();
        Assert.Equal(
            [$$"""download {"url":"{{site.Url}}/files/Report.PDF?v=2"}""", $$"""outlink {"url":"{{site.OtherUrl}}/tab"}""", $$"""outlink {"url":"{{site.OtherUrl}}/elsewhere?x=1"}"""],
            sent);
    }

    [Fact]
    public async Task The_list_of_downloads_can_be_replaced()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium, "data-downloads=\"dwg, step\"");
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/");
        await page.ClickAsync("#file");
        await page.ClickAsync("#drawing");
        await server.WaitForAsync(events => events.Any(read => read.Name == "download"));
        Assert.EndsWith("drawing.dwg\"}", Encoding.UTF8.GetString(server.Events.Single(read => read.Name == "download").Props!), StringComparison.Ordinal);
    }
}
