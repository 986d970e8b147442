using Microsoft.Playwright;
using Sightline.ServerTests.Tracker;

namespace Sightline.ServerTests.Demo;

/// <summary>The cards that lead through the demo, in a real browser and by keyboard alone.</summary>
[Collection(BrowserTests.Name)]
public sealed class DemoTourTests(Chromium chromium, DemoProcess demo) : IClassFixture<DemoProcess>
{
    [Fact]
    public async Task Six_cards_come_one_at_a_time_by_keyboard_each_at_what_it_is_about_and_stay_away_once_done()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile);
        var cards = page.Locator("#tour li");
        await Assertions.Expect(cards).ToHaveCountAsync(6);
        await page.Locator("[data-tour-step='1']").FocusAsync();
        HashSet<string> titles = [];
        for (var card = 0; card < 6; card++)
        {
            await Assertions.Expect(page.Locator("#tour li:visible")).ToHaveCountAsync(1);
            await Assertions.Expect(cards.Nth(card)).ToBeVisibleAsync();
            // What it speaks of is on the page, and marked.
            await Assertions.Expect(page.Locator(".tour-at")).ToHaveCountAsync(1);
            Assert.True(await page.Locator(".tour-at").EvaluateAsync<bool>("(e, at) => e.matches(at)", await cards.Nth(card).GetAttributeAsync("data-at")));
            Assert.True(titles.Add((await cards.Nth(card).Locator("h2").TextContentAsync())!));
            if (card == 2)
            {
                // Another load goes on where it was.
                await page.ReloadAsync();
                await Assertions.Expect(cards.Nth(2)).ToBeVisibleAsync();
                await page.Locator("[data-tour-step='-1']").FocusAsync();
                await page.Keyboard.PressAsync("Enter");
                await Assertions.Expect(cards.Nth(1)).ToBeVisibleAsync();
                await page.Keyboard.PressAsync("Tab");
                await page.Keyboard.PressAsync("Enter");
                await Assertions.Expect(cards.Nth(2)).ToBeVisibleAsync();
            }

            await page.Keyboard.PressAsync("Enter");
        }

        await Assertions.Expect(page.Locator("#tour")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#main")).ToBeFocusedAsync();
        await KeptClosedAsync(profile);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".tile-value").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#tour")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Escape_puts_it_away_and_the_sheet_of_shortcuts_brings_it_back()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile);
        await page.Locator("[data-tour-step='1']").FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#tour")).ToHaveCountAsync(0);
        await KeptClosedAsync(profile);
        await page.ReloadAsync();
        await page.Keyboard.PressAsync("?");
        await page.Locator("dialog[open] a[href^='/tour/open']").ClickAsync();
        await Assertions.Expect(page.Locator("#tour li:visible")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Without_script_the_cards_are_a_list_and_each_of_their_links_leads_somewhere()
    {
        await using var profile = await chromium.NewProfileAsync(script: false);
        var page = await OpenAsync(profile);
        await Assertions.Expect(page.Locator("#tour li:visible")).ToHaveCountAsync(6);
        foreach (var link in await page.Locator("#tour li a").EvaluateAllAsync<string[]>("links => links.map(a => a.href)"))
        {
            var answer = await page.APIRequest.GetAsync(link);
            Assert.True(answer.Ok, $"{link}: {answer.Status}");
        }

        await page.Locator("[data-tour-close]").ClickAsync();
        await Assertions.Expect(page.Locator("#tour")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".tile-value").First).ToBeVisibleAsync();
    }

    // The server is told while the card is going.
    private async Task KeptClosedAsync(IBrowserContext profile)
    {
        for (var tries = 0; tries < 200 && (await profile.CookiesAsync([demo.Address.ToString()])).All(cookie => cookie.Name != "sightline_tour" || cookie.Value != "closed"); tries++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Contains(await profile.CookiesAsync([demo.Address.ToString()]), cookie => cookie is { Name: "sightline_tour", Value: "closed" });
    }

    private async Task<IPage> OpenAsync(IBrowserContext profile)
    {
        var page = await profile.NewPageAsync();
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync(new Uri(demo.Address, "/projects/1").ToString());
        return page;
    }
}
