using Microsoft.Playwright;
using Sightline.ServerTests.Tracker;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.EndToEnd;

/// <summary>Real browsers visit a site and a single-page app; the query and the page show exactly those visits.</summary>
[Collection(BrowserTests.Name)]
public sealed class BrowserToQueryTests(Chromium chromium)
{
    [Fact]
    public async Task Two_people_visit_a_site_and_an_app_and_the_numbers_are_theirs()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject("Shop", new ProjectChange { TimeZone = "Europe/Berlin" });
        var token = server.AddToken();
        await using var site = await TestSite.StartAsync(server.Address.ToString().TrimEnd('/'), "data-visitor-id", project.PublicKey);

        await using (var anna = await chromium.NewProfileAsync())
        {
            var page = await anna.NewPageAsync();
            await page.GotoAsync(site.Url + "/?utm_source=newsletter&utm_medium=email&utm_campaign=autumn", new PageGotoOptions { Referer = "https://mail.test/" });
            await StoredAsync(server, 1);
            await page.EvaluateAsync("sightline('order', { revenue: { amount: 19.99, currency: 'EUR' }, props: { plan: 'pro' } })");
            await StoredAsync(server, 2);
            await page.EvaluateAsync("go('/app')");
            await StoredAsync(server, 4);
            await page.ClickAsync("#about");
            await StoredAsync(server, 6);
            await page.GotoAsync("about:blank");
            await StoredAsync(server, 7);
        }

        await using (var ben = await chromium.NewProfileAsync())
        {
            var page = await ben.NewPageAsync();
            await page.GotoAsync(site.Url + "/about", new PageGotoOptions { Referer = "https://www.google.com/" });
            await StoredAsync(server, 8);
            await page.GotoAsync("about:blank");
            await StoredAsync(server, 9);
        }

        Task<IReadOnlyList<string>> Ask(string metrics, string dimensions) => QueryRows.AskAsync(server, token, project.Id, metrics, dimensions, "\"day\"");
        Assert.Equal(["2 2 4 5 2 0.5 19.99EUR"], await Ask("visitors visits page_views events views_per_visit bounce_rate revenue", ""));
        Assert.Equal(["/: 1 1", "/about: 2 2", "/app: 1 1"], await Ask("visitors page_views", "page:path"));
        Assert.Equal(["Google: 1", "newsletter: 1"], await Ask("visits", "visit:source"));
        Assert.Equal(["Email: 1", "Organic Search: 1"], await Ask("visits", "visit:channel"));
        Assert.Equal(["/ /about: 1", "/about /about: 1"], await Ask("visits", "visit:entry_page visit:exit_page"));
        Assert.Equal(["order: 1", "pageview: 4"], await Ask("events", "event:name"));
        Assert.Equal(["Chrome Linux: 2"], await Ask("visitors", "visit:browser visit:os"));
        Assert.Equal(["App /app: 1", "Title of /: 1", "Title of /about: 2"], await Ask("page_views", "page:title"));

        using var owner = await server.SignInAsync();
        var html = (await owner.GetAsync($"/projects/{project.Id}?range=day")).Text;
        Assert.Contains("/about", html, StringComparison.Ordinal);
        Assert.Contains("newsletter", html, StringComparison.Ordinal);

        var received = server.Path.Store.Totals(project.Id, Core.Model.ReceivedBy.EventApi);
        Assert.Equal((9, 9), (received.Received, received.Stored));
    }

    private static async Task StoredAsync(ServerUnderTest server, int events)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await server.StoredEventsAsync() < events)
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
