using Microsoft.Playwright;
using Sightline.Core.Model;

namespace Sightline.ServerTests.Tracker;

/// <summary>From a real browser through the event API into the log.</summary>
[Collection(BrowserTests.Name)]
public sealed class TrackerToLogTests(Chromium chromium)
{
    [Fact]
    public async Task A_visit_of_a_site_is_in_the_log_as_it_was()
    {
        await using var server = await EventApiServer.StartAsync();
        await using var site = await TestSite.StartAsync(server.Origin, "data-visitor-id", server.Project.PublicKey);
        await using var profile = await chromium.NewProfileAsync();
        var page = await profile.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add($"{message.Type} {message.Text}");
        await page.GotoAsync(site.Url + "/?utm_source=news", new PageGotoOptions { Referer = "https://search.test/" });
        await server.StoredEventsAsync(1);
        await page.EvaluateAsync("sightline('order', { revenue: { amount: 19.99, currency: 'EUR' } })");
        await server.StoredEventsAsync(2);
        await page.EvaluateAsync("go('/app')");
        await server.StoredEventsAsync(4);
        await page.ClickAsync("#about");
        await server.StoredEventsAsync(6);
        await page.GotoAsync("about:blank");
        var stored = await server.StoredEventsAsync(7);

        string[] expected =
        [
            $"PageView pageview {site.Url}/?utm_source=news", $"Interaction order {site.Url}/?utm_source=news", $"Engagement engagement {site.Url}/?utm_source=news",
            $"PageView pageview {site.Url}/app", $"Engagement engagement {site.Url}/app", $"PageView pageview {site.Url}/about", $"Engagement engagement {site.Url}/about",
        ];
        Assert.Equal(expected.Order(), stored.Select(read => $"{read.Kind} {read.Name} {read.Url}").Order());
        Assert.Equal("https://search.test/", stored.First(read => read.Kind == EventKind.PageView).Referrer);
        Assert.Equal((199_900L, "EUR"), stored.Where(read => read.Name == "order").Select(read => (read.RevenueE4!.Value, read.Currency!)).Single());
        Assert.Single(stored.Select(read => read.VisitorId).Distinct());
        Assert.All(server.Stored(), record =>
        {
            Assert.Equal((server.Project.Id, "127.0.0.1", Chromium.UserAgent), (record.Project, record.Batch.ClientIp, record.Batch.UserAgent));
            Assert.StartsWith("de-DE", record.Batch.Language, StringComparison.Ordinal);
            Assert.Empty(record.Batch.Drops);
        });
        // Also nothing that the browser's rules for other origins forbid.
        Assert.Empty(complaints);
    }
}
