using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sightline.Server.Receive.Carbon;
using Sightline.ServerTests.Metrics;
using Sightline.ServerTests.Tracker;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Explorer;

/// <summary>The Explorer on the real server: from lines of carbon to graphs, and what may be done with them.</summary>
[Collection(BrowserTests.Name)]
public sealed class ExplorerTests(Chromium chromium) : IAsyncLifetime
{
    private ServerUnderTest _server = null!;
    private long _now;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerUnderTest.StartAsync(configure: options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)], LocalAccess = true });
        _server.AddProject();
        _server.Path.Projects.RunOnce();
        _now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;
        var lines = new List<string>();
        for (var minute = 1; minute <= 60; minute++)
        {
            foreach (var server in (string[])["web1", "web2", "db1"])
            {
                lines.Add($"servers.{server}.cpu.cpu0.user {minute} {_now - (minute * 60)}");
                lines.Add($"servers.{server}.cpu.cpu1.user {minute * 3} {_now - (minute * 60)}");
                lines.Add($"servers.{server}.network.eth0.rx_byte 250000 {_now - (minute * 60)}");
            }

            lines.AddRange(Enumerable.Range(0, 40).Select(i => $"shop.node{i:00}.queue {i + (minute % 5)} {_now - (minute * 60)}"));
        }

        await CarbonSender.SendAsync(_server.Services.GetRequiredService<CarbonListener>().Plaintext[0], lines);
        await _server.DrainAsync();
        _server.Services.GetRequiredService<NoteStore>().Add(1, (_now - 1800) * 1000, "deploy of <b>42");
        _server.Services.GetRequiredService<NoteStore>().Add(1, (_now - 900) * 1000, "holiday");
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_question_becomes_graphs_with_the_values_that_render_gives_for_their_targets()
    {
        var page = await AskAsync($"cpu avg by core from {_now - 1800} to {_now - 60}");

        Assert.Equal(["db1", "web1", "web2"], Regex.Matches(page, "<h2 id=\"graph-\\d-title\">([a-z0-9]+) ").Select(match => match.Groups[1].Value));
        var target = Regex.Match(page, "averageSeries\\([^<]+\\)").Value;
        Assert.Equal("averageSeries(servers.db1.cpu.cpu0.user,servers.db1.cpu.cpu1.user)", target);
        var rendered = JsonDocument.Parse(await _server.Client.GetStringAsync($"/render?target={target}&from={_now - 1800}&until={_now - 60}&format=json&project=1", TestContext.Current.CancellationToken))
            .RootElement[0].GetProperty("datapoints").EnumerateArray().Select(point => point[0].GetDouble()).ToList();
        Assert.Equal(29, rendered.Count);
        Assert.Equal(rendered, Values(page)[0]);
        // Mean and most, in words.
        Assert.Contains($"<td class=\"num\">{rendered.Average().ToString("0.#", CultureInfo.InvariantCulture)}</td>", page, StringComparison.Ordinal);
        Assert.Contains($"<td class=\"num\">{rendered.Max().ToString("0.#", CultureInfo.InvariantCulture)}</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Units_are_converted_and_sums_stacked()
    {
        var page = await AskAsync($"stack network unit=Mb/s sum by server from {_now - 600} to {_now - 60}");

        Assert.Contains("Mb/s · rate", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.All(Values(page)[0], value => Assert.Equal(6, value, 9));
        Assert.Contains("class=\"g-fill c0\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_those_whose_words_are_asked_for()
    {
        Assert.Contains("holiday", await AskAsync("cpu from -1h"), StringComparison.Ordinal);
        var page = await AskAsync("cpu from -1h || DEPLOY");
        Assert.Contains("deploy of &lt;b&gt;42", page, StringComparison.Ordinal);
        Assert.DoesNotContain("holiday", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_graph_leads_to_itself_alone()
    {
        var page = await AskAsync("cpu from -1h");
        var href = WebUtility.HtmlDecode(Regex.Match(page, "href=\"(/projects/1/explorer[^\"]+)\" aria-label=\"web1[^\"]* alone\"").Groups[1].Value);
        var alone = await _server.Client.GetStringAsync(href, TestContext.Current.CancellationToken);
        Assert.Single(Regex.Matches(alone, "<h2 id=\"graph-"));
        Assert.Contains(">web1 · cpu · user<", WebUtility.HtmlDecode(alone), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu (", "has a regular expression that cannot be read")]
    [InlineData("cpu from someday", "Unknown day reference")]
    [InlineData("cpu from now to -1h", "is not before")]
    public async Task A_question_that_cannot_be_answered_says_why(string question, string why)
    {
        using var answer = await _server.Client.GetAsync("/projects/1/explorer?q=" + Uri.EscapeDataString(question), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(why, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_are_completed_from_the_tags_there_are()
    {
        Assert.Equal(["cpu server="], await CompleteAsync("cpu serv"));
        Assert.Equal(["cpu server=web1", "cpu server=web2"], await CompleteAsync("cpu server=w"));
        Assert.Equal(["!core=", "!core=cpu0"], [.. await CompleteAsync("!cor"), .. (await CompleteAsync("!core=")).Take(1)]);
        Assert.Contains("cpu group by ", await CompleteAsync("cpu g"));
    }

    [Fact]
    public async Task Own_rules_give_tags_and_wrong_ones_are_refused()
    {
        using var browser = await _server.SignInAsync();
        const string Rules = "/projects/1/explorer/rules";
        Assert.Contains("'x' is not tag=value", WebUtility.HtmlDecode((await browser.SubmitAsync(Rules, Rules, ("rules", "shop.{node}.queue x"))).Text), StringComparison.Ordinal);
        Assert.DoesNotContain("node=", await CompleteAsync("n"));
        Assert.Equal(HttpStatusCode.Found, (await browser.SubmitAsync(Rules, Rules, ("rules", "# ours\nshop.{node}.queue unit=Job target_type=gauge"))).Status);
        Assert.Contains("node=", await CompleteAsync("n"));
        Assert.Contains("Job · gauge", WebUtility.HtmlDecode(await AskAsync("node:node0[0-4] GROUP BY unit from -1h")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pointer_names_values_a_drag_chooses_a_part_and_typing_completes()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await profile.NewPageAsync();
        await page.SetViewportSizeAsync(1200, 900);
        await page.GotoAsync(new Uri(_server.Address, "/projects/1/explorer?q=" + Uri.EscapeDataString("queue GROUP BY n3 from -1h")).ToString());
        var plot = page.Locator(".series .plot svg");
        await plot.HoverAsync();
        await Assertions.Expect(page.Locator(".series .tip")).ToContainTextAsync("and 28 more");
        var box = (await plot.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 4), box.Y + 50);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + 50, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await page.WaitForURLAsync(new Regex("from%20\\d{10}%20to%20\\d{10}"));
        Assert.Contains("from ", await page.Locator("input[name=q]").InputValueAsync(), StringComparison.Ordinal);
        await page.Locator("input[name=q]").FillAsync("cpu serv");
        await Assertions.Expect(page.Locator("#questions option")).ToHaveAttributeAsync("value", "cpu server=");
        await page.Locator("input[name=q]").PressAsync("Enter");
        await page.WaitForURLAsync(new Regex("q=cpu(\\+|%20)serv"));
    }

    [Fact]
    public async Task Keys_read_the_values_of_a_graph_and_choose_a_part_of_it()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await profile.NewPageAsync();
        await page.GotoAsync(new Uri(_server.Address, "/projects/1/explorer?q=" + Uri.EscapeDataString("cpu avg by core GROUP BY n1 from -1h")).ToString());
        await page.Locator(".series .plot svg[tabindex]").First.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("PageDown");
        await Assertions.Expect(page.Locator(".series .plot [role=status]").First).ToContainTextAsync("web1");
        await page.Keyboard.PressAsync("Shift+PageDown");
        await page.Keyboard.PressAsync("Shift+PageDown");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(new Regex("from%20\\d{10}%20to%20\\d{10}"));
        var chosen = Regex.Match(Uri.UnescapeDataString(page.Url), "from (\\d+) to (\\d+)");
        Assert.InRange(long.Parse(chosen.Groups[2].Value, CultureInfo.InvariantCulture) - long.Parse(chosen.Groups[1].Value, CultureInfo.InvariantCulture), 700, 740);
    }

    private static List<List<double>> Values(string page) => [.. Regex.Matches(page, "data-series=\"([^\"]+)\"").SelectMany(match =>
        JsonDocument.Parse(WebUtility.HtmlDecode(match.Groups[1].Value)).RootElement.GetProperty("lines").EnumerateArray()
            .Select(line => line.GetProperty("values").EnumerateArray().Where(value => value.ValueKind == JsonValueKind.Number).Select(value => value.GetDouble()).ToList()))];

    private Task<string> AskAsync(string question) => _server.Client.GetStringAsync("/projects/1/explorer?q=" + Uri.EscapeDataString(question), TestContext.Current.CancellationToken);

    private async Task<List<string>> CompleteAsync(string question) =>
        JsonSerializer.Deserialize<List<string>>(await _server.Client.GetStringAsync("/projects/1/explorer/suggest?q=" + Uri.EscapeDataString(question), TestContext.Current.CancellationToken))!;
}
