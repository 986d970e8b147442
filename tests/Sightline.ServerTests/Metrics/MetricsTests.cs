using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Core.Wire.StatsD;
using Sightline.Server.Receive.Carbon;
using Sightline.Server.Receive.StatsD;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Metrics;

/// <summary>Metrics from the socket to Graphite's API, on the real server.</summary>
public sealed class MetricsTests : IAsyncLifetime
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private ServerUnderTest _server = null!;
    private long _now;

    private CarbonListener Carbon => _server.Services.GetRequiredService<CarbonListener>();

    private StatsdListener Statsd => _server.Services.GetRequiredService<StatsdListener>();

    public async ValueTask InitializeAsync()
    {
        _server = await ServerUnderTest.StartAsync(configure: options => options with
        {
            StatsdListen = [AnyPort],
            CarbonListen = [AnyPort],
            CarbonPickleListen = [AnyPort],
            Statsd = new StatsdOptions { FlushIntervalMs = 3_600_000 },
        });
        _server.AddProject();
        _server.Path.Projects.RunOnce();
        _server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.AddToken());
        _now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).ToUnixTimeSeconds() / 60 * 60;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Lines_datagrams_and_pickles_of_carbon_are_rendered()
    {
        var lines = new StringBuilder();
        for (var i = 0; i < 10; i++)
        {
            lines.Append($"servers.a.load {i} {_now - 600 + (i * 60)}\n");
        }

        await SendAsync(Carbon.Plaintext[0], lines.Append("broken line\n").Append($"servers.b.load 5 {_now - 300}\nservers.b.load 7 {_now - 300}").Append('\n').ToString());
        using (var udp = new UdpClient())
        {
            await udp.SendAsync(Encoding.UTF8.GetBytes($"servers.c.load 1.5 {_now - 300}\n"), Carbon.Plaintext[0], TestContext.Current.CancellationToken);
        }

        // A list of one member, as CPython writes it in protocol 2.
        var pickle = Encoding.Latin1.GetBytes($"\u0080\u0002]q\u0000U\u000eservers.d.loadq\u0001J").Concat(BitConverter.GetBytes((int)(_now - 300))).Concat(Encoding.Latin1.GetBytes("K\u0009\u0086\u0086a.")).ToArray();
        await SendAsync(Carbon.Pickle[0], [.. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(pickle.Length)), .. pickle]);
        await StoredAsync(14);

        var answer = await RenderAsync($"target=servers.*.load&from={_now - 600}&until={_now - 60}&format=json");
        Assert.Equal(["servers.a.load", "servers.b.load", "servers.c.load", "servers.d.load"], answer.Select(one => one!["target"]!.GetValue<string>()));
        Assert.Equal([1.0, 2, 3, 4, 5, 6, 7, 8, 9], answer[0]!["datapoints"]!.AsArray().Select(point => point![0]!.GetValue<double>()));
        Assert.Equal(_now - 540, answer[0]!["datapoints"]![0]![1]!.GetValue<long>());
        Assert.Equal([7.0, 1.5, 9], answer.Skip(1).Select(one => one!["datapoints"]!.AsArray().Single(point => point![0] is not null)![0]!.GetValue<double>()));
        Assert.Equal("""{"name":"servers.a.load"}""", answer[0]!["tags"]!.ToJsonString());

        var today = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(_now).UtcDateTime);
        var drop = Assert.Single(_server.Path.Store.Drops(1, today.AddDays(-1), today.AddDays(1)));
        Assert.Equal((DropReason.Malformed, 1UL), (drop.Reason, (ulong)drop.Count));
    }

    [Fact]
    public async Task Points_outlive_a_restart_and_series_keep_their_ids()
    {
        await SendAsync(Carbon.Plaintext[0], $"a.b 1 {_now - 120}\nt;x=2;a=1 4 {_now - 60}\n");
        await StoredAsync(2);
        var token = _server.Client.DefaultRequestHeaders.Authorization;
        await _server.RestartAsync();
        _server.Client.DefaultRequestHeaders.Authorization = token;
        // StatsD's last flush is among them.
        var before = _server.Path.Store.CountPoints();
        await SendAsync(Carbon.Plaintext[0], $"a.b 2 {_now - 60}\n");
        await StoredAsync(before + 1);
        Assert.Equal($"a.b,{_now - 120},{_now},60|1.0,2.0\n", await _server.Client.GetStringAsync($"/render?target=a.b&from={_now - 121}&until={_now - 30}&format=raw", TestContext.Current.CancellationToken));
        Assert.Equal("""{"results":["a.b"]}""", await GetAsync("/metrics/expand?query=a.*"));
        var tagged = await RenderAsync($"target=seriesByTag('name=t','a=~1')&from={_now - 600}&format=json");
        Assert.Equal("t;a=1;x=2", Assert.Single(tagged)!["target"]!.GetValue<string>());
    }

    [Fact]
    public async Task Npm_clients_of_statsd_and_graphite_are_understood_unmodified()
    {
        await ClientScript.RunAsync(
            """
            const [statsd, carbon, now] = process.argv.slice(1).map(Number);
            const HotShots = require('hot-shots');
            const NodeStatsd = require('node-statsd').StatsD;
            const StatsdClient = require('statsd-client');
            const graphite = require('graphite');
            const hot = new HotShots({ host: '127.0.0.1', port: statsd, prefix: 'hot.', globalTags: { env: 'prod' } });
            hot.increment('hits', 3); hot.gauge('depth', 7); hot.timing('latency', 20); hot.set('users', 'ada');
            const node = new NodeStatsd('127.0.0.1', statsd, 'node.');
            node.increment('hits'); node.decrement('hits', 3); node.gauge('depth', 9); node.timing('latency', 40); node.unique('users', 'bob');
            const client = new StatsdClient({ host: '127.0.0.1', port: statsd, prefix: 'client' });
            client.increment('hits', 5); client.gauge('depth', 11); client.gaugeDelta('depth', -4); client.timing('latency', 60); client.set('users', 'eve');
            const tcp = new StatsdClient({ host: '127.0.0.1', port: statsd, prefix: 'tcp', tcp: true });
            tcp.increment('hits', 2);
            const sink = graphite.createClient(`plaintext://127.0.0.1:${carbon}/`);
            // statsd-client gathers for a second before it sends.
            sink.write({ shop: { orders: 12 } }, now * 1000, () => setTimeout(() => process.exit(), 1300));
            """,
            Statsd.Addresses[0].Port.ToString(), Carbon.Plaintext[0].Port.ToString(), (_now - 60).ToString());
        await UntilAsync(() => Statsd.Intake.Values >= 15);
        await Statsd.Intake.FlushAsync(TimeSpan.Zero);
        await _server.DrainAsync();
        var answer = await RenderAsync($"target=stats_counts.*.hits&target=stats.gauges.*.depth&target=stats.timers.*.latency.upper_90&target=stats.sets.*.users.count&target=shop.orders"
            + "&target=seriesByTag('env=prod','name=~stats.*(hits|depth|upper_90|users.count)')&from=-2h&until=%2B2h&format=json&noNullPoints=1");
        var values = answer.ToDictionary(one => one!["target"]!.GetValue<string>(), one => one!["datapoints"]![0]![0]!.GetValue<double>());
        Assert.Equal((5, 7, 60, 1), (values["stats_counts.client.hits"], values["stats.gauges.client.depth"], values["stats.timers.client.latency.upper_90"], values["stats.sets.client.users.count"]));
        Assert.Equal((-2, 9, 40, 1), (values["stats_counts.node.hits"], values["stats.gauges.node.depth"], values["stats.timers.node.latency.upper_90"], values["stats.sets.node.users.count"]));
        Assert.Equal((2, 12), (values["stats_counts.tcp.hits"], values["shop.orders"]));
        Assert.Equal(7, values["stats.gauges.hot.depth;env=prod"]);
        Assert.Equal(20, values["stats.timers.hot.latency.upper_90;env=prod"]);
    }

    [Fact]
    public async Task Names_are_found_expanded_and_completed()
    {
        await SendAsync(Carbon.Plaintext[0], string.Concat(new[] { "a.b.c", "a.b.d", "a.x", "a.b", "z" }.Select(name => $"{name} 1 {_now}\n")));
        await StoredAsync(5);
        Assert.Equal(
            """[{"text":"b","id":"a.b","allowChildren":1,"expandable":1,"leaf":0},{"text":"x","id":"a.x","allowChildren":0,"expandable":0,"leaf":1}]""",
            await GetAsync("/metrics/find?query=a.*"));
        Assert.Equal("""{"metrics":[{"path":"a.","name":"a","is_leaf":"0"}]}""", await GetAsync("/metrics/find?query=a&format=completer"));
        Assert.Equal("""{"results":["a.b.c","a.b.d","z"]}""", await GetAsync("/metrics/expand?query=a.b.{c,d}&query=z"));
        Assert.Equal("""{"results":{"a.*":["a.b","a.x"]}}""", await GetAsync("/metrics/expand?query=a.*&groupByExpr=1"));
        Assert.Equal("""{"nodes":["a","z"]}""", await GetAsync("/metrics/find?query=*&format=nodelist"));
        Assert.Equal("400 Invalid parameters (Missing required parameter 'query')", await RefusedAsync("/metrics/find"));
        Assert.Equal("400 Invalid parameters (Required parameter 'query' is empty)", await RefusedAsync("/metrics/find?query="));
        Assert.Equal("400 Invalid parameters (jsonp must be the name of a function)", await RefusedAsync("/metrics/find?query=*&jsonp=alert(1)//"));
    }

    [Fact]
    public async Task Faults_are_told_in_the_words_of_graphite_web()
    {
        Assert.Equal("400 Invalid parameters (Received request for unknown function: nope); targets: \"nope(a)\"", await RefusedAsync("/render?target=nope(a)&format=json"));
        Assert.Equal("400 Invalid parameters (Invalid empty time range)", await RefusedAsync("/render?target=a&from=1&until=1&format=json"));
        Assert.StartsWith("400 Invalid parameters (Unknown day reference: someday)", await RefusedAsync("/render?target=a&from=someday&format=json"), StringComparison.Ordinal);
        Assert.Equal("[]", await GetAsync("/render?target=nothing.here&format=json"));
        _server.Client.DefaultRequestHeaders.Authorization = null;
        Assert.StartsWith("401", await RefusedAsync("/render?target=a&format=json"), StringComparison.Ordinal);
        _server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("grafana:" + _server.AddToken())));
        Assert.Equal("[]", await GetAsync("/render?target=a&format=json"));
        _server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.AddToken(TokenScopes.Ingest));
        Assert.StartsWith("401", await RefusedAsync("/render?target=a&format=json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_one_project_sees_no_other_projects_series()
    {
        await SendAsync(Carbon.Plaintext[0], $"secret.load 1 {_now}\n");
        await StoredAsync(1);
        var other = _server.AddProject("Other");
        _server.Path.Projects.RunOnce();
        _server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.AddToken(TokenScopes.Read, other.Id));
        Assert.Equal("[]", await GetAsync("/metrics/index.json"));
        Assert.StartsWith("404", await RefusedAsync("/metrics/index.json?project=1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_connections_are_closed_or_counted_and_the_rest_goes_on()
    {
        // A line without an end, a pickle that claims more than is taken, and one that would run a command.
        await SendAsync(Carbon.Plaintext[0], new string('a', 300_000));
        await SendAsync(Carbon.Pickle[0], [0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]);
        var evil = "cos\nsystem\n(S'touch /tmp/x'\ntR."u8.ToArray();
        await SendAsync(Carbon.Pickle[0], [.. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(evil.Length)), .. evil]);
        await SendAsync(Carbon.Plaintext[0], $"still.here 1 {_now}\n");
        await StoredAsync(1);
        var metrics = await GetAsync("/metrics");
        Assert.Contains("sightline_line_lost_datagrams_total{protocol=\"statsd\"} 0", metrics, StringComparison.Ordinal);
        Assert.Contains("sightline_stored_points_total 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sightline_series 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removing_a_project_removes_its_series()
    {
        await SendAsync(Carbon.Plaintext[0], $"a 1 {_now}\nb 2 {_now}\n");
        await StoredAsync(2);
        _server.Path.Store.Maintenance.RemoveProject(1);
        Assert.Equal(0, _server.Path.Store.CountPoints());
        Assert.Equal("[]", await GetAsync("/metrics/index.json"));
        await SendAsync(Carbon.Plaintext[0], $"b 3 {_now}\n");
        await StoredAsync(1);
        Assert.Equal("""["b"]""", await GetAsync("/metrics/index.json"));
    }

    private static Task SendAsync(IPEndPoint to, string text) => SendAsync(to, Encoding.UTF8.GetBytes(text));

    private static async Task SendAsync(IPEndPoint to, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(to, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
            client.Client.Shutdown(SocketShutdown.Send);
            // The server closes when it has read everything, or will read no more.
            Assert.Equal(0, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        }
        catch (IOException)
        {
            // Closed in the middle of what is too long: what such a test is about.
        }
    }

    private async Task StoredAsync(long points)
    {
        await UntilAsync(() => _server.Path.Store.CountPoints() >= points);
        await _server.DrainAsync();
        Assert.Equal(points, _server.Path.Store.CountPoints());
    }

    private static async Task UntilAsync(Func<bool> reached)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!reached())
        {
            await Task.Delay(10, timeout.Token);
        }
    }

    private async Task<string> GetAsync(string path) => await _server.Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    private async Task<string> RefusedAsync(string path)
    {
        using var response = await _server.Client.GetAsync(path, TestContext.Current.CancellationToken);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    private async Task<JsonArray> RenderAsync(string query) => JsonNode.Parse(await GetAsync("/render?" + query))!.AsArray();
}
