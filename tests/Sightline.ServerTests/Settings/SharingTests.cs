using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Features.Sharing;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Settings;

public sealed class SharingTests
{
    [Fact]
    public async Task A_link_shows_one_project_and_nothing_of_its_inside()
    {
        await using var server = await StartAsync();
        server.Services.GetRequiredService<NoteStore>().Add(1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), "Launch day");
        server.Services.GetRequiredService<NoteStore>().Add(1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), "Layoffs", isPrivate: true);
        server.Services.GetRequiredService<SavedViews>().Save(1, "Secret plan", "?range=7d");
        var link = Link(server);
        using var stranger = server.NewBrowser();
        var page = await stranger.GetAsync("/s/" + link.Word);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Launch day", page.Text, StringComparison.Ordinal);
        Assert.Contains("noindex", page.Header("X-Robots-Tag"), StringComparison.Ordinal);
        foreach (var hidden in new[] { "Layoffs", "Secret plan", "/projects/", "/realtime", "Other shop", "owner@localhost", "data-live", "<form method=\"post\"", server.Path.Projects.All[0].PublicKey })
        {
            Assert.False(page.Text.Contains(hidden, StringComparison.Ordinal), $"the shared page shows {hidden}");
        }

        foreach (var path in new[] { "/details/page", "/details/page.csv", "/details/source?q=x", "/suggest?dimension=page:path&text=s", "?range=7d&metric=visits", "?f=is,page:path,/shop" })
        {
            var answer = await stranger.GetAsync("/s/" + link.Word + path);
            Assert.True(answer.Status == HttpStatusCode.OK, $"{path}: {answer.Status}");
            Assert.DoesNotContain("/projects/", answer.Text, StringComparison.Ordinal);
        }

        foreach (var path in new[] { "/realtime", "/goals", "/notes", "/dropped", "/views", "/settings", "/members", "/details/map", "/live" })
        {
            Assert.True((await stranger.GetAsync("/s/" + link.Word + path)).Status == HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task A_link_s_filter_holds_whatever_the_address_says()
    {
        await using var server = await StartAsync();
        var link = Link(server, filters: "?f=is,page:path,/shop");
        using var stranger = server.NewBrowser();
        foreach (var query in new[] { "", "?f=is,page:path,/secret", "?range=day", "?f=did.is,page:path,/nowhere", "?f=segment,1" })
        {
            var csv = (await stranger.GetAsync($"/s/{link.Word}/details/page.csv{query}")).Text;
            Assert.DoesNotContain("/secret", csv, StringComparison.Ordinal);
            Assert.Equal(!query.Contains("secret", StringComparison.Ordinal), csv.Contains("/shop", StringComparison.Ordinal));
        }

        Assert.Equal("[\"/shop\"]", (await stranger.GetAsync($"/s/{link.Word}/suggest?dimension=page:path&text=s")).Text);
        await Visits.SendAsync(server, server.Path.Projects.All[0].PublicKey, "https://shop.example/secret", agent: "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0");
        await server.DrainAsync();
        var (all, part) = ((await stranger.GetAsync($"/s/{Link(server).Word}/now")).Text, (await stranger.GetAsync($"/s/{link.Word}/now?f=is,page:path,/secret")).Text);
        Assert.Equal((Now(all), true), (Now(part) + 1, all.EndsWith(" now", StringComparison.Ordinal)));
        var segments = server.Services.GetRequiredService<SegmentStore>();
        var segment = segments.Add(1, "Secret pages", Core.Queries.StatsQueryParser.Parse("""{"project":1,"metrics":["visits"],"range":"day","filters":["is","page:path",["/secret"]]}"""u8.ToArray()).Filter!);
        var other = Link(server, segment: segment.Id);
        Assert.Contains("/secret", (await stranger.GetAsync($"/s/{other.Word}/details/page.csv")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/shop", (await stranger.GetAsync($"/s/{other.Word}/details/page.csv")).Text, StringComparison.Ordinal);
        // A segment that is gone must not open everything.
        segments.Remove(1, segment.Id);
        Assert.DoesNotContain("/shop", (await stranger.GetAsync($"/s/{other.Word}/details/page.csv")).Text, StringComparison.Ordinal);
    }

    private static int Now(string text) => int.Parse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_password_is_asked_for_once_throttled_and_kept_as_a_hash()
    {
        await using var server = await StartAsync();
        using var owner = await server.SignInAsync();
        // What was typed is still there when it is refused; the password is not.
        var refused = await owner.SubmitAsync("/projects/1/sharing", "/projects/1/sharing/links", ("name", "Agency"), ("password", "open sesame"), ("until", "2031-05-01"), ("view", "https://elsewhere.example/"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("value=\"Agency\"", refused.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"2031-05-01\"", refused.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"https://elsewhere.example/\"", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("open sesame", refused.Text, StringComparison.Ordinal);
        var made = await owner.SubmitAsync("/projects/1/sharing", "/projects/1/sharing/links", ("name", "Agency"), ("password", "open sesame"), ("until", ""), ("view", ""));
        Assert.Equal(HttpStatusCode.Redirect, made.Status);
        var link = Assert.Single(server.Services.GetRequiredService<SharedLinkStore>().Of(1));
        Assert.DoesNotContain("sesame", link.PasswordHash, StringComparison.Ordinal);
        using var stranger = server.NewBrowser();
        var path = "/s/" + link.Word;
        foreach (var route in new[] { "", "/details/page", "/details/page.csv", "/suggest", "/now" })
        {
            var closed = await stranger.GetAsync(path + route);
            Assert.Equal(HttpStatusCode.Unauthorized, closed.Status);
            Assert.DoesNotContain("Shop", closed.Text, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SubmitAsync(path, path + "/password", ("password", "wrong"))).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await stranger.SubmitAsync(path, path + "/password", ("password", "open sesame"))).Status);
        Assert.Contains("Shop", (await stranger.GetAsync(path)).Text, StringComparison.Ordinal);
        using var another = server.NewBrowser();
        var form = Browser.Token((await another.GetAsync(path)).Text);
        HttpStatusCode last = default;
        for (var i = 0; i < 12; i++)
        {
            last = (await another.PostAsync(path + "/password", ("__RequestVerificationToken", form), ("password", "guess " + i))).Status;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_link_that_ended_was_revoked_or_never_was_looks_the_same()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await ServerUnderTest.StartAsync(time);
        server.AddProject();
        using var owner = await server.SignInAsync();
        var (ending, revoked) = (Link(server, endsMs: time.GetUtcNow().AddMinutes(10).ToUnixTimeMilliseconds()), Link(server));
        using var stranger = server.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/s/" + ending.Word)).Status);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/s/" + revoked.Word)).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync("/projects/1/sharing", $"/projects/1/sharing/links/{revoked.Id}/remove")).Status);
        var never = await stranger.GetAsync("/s/ABCDEFGHJKLMNPQRSTUVWXYZ");
        Assert.Equal(HttpStatusCode.NotFound, never.Status);
        foreach (var link in new[] { ending, revoked })
        {
            var answer = await stranger.GetAsync("/s/" + link.Word);
            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
            Assert.Equal(never.Text.Replace("ABCDEFGHJKLMNPQRSTUVWXYZ", "", StringComparison.Ordinal), answer.Text.Replace(link.Word, "", StringComparison.Ordinal));
        }

        Assert.Contains(server.Services.GetRequiredService<ActivityLog>().List(1, 10, 0), entry => entry.Action == "revoked a shared link");
    }

    [Fact]
    public async Task A_public_dashboard_can_be_cached_and_is_kept_from_search_engines()
    {
        await using var server = await StartAsync();
        using var stranger = server.NewBrowser();
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/public/1")).Status);
        var projects = new ProjectStore(server.Path.Settings, TimeProvider.System);
        projects.Update(1, new ProjectChange { IsPublic = true });
        var page = await stranger.GetAsync("/public/1");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(("public, max-age=60", "noindex, nofollow", ""), (page.Header("Cache-Control"), page.Header("X-Robots-Tag"), page.Header("Set-Cookie")));
        Assert.Equal(page.Header("ETag"), (await stranger.GetAsync("/public/1")).Header("ETag"));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/public/1") { Headers = { { "If-None-Match", page.Header("ETag") } } };
        using var same = await stranger.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Empty(await same.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.NotEqual(page.Header("ETag"), (await stranger.GetAsync("/public/1?range=7d")).Header("ETag"));
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/public/1/details/page.csv")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/public/2")).Status);
        projects.Update(1, new ProjectChange { IsIndexed = true });
        Assert.Equal("", (await stranger.GetAsync("/public/1")).Header("X-Robots-Tag"));
    }

    [Fact]
    public async Task The_chart_is_framed_by_the_sites_named_and_the_badge_is_a_picture()
    {
        await using var server = await StartAsync();
        using var stranger = server.NewBrowser();
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/public/1/chart")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/public/1/badge.svg")).Status);
        using var owner = await server.SignInAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.SubmitAsync("/projects/1/sharing", "/projects/1/sharing/chart", ("origins", "https://a.example/; script-src *"))).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync("/projects/1/sharing", "/projects/1/sharing/chart", ("origins", "https://WWW.example.com/\nhttps://*.example.org"))).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync("/projects/1/sharing", "/projects/1/sharing/badge", ("badge", "yes"))).Status);
        var chart = await stranger.GetAsync("/public/1/chart?metric=page_views&range=7d&theme=dark");
        Assert.EndsWith("frame-ancestors https://www.example.com https://*.example.org", chart.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("data-theme=\"dark\"", chart.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", chart.Text, StringComparison.Ordinal);
        Assert.Contains("<h1>2</h1>", chart.Text, StringComparison.Ordinal);
        var badge = await stranger.GetAsync("/public/1/badge.svg?metric=page_views&label=%3Cb%3E");
        Assert.Equal("image/svg+xml", badge.Answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("aria-label=\"&lt;b&gt;: 2\"", badge.Text, StringComparison.Ordinal);
        Assert.Equal(("public, max-age=300", "cross-origin"), (badge.Header("Cache-Control"), badge.Header("Cross-Origin-Resource-Policy")));
        Assert.Contains("page views, last 7 days", (await stranger.GetAsync("/public/1/badge.svg?metric=page_views&range=7d")).Text, StringComparison.Ordinal);
        System.Xml.Linq.XDocument.Parse(badge.Text);
        // The dashboard itself is not public by that.
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/public/1")).Status);
    }

    [Fact]
    public async Task An_address_that_asks_for_too_much_waits_and_what_was_answered_before_is_given_out_again()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { SharedAnswersGoodFor = TimeSpan.FromHours(1) });
        var project = server.AddProject();
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/");
        await server.DrainAsync();
        var projects = new ProjectStore(server.Path.Settings, TimeProvider.System);
        projects.Update(1, new ProjectChange { IsPublic = true, HasBadge = true });
        using var greedy = server.NewBrowser();
        greedy.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.5");
        using var other = server.NewBrowser();
        other.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.6");
        var first = await greedy.GetAsync("/public/1/badge.svg?label=mine");
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Page last;
        var asked = 0;
        do
        {
            last = await greedy.GetAsync($"/public/1/badge.svg?label={++asked}");
        }
        while (last.Status == HttpStatusCode.OK && asked < 2000);
        Assert.Equal(HttpStatusCode.TooManyRequests, last.Status);
        Assert.InRange(asked, SharedThrottle.Burst, 2000);
        Assert.Equal("1", last.Header("Retry-After"));
        // What is there costs nothing; nobody else is kept out; links count, too.
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/");
        await server.DrainAsync();
        var again = await greedy.GetAsync("/public/1/badge.svg?label=mine");
        Assert.Equal((HttpStatusCode.OK, first.Text, first.Header("ETag"), first.Header("Content-Security-Policy"), "image/svg+xml"),
            (again.Status, again.Text, again.Header("ETag"), again.Header("Content-Security-Policy"), again.Answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/public/1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/s/" + Link(server).Word)).Status);
        var refused = 0;
        for (var i = 0; i < 5 && refused == 0; i++)
        {
            refused += (await greedy.GetAsync("/s/ABCDEFGHJKLMNPQRSTUVWXYZ")).Status == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        Assert.Equal(1, refused);
        // What is taken back is gone at once, kept or not.
        projects.Update(1, new ProjectChange { HasBadge = false });
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync("/public/1/badge.svg?label=mine")).Status);
    }

    [Fact]
    public void A_network_gets_one_more_view_each_half_second()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var throttle = new SharedThrottle(new Server.ServeOptions { Data = "" }, time);
        var (one, neighbour, other) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"), IPAddress.Parse("2001:db8:0:1::1"));
        for (var i = 0; i < SharedThrottle.Burst; i++)
        {
            Assert.True(throttle.TryTake(i % 2 == 0 ? one : neighbour, out _));
        }

        Assert.False(throttle.TryTake(one, out var wait));
        Assert.Equal(SharedThrottle.Each, wait);
        Assert.True(throttle.TryTake(other, out _));
        time.Advance(SharedThrottle.Each);
        Assert.True(throttle.TryTake(neighbour, out _));
        Assert.False(throttle.TryTake(one, out _));
        time.Advance(SharedThrottle.Each * 500);
        for (var i = 0; i < SharedThrottle.Burst; i++)
        {
            Assert.True(throttle.TryTake(one, out _));
        }

        Assert.False(throttle.TryTake(one, out _));
    }

    private static SharedLink Link(ServerUnderTest server, string filters = "", long? segment = null, long? endsMs = null) =>
        server.Services.GetRequiredService<SharedLinkStore>().Add(1, "Link", null, filters, segment, FirstOwner.Email, endsMs);

    private static async Task<ServerUnderTest> StartAsync()
    {
        var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        server.AddProject("Other shop");
        foreach (var path in new[] { "/shop", "/secret" })
        {
            await Visits.SendAsync(server, project.PublicKey, "https://site.example" + path);
        }

        await server.DrainAsync();
        return server;
    }
}
