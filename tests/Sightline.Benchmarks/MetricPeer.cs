using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sightline.Benchmarks;

/// <summary>A program measured beside Sightline, on free ports and a directory of its own; ended by its id.</summary>
internal sealed class MetricPeer : MeasuredProcess
{
    private MetricPeer(string data, Process process, int port, int httpPort)
        : base(data, process) => (Port, HttpPort) = (port, httpPort);

    /// <summary>Of its line protocol.</summary>
    public int Port { get; }

    public int HttpPort { get; }

    /// <summary>Debian's victoria-metrics with Graphite's line input; <see langword="null"/>: it is not installed, and that was said.</summary>
    public static async Task<MetricPeer?> VictoriaAsync()
    {
        const string Program = "/usr/bin/victoria-metrics";
        if (!File.Exists(Program))
        {
            Console.WriteLine("victoria-metrics is not installed (apt-get install victoria-metrics): left out");
            return null;
        }

        var data = Directory.CreateTempSubdirectory("sightline-bench-vm-").FullName;
        var (port, http) = (FreePort(), FreePort());
        return await StartAsync(data, port, http, Program,
            $"-storageDataPath={data}/data", $"-httpListenAddr=127.0.0.1:{http}", $"-graphiteListenAddr=127.0.0.1:{port}", "-retentionPeriod=12", "-loggerLevel=ERROR");
    }

    /// <summary>Debian's carbon-cache, without its limits.</summary>
    public static async Task<MetricPeer?> CarbonAsync()
    {
        const string Program = "/usr/bin/carbon-cache";
        if (!File.Exists(Program))
        {
            Console.WriteLine("carbon-cache is not installed (apt-get install graphite-carbon): left out");
            return null;
        }

        var data = Directory.CreateTempSubdirectory("sightline-bench-carbon-").FullName;
        Directory.CreateDirectory(Path.Combine(data, "log"));
        var port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(data, "carbon.conf"), CarbonConfiguration(data, port));
        await File.WriteAllTextAsync(Path.Combine(data, "storage-schemas.conf"), "[all]\npattern = .*\nretentions = 10s:2h\n");
        return await StartAsync(data, port, port, Program, $"--config={data}/carbon.conf", "--nodaemon", $"--pidfile={data}/carbon.pid", "--logdir=" + Path.Combine(data, "log"), "start");
    }

    /// <summary>npm's statsd from the tests' clients, sending its flushes to <paramref name="graphitePort"/>.</summary>
    public static async Task<MetricPeer?> StatsdAsync(int graphitePort)
    {
        var script = Path.Combine(Repository(), "tests/clients/node_modules/statsd/stats.js");
        if (!File.Exists(script))
        {
            Console.WriteLine("npm's statsd is not installed (npm ci in tests/clients): left out");
            return null;
        }

        var data = Directory.CreateTempSubdirectory("sightline-bench-statsd-").FullName;
        var (port, admin) = (FreePort(), FreePort());
        await File.WriteAllTextAsync(Path.Combine(data, "config.js"), string.Create(CultureInfo.InvariantCulture,
            $$"""
            { graphiteHost: '127.0.0.1', graphitePort: {{graphitePort}}, flushInterval: 1000, deleteIdleStats: true, backends: ['./backends/graphite'],
              servers: [{ server: './servers/udp', address: '127.0.0.1', port: {{port}} }, { server: './servers/tcp', address: '127.0.0.1', port: {{port}} }], mgmt_address: '127.0.0.1', mgmt_port: {{admin}} }
            """));
        return await StartAsync(data, port, port, "node", script, Path.Combine(data, "config.js"));
    }

    private static async Task<MetricPeer> StartAsync(string data, int port, int httpPort, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var peer = new MetricPeer(data, process, port, httpPort);
        var clock = Stopwatch.StartNew();
        foreach (var each in new[] { port, httpPort })
        {
            while (!await IsOpenAsync(each))
            {
                if (process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(30))
                {
                    peer.Dispose();
                    throw new InvalidOperationException($"{program} does not start");
                }

                await Task.Delay(20);
            }
        }

        return peer;
    }

    private static async Task<bool> IsOpenAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string CarbonConfiguration(string data, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        [cache]
        STORAGE_DIR = {data}/storage
        CONF_DIR = {data}
        LOG_DIR = {data}/log
        LOCAL_DATA_DIR = {data}/storage/whisper
        PID_DIR = {data}
        LINE_RECEIVER_INTERFACE = 127.0.0.1
        LINE_RECEIVER_PORT = {port}
        PICKLE_RECEIVER_INTERFACE = 127.0.0.1
        PICKLE_RECEIVER_PORT = {FreePort()}
        CACHE_QUERY_INTERFACE = 127.0.0.1
        CACHE_QUERY_PORT = {FreePort()}
        USE_FLOW_CONTROL = True
        MAX_CACHE_SIZE = inf
        MAX_UPDATES_PER_SECOND = inf
        MAX_CREATES_PER_MINUTE = inf
        LOG_UPDATES = False
        LOG_CREATES = False
        LOG_CACHE_HITS = False
        ENABLE_LOGROTATION = False
        """);

    private static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Sightline.slnx")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("run it from a checkout");
        }

        return directory;
    }
}
