using Microsoft.Playwright;
using Sightline.ServerTests.Tracker;

namespace Sightline.ServerTests.Demo;

/// <summary>A person buys in the demo's shop, in a real browser, and the reports have it.</summary>
[Collection(BrowserTests.Name)]
public sealed class DemoShopTests(Chromium chromium, DemoProcess demo) : IClassFixture<DemoProcess>
{
    [Fact]
    public async Task A_walk_through_the_shop_ends_in_a_purchase_with_its_revenue()
    {
        var (ordersBefore, revenueBefore) = (await demo.OneAsync("events", """["is","event:name",["purchase"]]"""), await demo.OneAsync("revenue"));
        await using var profile = await chromium.NewProfileAsync();
        var page = await profile.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add($"{message.Type} {message.Text}");
        page.PageError += (_, message) => complaints.Add(message);

        await page.GotoAsync(new Uri(demo.Address, "/demo-shop/").ToString());
        await page.FillAsync("header input[name=q]", "siphon");
        await page.ClickAsync("header form button");
        await page.ClickAsync("main .cards a");
        await page.ClickAsync("[data-add]");
        await page.ClickAsync("#added a");
        await Assertions.Expect(page.Locator("#total")).ToHaveTextAsync("€119.00");
        await page.ClickAsync("#begin");
        await page.ClickAsync("main form button");
        await page.ClickAsync("#pay button");
        await page.WaitForSelectorAsync("#order:has-text('€119.00')");
        // An order counts once, however often its page is loaded.
        await page.ReloadAsync();
        Assert.Equal("", await page.TextContentAsync("#count"));
        await page.ClickAsync("nav a:has-text('Account')");
        await page.ClickAsync("#signup button");
        await page.WaitForSelectorAsync("#welcome:visible");
        await page.GotoAsync("about:blank");

        for (var tries = 0; tries < 200 && await demo.OneAsync("visits", Mine("""["is","event:name",["signup"]]""")) == 0; tries++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, await demo.OneAsync("events", """["is","event:name",["purchase"]]""") - ordersBefore);
        Assert.Equal(119, await demo.OneAsync("revenue") - revenueBefore, 3);
        foreach (var name in (string[])["search", "add_to_cart", "begin_checkout", "purchase", "signup"])
        {
            Assert.Equal((name, 1), (name, await demo.OneAsync("events", Mine($"""["is","event:name",["{name}"]]"""))));
        }

        Assert.Equal(1, await demo.OneAsync("visits", Mine("""["is","visit:entry_page",["/demo-shop/"]]""")));
        Assert.Empty(complaints);

        // Nobody of the demo's own has this screen.
        static string Mine(string filter) => $"""["and",[["is","visit:screen",["1600x900"]],{filter}]]""";
    }
}
