using System.Net;
using System.Text.Json;

namespace Sightline.ServerTests.Demo;

/// <summary>What the reports show of the demo's history.</summary>
public sealed class DemoHistoryTests(DemoProcess demo) : IClassFixture<DemoProcess>
{
    [Fact]
    public async Task The_way_to_a_purchase_loses_visitors_at_each_step()
    {
        double[] steps =
        [
            await demo.OneAsync("visitors"),
            await demo.OneAsync("visitors", """["starts_with","page:path",["/demo-shop/products/"]]"""),
            await demo.OneAsync("visitors", """["is","event:name",["add_to_cart"]]"""),
            await demo.OneAsync("visitors", """["is","event:name",["begin_checkout"]]"""),
            await demo.OneAsync("visitors", """["is","page:path",["/demo-shop/checkout/payment"]]"""),
            await demo.OneAsync("visitors", """["is","event:name",["purchase"]]"""),
        ];
        Assert.True(steps.Zip(steps.Skip(1)).All(pair => pair.First > pair.Second) && steps[^1] > 0, string.Join(" > ", steps));
        Assert.True(await demo.OneAsync("revenue") > 0);
    }

    [Fact]
    public async Task The_viral_day_has_most_visitors_and_they_come_for_one_post()
    {
        var days = await demo.AskAsync("visitors", "\"time:day\"");
        Assert.Equal(7, days.Count);
        var peak = days.MaxBy(day => day.Value).Key;
        Assert.Equal(days.Keys.Order(StringComparer.Ordinal).ElementAt(7 * 3 / 5), peak);
        var news = await demo.AskAsync("visits", "\"time:day\"", """["is","visit:source",["Hacker News"]]""");
        Assert.Equal(peak, news.MaxBy(day => day.Value).Key);
        var entries = await demo.AskAsync("visits", "\"visit:entry_page\"", """["is","visit:source",["Hacker News"]]""");
        Assert.Equal("/demo-shop/blog/eight-grinders", Assert.Single(entries).Key);
    }

    [Fact]
    public async Task On_one_day_nobody_pays_in_Chrome_and_errors_say_why()
    {
        var errors = await demo.AskAsync("events", "\"time:day\",\"visit:browser\"", """["is","event:name",["error"]]""");
        var day = Assert.Single(errors).Key.Split(' ')[0];
        Assert.EndsWith(" Chrome", Assert.Single(errors).Key, StringComparison.Ordinal);
        var purchases = await demo.AskAsync("events", "\"time:day\"", """["and",[["is","event:name",["purchase"]],["is","visit:browser",["Chrome"]]]]""");
        Assert.DoesNotContain(day, purchases.Where(bought => bought.Value > 0).Select(bought => bought.Key));
        Assert.True(purchases.Values.Sum() > 0);
    }

    [Fact]
    public async Task Sources_places_devices_and_returning_visitors_are_all_there()
    {
        var channels = await demo.AskAsync("visits", "\"visit:channel\"");
        Assert.Superset(
            new HashSet<string> { "Direct", "Organic Search", "Paid Search", "Organic Social", "Paid Social", "Email", "AI Assistants", "Referral", "Affiliates" }, channels.Keys.ToHashSet());
        Assert.Superset(new HashSet<string> { "DE", "US", "GB", "AT", "CH" }, (await demo.AskAsync("visitors", "\"visit:country\"")).Keys.ToHashSet());
        Assert.Superset(new HashSet<string> { "Chrome", "Safari", "Firefox", "Edge" }, (await demo.AskAsync("visitors", "\"visit:browser\"")).Keys.ToHashSet());
        Assert.Superset(new HashSet<string> { "Desktop", "Mobile" }, (await demo.AskAsync("visitors", "\"visit:device\"")).Keys.ToHashSet());
        Assert.True((await demo.AskAsync("visitors", "\"visit:returning\""))["true"] > 10);
        Assert.InRange(await demo.OneAsync("bounce_rate"), 0.3, 0.75);
        Assert.InRange(await demo.OneAsync("scroll_depth"), 30, 95);
        Assert.InRange(await demo.OneAsync("time_on_page"), 10, 90);
        Assert.Equal(5, (await demo.AskAsync("conversions", "\"goal\"")).Count);
    }

