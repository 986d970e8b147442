using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Receive.Carbon;
using Sightline.Tests.Queries.Graphite;

namespace Sightline.ServerTests.Metrics;

/// <summary>Whole requests, faulty ones too: this server and Debian's graphite-web, with the same points, must answer the same.</summary>
public sealed partial class GraphiteWebAnswersTests : IAsyncLifetime
{
    private static readonly string[] Names = ["servers.a.load", "servers.b.load", "servers.b", "servers.b.cpu.user", "disk.free"];

    // {now} is the minute. What stands behind a space is posted as a form.
    private static readonly string[] Requests =
    [
        "/metrics/find", "/metrics/find?query=", "/metrics/find/?query=*", "/metrics/find?query=servers.*", "/metrics/find?query=servers.*&wildcards=1", "/metrics/find?query=servers.*.load", "/metrics/find?query=servers.*&format=completer",
        "/metrics/find?query=servers.&format=completer&wildcards=1", "/metrics/find?query=servers..load&format=completer", "/metrics/find?query=servers.a,b&format=completer&automatic_variants=1", "/metrics/find?query=servers.*&format=nodelist",
        "/metrics/find?query=servers.*.load&format=nodelist&position=1", "/metrics/find?query=servers.*.load&format=nodelist&position=-3", "/metrics/find?query=servers.*&format=json", "/metrics/find?query=servers.*&format=json&leavesOnly=1",
        "/metrics/find?query=servers.*&format=xml", "/metrics/find?query=servers.*&leavesOnly=x", "/metrics/find?query=servers.*&position=x", "/metrics/find?query=servers.*&from=nonsense", "/metrics/find?query=servers.*&until=-1",
        "/metrics/find?query=servers.a.*&jsonp=f", "/metrics/find?query=nothing.*", "/metrics/find query=servers.*&format=nodelist", "/metrics/expand", "/metrics/expand?query=servers.*.load", "/metrics/expand?query=servers.*&query=servers.a.*",
        "/metrics/expand?query=servers.*&groupByExpr=1&leavesOnly=1", "/metrics/expand?query=nothing.here", "/metrics/expand?query=servers.a", "/metrics/index.json", "/metrics/index.json?jsonp=g", "/version", "/version/", "/functions/nope",
        "/render?target=nope(servers.a.load)&format=json", "/render?target=servers.a.load&target=nope(1)&format=json", "/render?target=scale(servers.a.load)&format=json", "/render?target=scale(servers.a.load,'x')&format=json",
        "/render?target=scale(servers.a.load,1,2,3)&format=json", "/render?target=summarize(servers.a.load,'x')&format=json", "/render?target=aggregate(servers.a.load,'x')&format=json", "/render?target=sumSeries(5)&format=json",
        "/render?target=servers.a.load&from=nonsense&format=json", "/render?target=servers.a.load&from=now&until=now&format=json", "/render?target=servers.a.load&graphType=x&format=json", "/render?target=servers.a.load&cacheTimeout=x&format=json",
        "/render?target=servers.a.load&xFilesFactor=x&format=json", "/render?target=servers.a.load&maxDataPoints=x&format=json&from={now-180}&until={now}", "/render?target=servers.a.load&maxDataPoints=2&format=json&from={now-480}&until={now}",
        "/render?target=servers.a.load&maxDataPoints=1&format=json&from={now-480}&until={now}", "/render?target=servers.*.load&maxDataPoints=3&format=json&from={now-480}&until={now}&jsonp=cb&cacheTimeout=60&noCache=1",
        "/render?target=servers.a.load&tz=Nowhere&format=json&from={now-180}&until={now}", "/render?format=json", "/render?target=&format=json", "/render target=servers.a.load&format=json&from={now-180}&until={now}",
        "/render?format=raw target=servers.a.load&format=json&from={now-180}&until={now}", "/render?target[]=servers.a.load&target[]=disk.free&format=json&from={now-120}&until={now}", "/render?target=servers.a.load&rawData=1&from={now-120}&until={now}",
        "/render?target=servers.a.load&rawData=1&format=json&from={now-120}&until={now}", "/render?target=servers.a.load&format=csv&from={now-120}&until={now}", "/render?target=servers.a.load&format=json&noNullPoints=1&from={now-900}&until={now}",
        "/tags/findSeries", "/tags/autoComplete/values",
        "/render?target=servers.a.load(&format=json", "/render?target=sumSeries(servers.a.load&format=json", "/render?target=servers.a.load)&format=json&from={now-120}&until={now}",
        "/render?target=scale(servers.a.load,2)x&format=json&from={now-120}&until={now}", "/render?target=servers.a.load%20servers.b.load&format=json&from={now-120}&until={now}", "/render?target=scale(servers.a.load,'x)&format=json",
        "/render?target=servers.{a,b.load&format=json&from={now-120}&until={now}", "/render?target=scale(,2)&format=json", "/render?target=5&format=json", "/render?target=scale(&format=raw",
        "/render?target=servers.a.load|scale(2)|&format=json&from={now-120}&until={now}", "/render?target=servers.a.load&target=scale(servers.a.load,&format=json&from={now-120}&until={now}",
        "/render?target=%20servers.a.load%20&format=json&from={now-120}&until={now}", "/render?target=sumSeries()&format=json", "/render?target=scale(servers.a.load,factor=2&format=json",
        "/render?target=template(scale(servers.$x.load,2),x='a'&format=json", "/render?target=a%3Bb&format=json", "/render?target=%23&format=json", "/render?target=%0A&format=json", "/render?target=true&format=json", "/render?target=none&format=json",
        "/render?target=servers.a.load&format=json&pretty=1&from={now-120}&until={now}", "/render?target=nothing&format=json&pretty=1", "/render?target=servers.a.load&format=json&pretty=1&maxDataPoints=1&from={now-480}&until={now}", "/render?target=servers.a.load&format=json&pretty=0&from={now-120}&until={now}",
        "/render?target=servers.a.load&format=json&pretty=1&jsonp=f&from={now-120}&until={now}", "/render?target=servers.a.load&format=rickshaw&pretty=1&from={now-120}&until={now}",
        "/metrics/find?query=servers.*&pretty=1", "/metrics/find?query=servers.*&format=completer&pretty=1", "/metrics/find?query=servers.*&format=nodelist&pretty=1", "/metrics/find?query=servers.*&format=json&pretty=1", "/metrics/expand?query=servers.*&pretty=1",
        "/metrics/expand?query=servers.*&groupByExpr=1&pretty=1", "/metrics/index.json?pretty=1", "/metrics/index.json?pretty=1&jsonp=f", "/functions/nope?pretty=1", "/tags?pretty=1", "/tags/findSeries?expr=name%3Dx&pretty=1",
    ];

