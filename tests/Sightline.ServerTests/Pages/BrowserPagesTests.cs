using Microsoft.Playwright;
using Sightline.ServerTests.Tracker;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Pages;

/// <summary>What pages do in a real browser, quick with script and whole without. What holds for every page is in <see cref="EveryPageTests"/>.</summary>
[Collection(BrowserTests.Name)]
public sealed class BrowserPagesTests(Chromium chromium) : IAsyncLifetime
{
    private ServerUnderTest _server = null!;

    public async ValueTask InitializeAsync()
    {
        var data = Directory.CreateTempSubdirectory("sightline-browser-pages-").FullName;
        ShopData.Fill(data, TimeProvider.System.GetUtcNow(), 40);
        new ProjectStore(SettingsDb.Open(data, TimeProvider.System), TimeProvider.System).Add("An empty project");
        _server = await ServerUnderTest.StartLocalAsync(data);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_graph_says_what_is_under_the_pointer()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, "/projects/1");
        await page.Locator(".plot.on").First.WaitForAsync();
        await page.Locator(".plot").First.HoverAsync();
        await Assertions.Expect(page.Locator(".tip")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_filter_that_cannot_be_asked_for_stays_to_be_mended_beside_the_others()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, "/projects/1?range=7d&f=is,visit:country,DE&f=matches,page:path,(");
        await Assertions.Expect(page.Locator("h2")).ToHaveTextAsync("This view cannot be shown");
        await Assertions.Expect(page.Locator(".chip")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove the filter: Page matches (" }).ClickAsync();
        await Assertions.Expect(page.Locator(".tile-value").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".chip")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("Country is Germany"));
        Assert.Contains("range=7d", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_filters_without_loading_the_page_again_and_the_address_says_it()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, "/projects/1");
        await page.EvaluateAsync("window.marked = true");
        await page.Locator("#panel-sources").GetByRole(AriaRole.Link, new() { Name = "Google", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".chip")).ToContainTextAsync("Source is Google");
        Assert.Contains("f=is%2Cvisit%3Asource%2CGoogle", page.Url, StringComparison.Ordinal);
        Assert.True(await page.EvaluateAsync<bool>("window.marked === true"));
        // The chip opens a form, by keyboard alone, whose values are suggested.
        await page.Locator(".chip summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".chip select[name=fo]").SelectOptionAsync("is_not");
        await page.Locator(".chip input[name=fv]").Last.FocusAsync();
        await Assertions.Expect(page.Locator(".chip datalist option[value='Bing']")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".chip")).ToContainTextAsync("Source is not Google");
        Assert.Contains("f=is_not%2Cvisit%3Asource%2CGoogle", page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain("fd=", page.Url, StringComparison.Ordinal);
        await page.GoBackAsync();
        await Assertions.Expect(page.Locator(".chip")).ToContainTextAsync("Source is Google");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator(".chip")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Filters_are_kept_as_a_segment_that_is_chosen_changed_and_removed()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, "/projects/1?f=or1.is,visit:country,DE&f=or1.did.is,page:path,/pricing");
        await Assertions.Expect(page.Locator(".chip-group .chip")).ToHaveCountAsync(2);
        var visitors = await page.Locator(".tile-value").First.TextContentAsync();
        await page.Locator("#segments > summary").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Save these filters as a segment" }).ClickAsync();
        await page.Locator("#save input[name=name]").FillAsync("<b>Germans");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".chip")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("Segment <b>Germans"));
        await Assertions.Expect(page.Locator(".tile-value").First).ToHaveTextAsync(visitors!);
        await page.GetByRole(AriaRole.Link, new() { Name = "Clear all" }).ClickAsync();
        await Assertions.Expect(page.Locator(".tile-value").First).Not.ToHaveTextAsync(visitors!);
        await page.Locator("#segments > summary").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "<b>Germans" }).ClickAsync();
        await Assertions.Expect(page.Locator(".tile-value").First).ToHaveTextAsync(visitors!);
        await page.GotoAsync(new Uri(_server.Address, "/projects/1/segments").ToString());
        await page.Locator("td .menu summary").ClickAsync();
        await page.Locator("td .menu input[name=name]").FillAsync("Germans");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("tbody td").First).ToHaveTextAsync("Germans");
        await page.Locator("td .menu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove this segment" }).ClickAsync();
        await Assertions.Expect(page.Locator("#segments .empty")).ToContainTextAsync("No segments yet");
    }

    [Fact]
    public async Task Keys_do_what_they_say()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, "/projects/1");
        await page.Keyboard.PressAsync("w");
        await page.WaitForURLAsync("**/projects/1?range=7d");
        await page.Keyboard.PressAsync("d");
        await page.WaitForURLAsync("**/projects/1?range=day");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.WaitForURLAsync("**range=custom**");
        await page.Keyboard.PressAsync("m");
        await page.WaitForURLAsync("**/projects/1?range=month");
        await page.Keyboard.PressAsync("x");
        await page.WaitForURLAsync("**compare=none**");
        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Locator("dialog[open]")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("f");
        await Assertions.Expect(page.Locator("#add-filter select[name=fd]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#add-filter[open]")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(page.Locator("#panel-sources-search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("goog");
        await Assertions.Expect(page.Locator("#panel-sources-rows tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#panel-sources-search")).ToBeFocusedAsync();
        Assert.Contains("q.sources=goog", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dragging_over_the_graph_shows_that_part_of_the_range()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, "/projects/1");
        await page.Locator(".plot.on").WaitForAsync();
        var box = (await page.Locator(".plot").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.4f), box.Y + 100);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.5f), box.Y + 110, new() { Steps = 4 });
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.6f), box.Y + 110, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await page.WaitForURLAsync("**range=custom**");
        Assert.Matches("from=2[0-9-]+&to=2[0-9-]+", page.Url);
    }

    [Fact]
    public async Task Without_script_pages_are_whole()
    {
        await using var profile = await chromium.NewProfileAsync(script: false);
        var page = await OpenAsync(profile, "/projects/1");
        Assert.NotEqual("", await page.Locator(".g-line").First.GetAttributeAsync("d"));
        await page.Locator("#panel-sources").GetByRole(AriaRole.Link, new() { Name = "Channels" }).ClickAsync();
        await Assertions.Expect(page.Locator("#panel-sources thead")).ToContainTextAsync("Channel");
        await page.Locator("#add-filter summary").ClickAsync();
        await page.Locator("#add-filter select[name=fd]").SelectOptionAsync("visit:country");
        await page.Locator("#add-filter input[name=fv]").FillAsync("Germany");
        await page.Locator("#add-filter button").ClickAsync();
        await Assertions.Expect(page.Locator(".chip")).ToContainTextAsync("Country is Germany");
        Assert.Contains("tab=channel", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_visit_shows_on_the_realtime_page_by_itself()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, "/projects/2/realtime");
        await Assertions.Expect(page.Locator("#rt-visitors")).ToHaveTextAsync("0");
        var project = new ProjectStore(_server.Path.Settings, TimeProvider.System).Find(2)!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent($$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"https://site.example/just-now","visitor_id":"v1"}""") };
        request.Headers.UserAgent.ParseAdd(Chromium.UserAgent);
        using var sent = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(sent.IsSuccessStatusCode);
        await Assertions.Expect(page.Locator("#rt-visitors")).ToHaveTextAsync("1");
        await Assertions.Expect(page.Locator("#rt-feed li").First).ToContainTextAsync("/just-now");
        await Assertions.Expect(page.Locator("#rt-pages tbody tr")).ToContainTextAsync("/just-now");
    }

    private async Task<IPage> OpenAsync(IBrowserContext profile, string path)
    {
        var page = await profile.NewPageAsync();
        await page.GotoAsync(new Uri(_server.Address, path).ToString(), new() { WaitUntil = WaitUntilState.Load });
        return page;
    }
}
