using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sightline.Server.Features.Dashboards;
using Sightline.Server.Receive.Carbon;
using Sightline.ServerTests.Metrics;
using Sightline.ServerTests.Pages;
using Sightline.ServerTests.Tracker;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Dashboards;

/// <summary>Dashboards on the real server: metrics and visits side by side, made and changed by hand.</summary>
[Collection(BrowserTests.Name)]
public sealed class DashboardPageTests(Chromium chromium) : IAsyncLifetime
{
    private const string List = "/projects/1/dashboards";

    private ServerUnderTest _server = null!;
    private long _now;

    public async ValueTask InitializeAsync()
    {
        var data = Directory.CreateTempSubdirectory("sightline-dashboards-").FullName;
        ShopData.Fill(data, TimeProvider.System.GetUtcNow(), 40);
        _server = await ServerUnderTest.StartAsync(configure: options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)] }, data: data);
        _now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;
        await CarbonSender.SendAsync(_server.Services.GetRequiredService<CarbonListener>().Plaintext[0], Enumerable.Range(1, 60).SelectMany(minute => (string[])
            [$"servers.web1.load {minute} {_now - (minute * 60)}", $"servers.web2.load {minute * 2} {_now - (minute * 60)}"]));
        await _server.DrainAsync();
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Panels_of_every_kind_are_added_changed_moved_and_removed()
    {
        using var browser = await _server.SignInAsync();
        var made = await browser.SubmitAsync(List, List, ("name", "Shop <b>now"));
        Assert.Equal($"{List}/1?edit=1", made.Location);
        await AddAsync(browser, ("title", "Load"), ("kind", "Graphite"), ("query", "servers.$server.load"), ("width", "3"), ("look", "Lines"));
        await AddAsync(browser, ("title", "Asked"), ("kind", "Explorer"), ("query", "load server=$server"), ("width", "2"), ("look", "Number"));
        await AddAsync(browser, ("title", "Visitors"), ("kind", "Visits"), ("query", "visitors"), ("width", "6"), ("look", "Lines"));
        await AddAsync(browser, ("title", "Pages"), ("kind", "Visits"), ("query", "page_views by page:path"), ("width", "4"), ("look", "Lines"));
        await AddAsync(browser, ("title", "Words"), ("kind", "Text"), ("query", "<script>alert(1)</script>"), ("width", "2"), ("look", "Lines"));
        await AddAsync(browser, ("title", "Broken"), ("kind", "Graphite"), ("query", "nope(a)"), ("width", "2"), ("look", "Lines"));
        Assert.Equal(HttpStatusCode.Found, (await browser.SubmitAsync($"{List}/1?edit=1", $"{List}/1/settings", ("name", "Shop <b>now"), ("from", "-1h"), ("to", "now"), ("refresh", "30"), ("variables", "server = servers.*"))).Status);

        var page = (await browser.GetAsync($"{List}/1")).Text;
        var lines = Lines(page);
        Assert.Equal(["servers.web1.load", "servers.web2.load"], lines[0].Select(line => line.Name));
        // The minute may have gone on since they were sent.
        Assert.InRange(lines[0][0].Values.Count, 57, 59);
        Assert.Contains("hx-trigger=\"every 30s\"", page, StringComparison.Ordinal);
        Assert.Contains("Received request for unknown function: nope.", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("Shop &lt;b&gt;now", page, StringComparison.Ordinal);
        Assert.Equal(["Load", "Asked", "Visitors", "Pages", "Words", "Broken"], Titles(page));

        // A value of the variable instead of all.
        Assert.Equal(["servers.web2.load"], Lines((await browser.GetAsync($"{List}/1?v.server=web2")).Text)[0].Select(line => line.Name));
        Assert.Equal(["Asked"], Titles((await browser.GetAsync($"{List}/1?panel=2")).Text));

        await browser.SubmitAsync($"{List}/1?edit=1", $"{List}/1/panels/5/move", ("panel", "5"), ("place", "0"));
        await browser.SubmitAsync($"{List}/1?edit=1", $"{List}/1/panels/6/remove", ("panel", "6"));
        await browser.SubmitAsync($"{List}/1?edit=1", $"{List}/1/panels/1", ("panel", "1"), ("title", "Twice"), ("kind", "Graphite"), ("query", "scale(servers.web1.load,2)"), ("width", "6"), ("look", "Stack"));
        page = (await browser.GetAsync($"{List}/1")).Text;
        Assert.Equal(["Words", "Twice", "Asked", "Visitors", "Pages"], Titles(page));
        Assert.Equal(lines[0][0].Values.Select(value => value * 2), Lines(page)[0][0].Values);

        var refused = await browser.SubmitAsync($"{List}/1?edit=1", $"{List}/1/panels", ("title", "x"), ("kind", "Visits"), ("query", "y"), ("width", "5"), ("look", "Lines"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("A panel&#x27;s width is 2, 3, 4 or 6 sixths.", refused.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync($"{List}/1?from=someday")).Status);

        // What was typed or pasted is still there when it is refused.
        refused = await browser.SubmitAsync($"{List}/1?edit=1", $"{List}/1/settings", ("name", "Shop now"), ("from", "-2h"), ("to", "now"), ("refresh", "2"), ("variables", "server = a, b"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Matches("name=\"name\" value=\"Shop now\".*name=\"from\" value=\"-2h\"(.|\n)*name=\"refresh\" value=\"2\"(.|\n)*>server = a, b</textarea>".Replace(".*", "(.|\n)*", StringComparison.Ordinal), refused.Text);
        refused = await browser.SubmitAsync(List, List + "/import", ("json", "{ \"panels\": 7 }"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("{ &quot;panels&quot;: 7 }</textarea>", refused.Text, StringComparison.Ordinal);

        // What is exported can be imported.
        var exported = (await browser.GetAsync($"{List}/1/json")).Text;
        var again = await browser.SubmitAsync(List, List + "/import", ("json", exported));
        Assert.Equal($"{List}/2?edit=1", again.Location);
        Assert.Equal(Titles(page), Titles((await browser.GetAsync($"{List}/2")).Text));
        await browser.SubmitAsync($"{List}/2?edit=1", $"{List}/2/remove");
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"{List}/2")).Status);
    }

    [Fact]
    public async Task A_panel_has_an_address_as_a_picture()
    {
        var store = _server.Services.GetRequiredService<DashboardStore>();
        var id = store.Add(1, "Pictures", new Dashboard { From = "-1h" }
            .Add(new DashboardPanel { Title = "Load <b>", Kind = PanelKind.Graphite, Query = "servers.*.load", Look = PanelLook.Stack })
            .Add(new DashboardPanel { Title = "Visitors", Kind = PanelKind.Visits, Query = "visitors" })
            .Add(new DashboardPanel { Title = "Pages", Kind = PanelKind.Visits, Query = "page_views by page:path" })
            .Add(new DashboardPanel { Title = "Broken", Kind = PanelKind.Graphite, Query = "nope(a)" }).Write());
        using var browser = await _server.SignInAsync();
        var link = Regex.Match((await browser.GetAsync($"{List}/{id}")).Text, "href=\"([^\"]+picture[^\"]+)\"").Groups[1].Value;
        Assert.Equal($"{List}/{id}/panels/1/picture.svg?from=-1h&amp;to=now", link);
        var svg = System.Xml.Linq.XDocument.Parse((await browser.GetAsync(WebUtility.HtmlDecode(link))).Text).Root!;
        Assert.Equal("800", svg.Attribute("width")!.Value);
        Assert.Superset(new HashSet<string> { "Load <b>", "servers.web1.load", "servers.web2.load" }, svg.Elements().Select(static one => one.Value).ToHashSet());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"{List}/{id}/panels/2/picture.svg?width=300")).Status);
        Assert.StartsWith("\uFFFDPNG", (await browser.GetAsync($"{List}/{id}/panels/1/picture.png")).Text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, "this panel is no graph"), await Answer(3));
        Assert.Equal((HttpStatusCode.BadRequest, "Received request for unknown function: nope"), await Answer(4));
        Assert.Equal(HttpStatusCode.NotFound, (await Answer(9)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"{List}/{id}/panels/1/picture.gif")).Status);

        async Task<(HttpStatusCode Status, string Text)> Answer(int panel)
        {
            var answer = await browser.GetAsync($"{List}/{id}/panels/{panel}/picture.svg");
            return (answer.Status, answer.Text);
        }
    }

    [Fact]
    public async Task A_panel_of_many_numbers_says_how_many_it_leaves_out_and_leads_to_all_of_them()
    {
        var store = _server.Services.GetRequiredService<DashboardStore>();
        var twenty = string.Join('\n', Enumerable.Range(1, 20).Select(i => $"alias(scale(servers.web1.load,{i}),'number {i}')"));
        var id = store.Add(1, "Numbers", new Dashboard { From = "-1h" }
            .Add(new DashboardPanel { Title = "Many", Kind = PanelKind.Graphite, Query = twenty, Look = PanelLook.Number })
            .Add(new DashboardPanel { Title = "Few", Kind = PanelKind.Explorer, Query = "load", Look = PanelLook.Number }).Write());
        using var browser = await _server.SignInAsync();
        var page = (await browser.GetAsync($"{List}/{id}")).Text;
        Assert.Equal(12 + 2, Regex.Count(page, "class=\"big-number\""));
        var link = Regex.Match(page, "<a href=\"([^\"]+)\">and 8 more</a>").Groups[1].Value;
        Assert.Single(Regex.Matches(page, " more</a>"));
        page = (await browser.GetAsync(WebUtility.HtmlDecode(link))).Text;
        Assert.Equal(20, Regex.Count(page, "class=\"big-number\""));
        Assert.DoesNotContain(" more</a>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visits_are_those_of_the_query_API()
    {
        var token = _server.AddToken();
        var store = _server.Services.GetRequiredService<DashboardStore>();
        var dashboard = new Dashboard { From = "-7d" }
            .Add(new DashboardPanel { Title = "Visitors", Kind = PanelKind.Visits, Query = "visitors" })
            .Add(new DashboardPanel { Title = "Pages", Kind = PanelKind.Visits, Query = """page_views by page:path ["is","visit:device",["Mobile"]]""" });
        using var browser = await _server.SignInAsync();
        // To the second at which the page was asked for would be another one: days that are over.
        var (from, to) = (_now / 86_400 * 86_400 - (5 * 86_400), _now / 86_400 * 86_400);
        var page = (await browser.GetAsync($"{List}/{store.Add(1, "Visits", dashboard.Write())}?from={from}&to={to}")).Text;

        var range = $"[\"{Time(from)}\",\"{Time(to)}\"]";
        var expected = Rows(await _server.QueryAsync($$"""{"project":1,"metrics":["visitors"],"dimensions":["time:hour"],"range":{{range}}}""", token));
        Assert.Equal(expected.Select(row => row.Value), Lines(page)[0][0].Values);
        var pages = Rows(await _server.QueryAsync($$"""{"project":1,"metrics":["page_views"],"dimensions":["page:path"],"range":{{range}},"filters":["is","visit:device",["Mobile"]],"limit":10}""", token));
        Assert.NotEmpty(pages);
        Assert.Equal(pages.Select(row => row.Key), Regex.Matches(page, "<span title=\"([^\"]+)\"").Select(match => match.Groups[1].Value));

        static string Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

        static List<(string Key, double Value)> Rows(string answer) => [.. JsonDocument.Parse(answer).RootElement.GetProperty("rows").EnumerateArray()
            .Select(row => (row.GetProperty("dimensions")[0].GetString()!, row.GetProperty("metrics")[0].GetDouble()))];
    }

    [Fact]
    public async Task Who_may_only_look_has_no_forms_and_may_not_write()
    {
        var store = _server.Services.GetRequiredService<DashboardStore>();
        store.Add(1, "Board", new Dashboard().Add(new DashboardPanel { Title = "x", Query = "load" }).Write());
        _server.AddUser("viewer@example.com", Role.Viewer, 1);
        using var viewer = await _server.SignInAsync("viewer@example.com");
        // The picture of a panel is for everybody who sees it; no other address of a panel is on the page, in whatever attribute or script.
        var page = (await viewer.GetAsync($"{List}/1?edit=1")).Text;
        Assert.DoesNotContain("<form method=\"post\"", Regex.Match(page, "<main.*</main>", RegexOptions.Singleline).Value, StringComparison.Ordinal);
        var mentions = Regex.Matches(page, "[^\"'\\s]*/panels[^\"'\\s]*").Select(match => match.Value).ToList();
        Assert.NotEmpty(mentions);
        Assert.All(mentions, mention => Assert.Matches($@"^{Regex.Escape(List)}/1/panels/1/picture\.svg(\?.*)?$", mention));
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync($"{List}/1/remove")).Status);
    }

    [Fact]
    public async Task A_panel_is_dragged_to_another_place_and_a_choice_acts_at_once()
    {
        var store = _server.Services.GetRequiredService<DashboardStore>();
        store.Add(1, "Board", (new Dashboard { From = "-1h", Variables = [new DashboardVariable("server", "servers.*")] })
            .Add(new DashboardPanel { Title = "One", Kind = PanelKind.Graphite, Query = "servers.$server.load" })
            .Add(new DashboardPanel { Title = "Two", Kind = PanelKind.Text, Query = "words" }).Write());
        await using var profile = await chromium.NewProfileAsync();
        var page = await profile.NewPageAsync();
        await page.SetViewportSizeAsync(1300, 1000);
        using var browser = await _server.SignInAsync();
        await profile.AddCookiesAsync([new() { Name = "sightline", Value = browser.Session, Url = _server.Address.ToString() }]);
        await page.GotoAsync(new Uri(_server.Address, $"{List}/1?edit=1").ToString());
        await page.Locator("#panel-2 h2").DragToAsync(page.Locator("#panel-1 h2"));
        await Assertions.Expect(page.Locator(".pane h2").First).ToHaveTextAsync("Two");
        Assert.Equal([2, 1], Dashboard.Parse(store.Find(1, 1)!.Document).Panels.Select(panel => panel.Id));
        await page.GotoAsync(new Uri(_server.Address, $"{List}/1").ToString());
        await page.Locator("select[name='v.server']").SelectOptionAsync("web2");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("v\\.server=web2"));
        await Assertions.Expect(page.Locator(".legend tbody tr")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_panel_is_moved_by_keys_alone_and_keeps_the_place_in_the_order_of_tab()
    {
        var store = _server.Services.GetRequiredService<DashboardStore>();
        var panels = Enumerable.Range(1, 3).Aggregate(new Dashboard(), (board, i) => board.Add(new DashboardPanel { Title = $"Panel {i}", Kind = PanelKind.Text, Query = "words" }));
        store.Add(1, "Board", panels.Write());
        await using var profile = await chromium.NewProfileAsync();
        var page = await profile.NewPageAsync();
        using var browser = await _server.SignInAsync();
        await profile.AddCookiesAsync([new() { Name = "sightline", Value = browser.Session, Url = _server.Address.ToString() }]);
        await page.GotoAsync(new Uri(_server.Address, $"{List}/1?edit=1").ToString());
        await PressAsync("#panel-1", "Later");
        await PressAsync("#panel-1", "Later");
        Assert.Equal([2, 3, 1], Dashboard.Parse(store.Find(1, 1)!.Document).Panels.Select(panel => panel.Id));

        async Task PressAsync(string panel, string button)
        {
            for (var i = 0; i < 60; i++)
            {
                await page.Keyboard.PressAsync("Tab");
                if (await page.EvaluateAsync<bool>("([panel, name]) => document.activeElement.ariaLabel === name && !!document.activeElement.closest(panel)", new[] { panel, button }))
                {
                    var loaded = new TaskCompletionSource();
                    page.Load += (_, _) => loaded.TrySetResult();
                    await page.Keyboard.PressAsync("Enter");
                    await loaded.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
                    return;
                }
            }

            Assert.Fail($"{button} of {panel} is not reached");
        }
    }

    private static async Task AddAsync(Browser browser, params (string, string)[] fields) =>
        Assert.Equal(HttpStatusCode.Found, (await browser.SubmitAsync($"{List}/1?edit=1", $"{List}/1/panels", fields)).Status);

    private static List<string> Titles(string page) => [.. Regex.Matches(page, "<h2 id=\"panel-\\d+-title\"[^>]*>([^<]+)<").Select(match => match.Groups[1].Value)];

    private static List<List<(string Name, List<double> Values)>> Lines(string page) => [.. Regex.Matches(page, "data-series=\"([^\"]+)\"").Select(match =>
        JsonDocument.Parse(WebUtility.HtmlDecode(match.Groups[1].Value)).RootElement.GetProperty("lines").EnumerateArray().Select(line =>
            (line.GetProperty("name").GetString()!, line.GetProperty("values").EnumerateArray().Where(value => value.ValueKind == JsonValueKind.Number).Select(value => value.GetDouble()).ToList())).ToList())];
}
