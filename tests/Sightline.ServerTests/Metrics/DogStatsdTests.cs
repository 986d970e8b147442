using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Wire.StatsD;
using Sightline.Server.Receive.Lines;
using Sightline.Server.Receive.StatsD;

namespace Sightline.ServerTests.Metrics;

/// <summary>What DogStatsD's clients send, Unix sockets, the administration and the repeater, on the real server.</summary>
public sealed partial class DogStatsdTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sl-").FullName;
    private readonly UdpClient _otherByUdp = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly TcpListener _otherByTcp = new(IPAddress.Loopback, 0);
    private ServerUnderTest _server = null!;

    private StatsdListener Statsd => _server.Services.GetRequiredService<StatsdListener>();

    private string Datagrams => Path.Combine(_directory, "dsd.socket");

    private string Streams => Path.Combine(_directory, "stream.socket");

    public async ValueTask InitializeAsync()
    {
        _otherByTcp.Start();
        // What a killed server leaves behind.
        using (var left = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(Datagrams));
        }

        File.WriteAllBytes(Path.Combine(_directory, "file"), [1]);
        _server = await ServerUnderTest.StartAsync(configure: options => options with
        {
            StatsdListen = [new IPEndPoint(IPAddress.Loopback, 0)],
            StatsdAdminListen = [new IPEndPoint(IPAddress.Loopback, 0)],
            StatsdSockets = [UnixLineSocket.Parse("unix:" + Datagrams), UnixLineSocket.Parse("unixstream://" + Streams)],
            StatsdRepeat = [new RepeaterTarget("127.0.0.1", ((IPEndPoint)_otherByUdp.Client.LocalEndPoint!).Port, IsTcp: false), new RepeaterTarget("127.0.0.1", ((IPEndPoint)_otherByTcp.LocalEndpoint).Port, IsTcp: true)],
            Statsd = new StatsdOptions { FlushIntervalMs = 3_600_000, DogStatsd = true },
        });
        _server.AddProject();
        _server.Path.Projects.RunOnce();
        _server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.AddToken());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _otherByUdp.Dispose();
        _otherByTcp.Dispose();
        Assert.Equal([Path.Combine(_directory, "file")], Directory.GetFiles(_directory));
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Hot_shots_with_everything_it_has_for_DogStatsD_is_understood()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await ClientScript.RunAsync(
            """
            const [port, now] = process.argv.slice(1, 3).map(Number);
            const HotShots = require('hot-shots');
            const dog = new HotShots({ host: '127.0.0.1', port, prefix: 'dog.', globalTags: { env: 'prod' }, datadog: true, containerID: 'ci-0123', externalData: 'it-false', cardinality: 'low' });
            dog.histogram('size', 10, { route: 'a' }); dog.histogram('size', 30, { route: 'a' }); dog.distribution('spread', 5);
            dog.increment('hits', 4, ['urgent']); dog.set('users', 'a:b');
            dog.gauge('depth', 8, { timestamp: now - 60 }); dog.increment('old', 20, { timestamp: now - 60 });
            dog.event('D\u00e9ployed \ud83d\ude80', 'two\nlines', { alert_type: 'info', hostname: 'web1', aggregation_key: 'deploys', source_type_name: 'ci' }, ['team:shop']);
            dog.check('db.up', dog.CHECKS.CRITICAL, { hostname: 'web1', message: 'no answer' }, ['role:main']);
            dog.close();
            const stream = new HotShots({ protocol: 'stream', stream: require('net').connect(process.argv[3]), prefix: 'stream.' });
            stream.increment('hits', 2); stream.timing('latency', 12);
            const gram = new HotShots({ protocol: 'uds', path: process.argv[4], prefix: 'uds.', errorHandler: error => { throw error; } });
            gram.increment('hits', 7); gram.gauge('level', 3);
            stream.close(() => gram.close(() => process.exit()));
            """,
            Statsd.Addresses[0].Port.ToString(), now.ToString(), Streams, Datagrams);
        using (var sender = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified))
        {
            // The server's user is not its clients'.
            Assert.Equal("rw-rw-rw-", Rights(Datagrams));
            sender.Connect(new UnixDomainSocketEndPoint(Datagrams));
            sender.Send("gram.hits:1:2:3|c"u8);
        }

        await UntilAsync(() => Statsd.Intake.With(aggregator => aggregator.Print(StatsdKind.Counters)) is var counters && counters.Contains("'gram.hits': 6", StringComparison.Ordinal) && Statsd.Intake.Values >= 16);
        await Statsd.Intake.FlushAsync(TimeSpan.Zero);
        await _server.DrainAsync();
        var answer = JsonNode.Parse(await GetAsync("/render?target=seriesByTag('env=prod','name=~.*dog.*(upper|hits|depth|old|count|db.up)$')&target=stats_counts.{stream,gram,uds}.hits&target=stats.timers.stream.latency.mean&from=-2h&until=%2B2h&format=json&noNullPoints=1"))!.AsArray();
        var values = answer.ToDictionary(one => one!["target"]!.GetValue<string>(), one => one!["datapoints"]![0]![0]!.GetValue<double>());
        Assert.Equal(30, values["stats.timers.dog.size.upper;env=prod;route=a"]);
        Assert.Equal(5, values["stats.timers.dog.spread.upper;env=prod"]);
        Assert.Equal(4, values["stats_counts.dog.hits;env=prod;urgent=true"]);
        Assert.Equal(1, values["stats.sets.dog.users.count;env=prod"]);
        Assert.Equal(8, values["stats.gauges.dog.depth;env=prod"]);
        Assert.Equal(20, values["stats_counts.dog.old;env=prod"]);
        Assert.Equal(2, values["dog.db.up;env=prod;host=web1;role=main"]);
        Assert.Equal((2, 12, 6), (values["stats_counts.stream.hits"], values["stats.timers.stream.latency.mean"], values["stats_counts.gram.hits"]));
        Assert.Equal(7, values["stats_counts.uds.hits"]);
        // Written at its own time, not at the flush.
        var old = answer.Single(one => one!["target"]!.GetValue<string>() == "stats_counts.dog.old;env=prod")!["datapoints"]![0]![1]!.GetValue<long>();
        Assert.True(old <= now - 60, $"{old} is later than {now - 60}");

        var events = JsonNode.Parse(await GetAsync("/events/get_data"))!.AsArray();
        Assert.Equal(["dog.D\u00e9ployed \ud83d\ude80", "dog.db.up: critical"], events.Select(one => one!["what"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        var deployed = events.Single(one => one!["what"]!.GetValue<string>().StartsWith("dog.D", StringComparison.Ordinal))!;
        Assert.Equal("two\nlines", deployed["data"]!.GetValue<string>());
        Assert.Superset(new HashSet<string> { "host:web1", "key:deploys", "source:ci", "alert:info", "team:shop", "env:prod" }, deployed["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()).ToHashSet());
        Assert.Equal("no answer", events.Single(one => one != deployed)!["data"]!.GetValue<string>());
    }

    [Fact]
    public async Task Debians_python_client_is_understood_unmodified()
    {
        var printed = await ClientProcess.RunAsync("/usr/bin/python3", ["-c",
            """
            import sys, statsd
            udp = statsd.StatsClient('127.0.0.1', int(sys.argv[1]), prefix='py')
            udp.incr('hits', 3); udp.gauge('depth', 7); udp.gauge('depth', -2, delta=True); udp.timing('latency', 20); udp.set('users', 'ada')
            with udp.pipeline() as batch:
                batch.incr('hits'); batch.decr('hits', 2)
            tcp = statsd.TCPStatsClient('127.0.0.1', int(sys.argv[1]), prefix='pytcp'); tcp.incr('hits', 5); tcp.close()
            unix = statsd.UnixSocketStatsClient(sys.argv[2], prefix='pyunix'); unix.incr('hits', 6); unix.close()
            """, Statsd.Addresses[0].Port.ToString(), Streams]);
        Assert.Equal("", printed);
        // TCP's packet has no line end behind it until it ends; the client's are whole.
        await UntilAsync(() => Statsd.Intake.Values >= 9);
        var counters = Statsd.Intake.With(aggregator => aggregator.Print(StatsdKind.Counters));
        // By TCP or the Unix socket others may have come first: then it is the last, without a comma.
        Assert.Matches(@"'py\.hits': 2,?\s", counters);
        Assert.Contains("'pytcp.hits': 5", counters, StringComparison.Ordinal);
        Assert.Contains("'pyunix.hits': 6", counters, StringComparison.Ordinal);
        Assert.Equal("{ 'py.depth': 5 }", Statsd.Intake.With(aggregator => aggregator.Print(StatsdKind.Gauges)));
        Assert.Equal("{ 'py.latency': [ 20 ] }", Statsd.Intake.With(aggregator => aggregator.Print(StatsdKind.Timers)));
    }

    [Fact]
    public async Task The_administration_answers_as_statsd_does()
    {
        var random = new Random(7);
        var packets = new List<string> { "plain:1|c\nwith.dot:2.5|c|@0.1\nno\nbad:x|c", "g:5|g\nfolder.g:-1.5|g\nfolder.sub.g:1e21|g\nsmall:1e-7|g\nodd;a=b:0.1|g|#x:y", "t.one:3|ms", "0dd-name:1|c" };
        foreach (var count in (int[])[2, 6, 7, 8, 20, 99, 100, 101, 130])
        {
            packets.AddRange(Enumerable.Range(0, count).Select(_ => $"t.n{count}:{(random.Next(4) == 0 ? random.Next(1_000_000) / 1000.0 : random.Next(2000)).ToString(System.Globalization.CultureInfo.InvariantCulture)}|ms"));
        }

        string[] commands =
        [
            "help", "counters", "gauges", "timers", "stats", "health", "health down", "health", "health UP", "health sideways", "delgauges g nothing folder.*", "gauges",
            "deltimers t.*", "timers", "delcounters plain", "delcounters", "nonsense", "COUNTERS", "quit",
        ];
        foreach (var packet in packets)
        {
            Statsd.Intake.Take(Encoding.UTF8.GetBytes(packet));
        }

        var steps = new JsonArray([.. packets.Select(packet => (JsonNode)new JsonObject { ["packet"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(packet)) }),
            .. commands.Select(command => (JsonNode)new JsonObject { ["admin"] = command })]);
        var theirs = JsonNode.Parse(await ClientScript.RunFileAsync("statsd-drive.cjs", new JsonObject { ["config"] = new JsonObject(), ["steps"] = steps }.ToJsonString()))!.AsArray();
        Assert.Equal(commands.Length, theirs.Count);
        using var client = new TcpClient();
        await client.ConnectAsync(Statsd.AdminAddresses[0], TestContext.Current.CancellationToken);
        for (var i = 0; i < commands.Length; i++)
        {
            var expected = theirs[i]!.GetValue<string>();
            await client.Client.SendAsync(Encoding.UTF8.GetBytes(commands[i] + "\r\n"), TestContext.Current.CancellationToken);
            if (commands[i] == "quit")
            {
                Assert.Equal(("(closed)", 0), (expected, await client.Client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken)));
                continue;
            }

            var answer = await ReadAsync(client.Client, expected.Length);
            Assert.Equal(WithoutTimes(expected), WithoutTimes(answer));
        }

        // The settings are ours; their form is statsd's.
        using var other = new TcpClient();
        await other.ConnectAsync(Statsd.AdminAddresses[0], TestContext.Current.CancellationToken);
        await other.Client.SendAsync("config"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.StartsWith("\nflushInterval: 3600000\npercentThreshold > 0: 90\nflush_counts: true\n", await ReadAsync(other.Client, 70), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packets_are_sent_on_as_they_came()
    {
        using var udp = new UdpClient();
        await udp.SendAsync("a:1|c\nnot a line"u8.ToArray(), Statsd.Addresses[0], TestContext.Current.CancellationToken);
        var received = await _otherByUdp.ReceiveAsync(TestContext.Current.CancellationToken);
        Assert.Equal("a:1|c\nnot a line", Encoding.UTF8.GetString(received.Buffer));
        using var connection = await _otherByTcp.AcceptSocketAsync(TestContext.Current.CancellationToken);
        Assert.Equal("a:1|c\nnot a line\n", await ReadAsync(connection, 17));
        await UntilAsync(() => Statsd.Statistics.Repeated == 2);
        Assert.Contains("sightline_line_repeated_total{protocol=\"statsd\"} 2\n", await GetAsync("/metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file", "is there and cannot be listened on")]
    [InlineData("dsd.socket", "somebody listens there")]
    public void A_path_that_is_taken_is_left_alone(string name, string words)
    {
        var path = Path.Combine(_directory, name);
        Assert.Contains(words, Assert.Throws<IOException>(UnixLineSocket.Parse("unix:" + path).Clear).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    private static string WithoutTimes(string text) => Times().Replace(text, "$1: (time)");

    [GeneratedRegex(@"^(uptime|messages\.last_msg_seen|graphite\.last_flush|graphite\.last_exception): \d+$", RegexOptions.Multiline)]
    private static partial Regex Times();

    private static string Rights(string path)
    {
        var mode = (int)File.GetUnixFileMode(path);
        return string.Concat(Enumerable.Range(0, 9).Select(bit => (mode & (256 >> bit)) != 0 ? "rwx"[bit % 3] : '-'));
    }

    private static async Task<string> ReadAsync(Socket socket, int atLeast)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (length < atLeast)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), TestContext.Current.CancellationToken);
            Assert.NotEqual(0, read);
            length += read;
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
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
}