    private ServerUnderTest _server = null!;
    private GraphiteWeb _other = null!;
    private long _now;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerUnderTest.StartAsync(configure: static options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)] });
        _server.AddProject();
        _server.Path.Projects.RunOnce();
        _server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.AddToken());
        _other = new GraphiteWeb();
        _now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;
        foreach (var name in Names)
        {
            _other.Ask(new JsonObject { ["write"] = name, ["step"] = 60, ["count"] = 1440, ["now"] = _now, ["points"] = new JsonArray([.. Enumerable.Range(0, 10).Select(i => (JsonNode)new JsonArray(_now - 600 + (i * 60), (double)i))]) });
        }

        await CarbonSender.SendAsync(_server.Services.GetRequiredService<CarbonListener>().Plaintext[0], Names.SelectMany(name => Enumerable.Range(0, 10).Select(i => $"{name} {i} {_now - 600 + (i * 60)}")));
        await _server.DrainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _other.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Every_request_has_its_answer()
    {
        var differences = new List<string>();
        foreach (var template in Requests)
        {
            var request = Times().Replace(template, match => (_now - (match.Groups[1].Success ? long.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 0)).ToString(System.Globalization.CultureInfo.InvariantCulture));
            var (path, form) = request.Split(' ') is [var address, var posted] ? (address, posted) : (request, null);
            var question = new JsonObject { ["call"] = path };
            if (form is not null)
            {
                question["method"] = "POST";
                question["form"] = new JsonObject(form.Split('&').Select(static pair => new KeyValuePair<string, JsonNode?>(pair.Split('=')[0], pair.Split('=')[1])));
            }

            var answer = _other.Ask(question);
            var isExact = path.Contains("pretty=1", StringComparison.Ordinal);
            var expected = Same($"{answer["status"]} {answer["text"]}", isExact);
            var actual = Same(await AskAsync(path, form), isExact);
            if (expected != actual)
            {
                differences.Add($"{request}\n  {actual}\n  {expected}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {Requests.Length} differ:\n{string.Join('\n', differences)}");
    }

    /// <summary>There graphite-web fails with a page about its own code; here it is the request's fault, in words.</summary>
    [Theory]
    [InlineData(")")]
    [InlineData(",")]
    [InlineData("'x'")]
    [InlineData("|scale(2)")]
    [InlineData("\"x")]
    public async Task A_text_that_begins_with_no_target_is_refused_in_words(string target) =>
        Assert.StartsWith("400 Invalid parameters (Expected an expression at position 0 of the target", await AskAsync($"/render?target={Uri.EscapeDataString(target)}&format=json", null), StringComparison.Ordinal);

    [Fact]
    public async Task Names_are_told_to_other_graphite_webs_in_their_formats()
    {
        foreach (var (format, how) in ((string, string)[])[("pickle", "unpickle"), ("msgpack", "unpack")])
        {
            var bytes = await _server.Client.GetByteArrayAsync($"/metrics/find?query=servers.*&format={format}", TestContext.Current.CancellationToken);
            var nodes = _other.Ask(new JsonObject { [how] = Convert.ToHexStringLower(bytes) })["value"]!.AsArray();
            Assert.Equal(["servers.a", "servers.b", "servers.b"], nodes.Select(static node => (string?)node!["path"]));
            Assert.Equal([false, false, true], nodes.Select(static node => (bool)node!["is_leaf"]!));
            Assert.True((long)nodes[2]!["intervals"]![0]![1]! >= _now);
        }
    }

    [Fact]
    public async Task Pictures_are_drawn_for_whoever_may_see_the_numbers_and_refused_in_words_without_libcairo()
    {
        var path = $"/render?target=servers.*.load&from=-1h&title=Load&width=600";
        using var browser = await _server.SignInAsync();
        Assert.Equal("image/svg+xml", (await browser.GetAsync(path + "&format=svg")).Answer.Content.Headers.ContentType?.MediaType);
        foreach (var format in (string[])["", "&format=png", "&format=xml"])
        {
            Assert.Equal("image/png", (await browser.GetAsync(path + format)).Answer.Content.Headers.ContentType?.MediaType);
        }

        Assert.Contains(">25%</text>", (await browser.GetAsync("/render?target=a:1&target=b:3&graphType=pie&format=svg")).Text, StringComparison.Ordinal);
        Assert.Contains("servers.b.load", (await browser.GetAsync(path + "&graphType=pie&pieMode=maximum&format=svg")).Text, StringComparison.Ordinal);
        Assert.Equal("400 Invalid parameters (pictures are made as svg or png, not as pdf)", await AskAsync(path + "&format=pdf", null));
        _server.Services.GetRequiredService<GraphiteService>().Cairo = "libcairo-is-not-here.so";
        Assert.StartsWith("400 Invalid parameters (PNG pictures need libcairo", await AskAsync(path + "&format=png", null), StringComparison.Ordinal);
        Assert.StartsWith("400 Invalid parameters (PNG pictures need libcairo", await AskAsync(path + "&graphType=pie", null), StringComparison.Ordinal);
        using var nobody = _server.NewBrowser();
        Assert.NotEqual(HttpStatusCode.OK, (await nobody.GetAsync(path + "&format=svg")).Status);
    }

    private async Task<string> AskAsync(string path, string? form)
    {
        using var content = form is null ? null : new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = content is null ? await _server.Client.GetAsync(path, TestContext.Current.CancellationToken) : await _server.Client.PostAsync(path, content, TestContext.Current.CancellationToken);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    // White space in JSON, since when there are values, and what graphite-web tells of a call's series beyond their names.
    private static string Same(string answer, bool isExact)
    {
        var space = answer.IndexOf(' ', StringComparison.Ordinal);
        var (status, text) = (answer[..space], answer[(space + 1)..]);
        text = Call().Replace(text, "");
        text = Intervals().Replace(text, "\"intervals\":[]");
        if (isExact)
        {
            return $"{status} {text}";
        }

        var open = text.IndexOf('(', StringComparison.Ordinal);
        var (before, json, after) = status == "200" && Function().IsMatch(text) ? (text[..open], text[(open + 1)..^1], ")") : ("", text, "");
        try
        {
            return $"{status} {before}{JsonNode.Parse(json)?.ToJsonString()}{after}";
        }
        catch (System.Text.Json.JsonException)
        {
            return $"{status} {text}";
        }
    }

    [GeneratedRegex(@"\{now(?:-(\d+))?\}")]
    private static partial Regex Times();

    [GeneratedRegex("; func: .*$", RegexOptions.Singleline)]
    private static partial Regex Call();

    [GeneratedRegex("\"intervals\": ?\\[[^]]*\\]")]
    private static partial Regex Intervals();

    [GeneratedRegex(@"^[a-z]+\([[{].*\)$", RegexOptions.Singleline)]
    private static partial Regex Function();
}
