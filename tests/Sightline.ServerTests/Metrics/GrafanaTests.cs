using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Receive.Carbon;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Metrics;

/// <summary>The calls that Grafana's Graphite data source makes, in its order and shapes, and a few that only Graphite's own tools make.</summary>
public sealed class GrafanaTests : IAsyncLifetime
{
    private ServerUnderTest _server = null!;
    private long _now;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerUnderTest.StartAsync(configure: static options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)] });
        _server.AddProject();
        _server.Path.Projects.RunOnce();
        _server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("grafana:" + _server.AddToken(TokenScopes.Admin))));
        _now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;
        var lines = new StringBuilder();
        for (var i = 0; i < 10; i++)
        {
            var time = _now - 600 + (i * 60);
            lines.Append($"servers.a.load {i} {time}\nservers.b.load {i * 2} {time}\ndisk.used;dc=east;host=a {i} {time}\ndisk.used;dc=west;host=b {i} {time}\ndisk.free;dc=west;host=b {i} {time}\n");
        }

        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(_server.Services.GetRequiredService<CarbonListener>().Plaintext[0], TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(lines.ToString()), TestContext.Current.CancellationToken);
        client.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_server.Path.Store.CountPoints() < 50)
        {
            await Task.Delay(10, timeout.Token);
        }

        await _server.DrainAsync();
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Its_health_check_editor_graphs_and_annotations_are_answered()
    {
        Assert.Equal("1.1.8\n", await GetAsync("/version"));
        var top = await PostAsync($"/metrics/find?from={_now - 3600}&until={_now}", ("query", "*"));
        Assert.Equal("servers", (string?)JsonNode.Parse(top)![0]!["text"]);

        var functions = JsonNode.Parse(await GetAsync("/functions"))!.AsObject();
        Assert.True(functions.Count >= 150);
        Assert.Equal("Transform", (string?)functions["scale"]!["group"]);
        Assert.Equal("""{"name":"factor","type":"float","required":true}""", functions["scale"]!["params"]![1]!.ToJsonString());
        Assert.Contains("scale", JsonNode.Parse(await GetAsync("/functions?grouped=1"))!["Transform"]!.AsObject().Select(static pair => pair.Key));
        Assert.Equal("scale(seriesList, factor)", (string?)JsonNode.Parse(await GetAsync("/functions/scale"))!["function"]);
        Assert.Equal("""404 {"error":"Function not found: nope"}""", await RefusedAsync("/functions/nope"));

        Assert.Equal("""{"results":["servers.a.load","servers.b.load"]}""", await GetAsync("/metrics/expand?query=servers.*.load"));
        var rendered = JsonNode.Parse(await PostAsync("/render", ("target", "aliasByNode(servers.*.load,1)"), ("target", "sumSeries(servers.*.load)"), ("from", $"{_now - 601}"), ("until", $"{_now - 60}"), ("format", "json"), ("maxDataPoints", "1000")))!.AsArray();
        Assert.Equal(["a", "b", "sumSeries(servers.*.load)"], rendered.Select(static one => (string?)one!["target"]));
        Assert.Equal("[27.0," + (_now - 60) + "]", rendered[2]!["datapoints"]!.AsArray()[^1]!.ToJsonString());
        Assert.Equal("servers.a.load", (string?)rendered[0]!["tags"]!["name"]);
        Assert.Equal(["templated"], JsonNode.Parse(await GetAsync($"/render?target=template(alias(servers.$host.load,%22templated%22))&template[host]=a&from={_now - 601}&until={_now}&format=json"))!.AsArray().Select(static one => (string?)one!["target"]));

        Assert.Equal("", await PostJsonAsync("/events/", $$"""{"what":"deploy 1","tags":"deploy web","when":{{_now - 300}},"data":"by ada"}"""));
        Assert.Equal("", await PostJsonAsync("/events/", $$"""{"what":"deploy 2","tags":["deploy"],"when":{{_now - 200}}}"""));
        var both = JsonNode.Parse(await GetAsync($"/events/get_data?from={_now - 3600}&until={_now}&tags=deploy"))!.AsArray();
        Assert.Equal(["deploy 1", "deploy 2"], both.Select(static one => (string?)one!["what"]));
        Assert.Equal($$"""{"when":{{_now - 300}},"what":"deploy 1","data":"by ada","tags":["deploy","web"],"id":1}""", both[0]!.ToJsonString());
        Assert.Equal(["deploy 1"], JsonNode.Parse(await GetAsync("/events/get_data?from=-1h&tags=deploy+web"))!.AsArray().Select(static one => (string?)one!["what"]));
        Assert.Equal(2, JsonNode.Parse(await GetAsync("/events/get_data?from=-1h&tags=web+deploy&set=union"))!.AsArray().Count);
        Assert.Equal("deploy 1", (string?)JsonNode.Parse(await GetAsync("/events/1"))!["what"]);
        Assert.StartsWith("404", await RefusedAsync("/events/99"), StringComparison.Ordinal);
        Assert.Equal("1.0", JsonNode.Parse(await GetAsync($"/render?target=events('deploy','web')&from={_now - 600}&until={_now}&format=json"))![0]!["datapoints"]!.AsArray().Single(static point => point![0] is not null)![0]!.ToJsonString());
        Assert.Equal("""{"error":"\"tags\" must be an array or space-separated string"}""", await PostJsonAsync("/events/", """{"what":"x","tags":5}""", HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Tags_are_listed_completed_and_found()
    {
        Assert.Equal("""[{"id":1,"tag":"dc"},{"id":2,"tag":"host"},{"id":3,"tag":"name"}]""", await GetAsync("/tags"));
        Assert.Equal("""[{"id":1,"tag":"dc"}]""", await GetAsync("/tags?filter=d"));
        Assert.Equal("""{"id":1,"tag":"dc","values":[{"id":1,"value":"east","count":1},{"id":2,"value":"west","count":2}]}""", await GetAsync("/tags/dc"));
        Assert.Equal("""["disk.free;dc=west;host=b","disk.used;dc=west;host=b"]""", await GetAsync("/tags/findSeries?expr=dc=west"));
        Assert.Equal("""["disk.used;dc=west;host=b"]""", await PostAsync("/tags/findSeries", ("expr", "dc=~we"), ("expr", "name!=disk.free")));
        Assert.Equal("""["host","name"]""", await GetAsync("/tags/autoComplete/tags?expr=dc=west&limit=10000"));
        Assert.Equal("""["host"]""", await GetAsync("/tags/autoComplete/tags?tagPrefix=h"));
        Assert.Equal("""["disk.free","disk.used"]""", await GetAsync("/tags/autoComplete/values?expr=dc=west&tag=name&valuePrefix=disk"));
        Assert.Equal("\"a;b=1;c=2\"", await PostAsync("/tags/tagSeries", ("path", "a;c=2;b=1")));
        Assert.Equal("""400 {"error":"no tag specified"}""", await RefusedAsync("/tags/autoComplete/values"));
        Assert.Equal("""400 {"error":"no tag expressions specified"}""", await RefusedAsync("/tags/findSeries"));
        Assert.Equal(["disk.used;dc=west;host=b"], JsonNode.Parse(await GetAsync($"/render?target=seriesByTag('name=disk.used','dc=west')&from={_now - 601}&until={_now}&format=json"))!.AsArray().Select(static one => (string?)one!["target"]));
    }

    private async Task<string> GetAsync(string path) => await _server.Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    private async Task<string> RefusedAsync(string path)
    {
        using var response = await _server.Client.GetAsync(path, TestContext.Current.CancellationToken);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    private async Task<string> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(static pair => new KeyValuePair<string, string>(pair.Name, pair.Value)));
        using var response = await _server.Client.PostAsync(path, content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> PostJsonAsync(string path, string json, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _server.Client.PostAsync(path, content, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