    [Fact]
    public async Task Bots_and_pages_fetched_ahead_are_dropped_and_everything_adds_up()
    {
        using var drops = JsonDocument.Parse(await demo.SendAsync(HttpMethod.Get, "/api/v1/projects/1/drops?range=30d"));
        var text = drops.RootElement.GetRawText();
        Assert.Contains("\"bot\"", text, StringComparison.Ordinal);
        Assert.Contains("\"prefetch\"", text, StringComparison.Ordinal);
        Assert.Contains(new[] { "Googlebot", "bingbot", "GPTBot", "AhrefsBot", "HeadlessChrome" }, bot => text.Contains(bot, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Servers_and_shop_have_series_over_all_days_and_a_dashboard_shows_them()
    {
        // The oldest day is kept by the ten minutes here, the last by the minute.
        using var old = JsonDocument.Parse(await demo.SendAsync(HttpMethod.Get, "/render?target=shop.orders.card&target=servers.db1.memory.used&from=-6d&until=-5d&format=json"));
        Assert.Equal(2, old.RootElement.GetArrayLength());
        Assert.All(old.RootElement.EnumerateArray(), series => Assert.True(series.GetProperty("datapoints").EnumerateArray().Count(point => point[0].ValueKind == JsonValueKind.Number) > 120, series.GetRawText()));
        using var late = JsonDocument.Parse(await demo.SendAsync(HttpMethod.Get, "/render?target=shop.*.*&target=shop.*.*.*&target=servers.*.*.*&target=servers.*.*.*.*&from=-2h&format=json"));
        Assert.True(late.RootElement.GetArrayLength() > 30);
        Assert.All(late.RootElement.EnumerateArray(), series => Assert.True(series.GetProperty("datapoints").EnumerateArray().Count(point => point[0].ValueKind == JsonValueKind.Number) > 110, series.GetRawText()));
    }

    [Fact]
    public async Task Every_link_of_the_shop_leads_somewhere_and_nothing_in_its_pages_is_inline()
    {
        var seen = new Dictionary<string, string>();
        var waiting = new Queue<string>(["/demo-shop/"]);
        while (waiting.TryDequeue(out var path))
        {
            if (!seen.TryAdd(path, ""))
            {
                continue;
            }

            using var answer = await demo.Client.GetAsync(new Uri(demo.Address, path), TestContext.Current.CancellationToken);
            // The way back to the numbers asks who is there.
            Assert.True(path.StartsWith("/demo-shop", StringComparison.Ordinal) || path == "/sl.js" ? answer.IsSuccessStatusCode : answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized, $"{path}: {answer.StatusCode}");
            if (answer.Content.Headers.ContentType?.MediaType != "text/html" || !path.StartsWith("/demo-shop", StringComparison.Ordinal))
            {
                continue;
            }

            var html = seen[path] = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains("script-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.DoesNotMatch("style=|<style|onclick=|<script[^>]*>[^<]", html);
            foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(html, "(?:href|src|action)=\"(/[^\"]*)\""))
            {
                waiting.Enqueue(link.Groups[1].Value);
            }
        }

        Assert.InRange(seen.Count(page => page.Value.Length > 0), 20, 60);
        using var missing = await demo.Client.GetAsync(new Uri(demo.Address, "/demo-shop/nothing"), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("1 found", await demo.Client.GetStringAsync(new Uri(demo.Address, "/demo-shop/search?q=siphon"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>\"", await demo.Client.GetStringAsync(new Uri(demo.Address, "/demo-shop/search?q=%3Cb%3E%22"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
