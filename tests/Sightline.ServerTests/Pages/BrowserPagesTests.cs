using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;
using Sightline.ServerTests.Tracker;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Pages;

/// <summary>Pages in a real browser: accessible, reachable by keyboard, quick with script and whole without.</summary>
[Collection(BrowserTests.Name)]
public sealed class BrowserPagesTests(Chromium chromium) : IAsyncLifetime
{
    private static readonly string[] Paths =
    [
        "/", "/projects/1", "/projects/1?range=day&f=is,visit:country,DE&tab=event&tab=browser&tab=country", "/projects/1?f=is,page:path,/nowhere", "/projects/2", "/projects/1?f=matches,page:path,(",
        "/projects/1/details/page", "/projects/1/views", "/projects/1/segments?q=%3Ff%3Dis,visit:country,DE", "/projects/1/realtime", "/projects/2/realtime", "/projects/1/goals", "/projects/2/goals", "/projects/1/notes", "/projects/2/notes",
        "/projects/1/dropped", "/projects/2/dropped", "/projects/9", "/design",
        "/projects/1/settings", "/projects/1/sharing", "/projects/1/imports", "/projects/1/imports/1", "/s/LINK", "/public/1",
    ];

    private const string AccessLog = """
        203.0.113.7 - - [20/Nov/2026:10:00:00 +0000] "GET /a-page HTTP/1.1" 200 512 "https://www.example.org/" "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0"
        203.0.113.7 - - [20/Nov/2026:10:00:01 +0000] "GET /style.css HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0"
        not a request at all

        """;

    private ServerUnderTest _server = null!;
    private string _link = "";

    public async ValueTask InitializeAsync()
    {
        var data = Directory.CreateTempSubdirectory("sightline-browser-pages-").FullName;
        ShopData.Fill(data, TimeProvider.System.GetUtcNow(), 40);
        new ProjectStore(SettingsDb.Open(data, TimeProvider.System), TimeProvider.System).Add("An empty project");
        _server = await ServerUnderTest.StartLocalAsync(data);
        _server.Path.Projects.TryGetById(1, out var shop);
        new ProjectStore(_server.Path.Settings, TimeProvider.System).Update(1, new ProjectChange { IsPublic = true, HasBadge = true, EmbedOrigins = ["*"], ExcludedPaths = ["/admin*"] });
        _link = new SharedLinkStore(_server.Path.Settings, TimeProvider.System).Add(shop!.Id, "Agency", null, "?f=is,page:path,/", null, "owner@localhost", null).Word;
        new SharedLinkStore(_server.Path.Settings, TimeProvider.System).Add(shop.Id, "With a password", "hash", "", null, "owner@localhost", null);
        var jobs = new ImportJobStore(_server.Path.Settings, TimeProvider.System);
        var folder = Directory.CreateDirectory(Path.Combine(data, "uploads", jobs.Add(1, ImportOrigin.Upload, "access.log", "owner@localhost", 300).Id.ToString(System.Globalization.CultureInfo.InvariantCulture))).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "access.log"), AccessLog);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_page_is_accessible(ColorScheme colours)
    {
        await using var profile = await chromium.NewProfileAsync();
        var axe = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "web/node_modules/axe-core/axe.min.js"), TestContext.Current.CancellationToken);
        List<string> faults = [];
        foreach (var path in Paths.Append("/public/1/chart"))
        {
            var page = await OpenAsync(profile, path, p => p.EmulateMediaAsync(new() { ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce }));
            // Menus and forms are part of a page, too.
            await page.EvaluateAsync("document.querySelectorAll('details.data').forEach(d => d.open = true)");
            await page.EvaluateAsync(axe);
            var found = await page.EvaluateAsync<JsonElement>("axe.run(document, { resultTypes: ['violations'] })");
            foreach (var violation in found.GetProperty("violations").EnumerateArray())
            {
                faults.Add($"{path}: {violation.GetProperty("id").GetString()}: {violation.GetProperty("nodes")[0].GetProperty("html").GetString()} {violation.GetProperty("nodes")[0].GetProperty("failureSummary").GetString()}");
            }

            await page.CloseAsync();
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task Pages_break_no_rule_of_their_policy_and_log_no_fault()
    {
        await using var profile = await chromium.NewProfileAsync();
        ConcurrentBag<string> said = [];
        foreach (var path in Paths)
        {
            var page = await OpenAsync(profile, path, p =>
            {
                p.Console += (_, message) =>
                {
                    // The browser itself reports answers of 400 and 404.
                    if (message.Type is "error" or "warning" && !message.Text.Contains("the server responded with a status", StringComparison.Ordinal))
                    {
                        said.Add($"{path}: {message.Text}");
                    }
                };
                p.PageError += (_, fault) => said.Add($"{path}: {fault}");
                return Task.CompletedTask;
            });
            if (await page.Locator(".plot[data-graph]").CountAsync() > 0)
            {
                await page.Locator(".plot.on").First.WaitForAsync();
                await page.Locator(".plot").First.HoverAsync();
                await Assertions.Expect(page.Locator(".tip")).ToBeVisibleAsync();
            }

            await page.CloseAsync();
        }

        Assert.Empty(said);
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    [InlineData(2560)]
    public async Task No_page_is_wider_than_the_screen(int width)
    {
        await using var profile = await chromium.NewProfileAsync();
        foreach (var path in Paths.Append("/public/1/chart"))
        {
            var page = await OpenAsync(profile, path, p => p.SetViewportSizeAsync(width, 900));
            var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(over <= 0, $"{path} is {over} pixels wider than {width}");
            await page.CloseAsync();
        }
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
    public async Task Everything_that_can_be_clicked_can_be_reached_by_tab()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, "/projects/1");
        // Shapes of the map are doubled by the list of countries; all else must be in the order of Tab.
        var wanted = await page.EvaluateAsync<int>(
            "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')].filter(e => e.checkVisibility() && !e.closest('.map')).map((e, i) => e.dataset.order = i).length");
        HashSet<string> reached = [];
        for (var i = 0; i < wanted + 20; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string?>("document.activeElement?.dataset?.order ?? null") is { } order)
            {
                reached.Add(order);
            }
        }

        Assert.Equal(wanted, reached.Count);
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

    private async Task<IPage> OpenAsync(IBrowserContext profile, string path, Func<IPage, Task>? before = null)
    {
        var page = await profile.NewPageAsync();
        if (before is not null)
        {
            await before(page);
        }

        await page.GotoAsync(new Uri(_server.Address, path.Replace("LINK", _link, StringComparison.Ordinal)).ToString(), new() { WaitUntil = WaitUntilState.Load });
        return page;
    }
}
