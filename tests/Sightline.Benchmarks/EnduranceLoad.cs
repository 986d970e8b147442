using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Sightline.Benchmarks;

/// <summary>Everybody who uses one server at once: each a loop of its own that ends with the token.</summary>
internal sealed class EnduranceLoad(ServerProcess server, string key, int statsd, int carbon, int rate)
{
    private static readonly string[] s_graphs =
    [
        "sumSeries(dc*.host0001.*.*)", "highestAverage(dc1.*.app.*,10)", "movingAverage(stats.timers.bench.took*.upper_90,12)", "aliasByNode(summarize(stats_counts.bench.*,'1min'),2)",
    ];

    private readonly Uri _address = new($"http://127.0.0.1:{server.Port}");
    private readonly string _token = server.AddToken();
    private readonly ConcurrentQueue<double> _took = new();
    private readonly ConcurrentDictionary<string, long> _failed = new(StringComparer.Ordinal);
    private long _sent;
    private long _acknowledged;
    private long _refused;
    private long _acknowledgedBefore;

    public long Sent => Volatile.Read(ref _sent);

    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Answers nobody should have got, by their kind.</summary>
    public IEnumerable<string> Faults => _failed.Select(static each => $"{each.Key}: {each.Value} times");

    public Task[] Start(CancellationToken end) =>
    [
        .. Enumerable.Range(0, 4).Select(connection => Repeat("events", () => SendAsync(connection, end), end)),
        Repeat("burst", () => BurstAsync(end), end),
        Repeat("matomo", () => MatomoAsync(end), end),
        Repeat("statsd", () => StatsdAsync(end), end),
        Repeat("carbon", () => CarbonAsync(end), end),
        .. Enumerable.Range(0, 4).Select(_ => Repeat("pages", () => ClickAsync(end), end)),
        Repeat("graphs", () => GraphsAsync(end), end),
        Repeat("live", () => LiveAsync(end), end),
        Repeat("broken", () => BreakAsync(end), end),
        Repeat("imports", () => ImportAsync(end), end),
        Repeat("backups", () => BackUpAsync(end), end),
    ];

    /// <summary>Since the last call: events, refusals, and how long people waited.</summary>
    public string Minute()
    {
        List<double> took = [];
        while (_took.TryDequeue(out var one))
        {
            took.Add(one);
        }

        took.Sort();
        var acknowledged = Acknowledged;
        var accepted = acknowledged - Interlocked.Exchange(ref _acknowledgedBefore, acknowledged);
        return string.Create(CultureInfo.InvariantCulture, $"{accepted,8} {Interlocked.Exchange(ref _refused, 0),8} | {took.Count} ")
            + (took.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{took[took.Count / 2]:F0} {took[took.Count * 95 / 100]:F0} {took[^1]:F0}"))
            + string.Join("", _failed.Select(static each => $", {each.Key} {each.Value}"));
    }

    private async Task Repeat(string kind, Func<Task> once, CancellationToken end)
    {
        await Task.Yield();
        while (!end.IsCancellationRequested && !server.HasExited)
        {
            try
            {
                await once();
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is HttpRequestException or SocketException or IOException or InvalidOperationException or TaskCanceledException)
            {
                _failed.AddOrUpdate($"{kind}: {error.Message.Split('\n')[0]}", 1, static (_, n) => n + 1);
                await Task.Delay(1000, CancellationToken.None);
            }
        }
    }

    private HttpClient Client()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return client;
    }

    private async Task SendAsync(int connection, CancellationToken end)
    {
        var request = IngestBench.Requests("/api/event", key);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(4000.0 / rate));
        using var client = Client();
        for (var n = 0L; await timer.WaitForNextTickAsync(end); n++)
        {
            var bytes = request(connection, n);
            var body = bytes.AsSpan(bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4).ToArray();
            await PostAsync(client, "/api/event", body, 1);
        }
    }

    private async Task PostAsync(HttpClient client, string path, byte[] body, int events)
    {
        using var content = new ByteArrayContent(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        Interlocked.Add(ref _sent, events);
        using var answer = await client.SendAsync(request);
        if (answer.IsSuccessStatusCode)
        {
            Interlocked.Add(ref _acknowledged, events);
        }
        else if (answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
        {
            Interlocked.Add(ref _refused, events);
        }
        else
        {
            throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}");
        }
    }

    private async Task BurstAsync(CancellationToken end)
    {
        await Task.Delay(TimeSpan.FromSeconds(45), end);
        var outcome = await HttpLoad.RunAsync(server.Port, 64, TimeSpan.FromSeconds(3), IngestBench.Requests("/api/event", key));
        Interlocked.Add(ref _sent, outcome.Requests);
        Interlocked.Add(ref _acknowledged, outcome.Requests - outcome.Failures);
        Interlocked.Add(ref _refused, outcome.Failures);
    }

    private async Task MatomoAsync(CancellationToken end)
    {
        const int Events = 50;
        using var client = Client();
        var random = new Random();
        for (; ; await Task.Delay(2000, end))
        {
            var requests = Enumerable.Range(0, Events).Select(n => string.Create(CultureInfo.InvariantCulture,
                $"\"?idsite=1&rec=1&url=https%3A%2F%2Fshop.example%2Fp{n}&action_name=Page%20{n}&_id={random.NextInt64(1000):x16}&res=1920x1080\""));
            await PostAsync(client, "/matomo.php", Encoding.UTF8.GetBytes($"{{\"requests\":[{string.Join(',', requests)}]}}"), Events);
        }
    }

    private async Task StatsdAsync(CancellationToken end)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(IPAddress.Loopback, statsd, end);
        var (packets, _) = MetricStream.Statsd(10);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (var n = 0; await timer.WaitForNextTickAsync(end); n++)
        {
            await socket.SendAsync(packets[n % packets.Count], end);
        }
    }

    private async Task CarbonAsync(CancellationToken end)
    {
        for (; ; await Task.Delay(TimeSpan.FromSeconds(10), end))
        {
            var (pieces, _) = MetricStream.Carbon("gauges", 2000, 1, 10, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
            await MetricStream.SendAsync(carbon, pieces);
        }
    }

    private async Task ClickAsync(CancellationToken end)
    {
        var random = Random.Shared;
        using var client = Client();
        for (; ; await Task.Delay(TimeSpan.FromSeconds(4 * random.NextDouble()), end))
        {
            await GetAsync(client, random.Next(12) switch
            {
                0 => "/projects/1/details/page.csv",
                1 => "/projects/1/realtime",
                2 => "/metrics",
                _ => PeopleBench.Next(random).Path,
            });
        }
    }

    private async Task GraphsAsync(CancellationToken end)
    {
        var random = Random.Shared;
        using var client = Client();
        for (; ; await Task.Delay(TimeSpan.FromSeconds(2 * random.NextDouble()), end))
        {
            var format = random.Next(3) switch { 0 => "svg", 1 => "png", _ => "json" };
            await GetAsync(client, $"/render?target={Uri.EscapeDataString(s_graphs[random.Next(s_graphs.Length)])}&from=-1h&format={format}");
        }
    }

    private async Task GetAsync(HttpClient client, string path)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync(path, CancellationToken.None);
        await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
        _took.Enqueue(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path.Split('?')[0]} answered {(int)answer.StatusCode}");
        }
    }

    /// <summary>Opens a live stream, reads for a while, and leaves without a word.</summary>
    private async Task LiveAsync(CancellationToken end)
    {
        using var client = Client();
        using var answer = await client.GetAsync("/api/v1/projects/1/live", HttpCompletionOption.ResponseHeadersRead, end);
        answer.EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync(end);
        var buffer = new byte[4096];
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(3);)
        {
            if (await stream.ReadAsync(buffer, end) == 0)
            {
                throw new InvalidOperationException("the live stream ended");
            }
        }
    }

    /// <summary>Half a request and gone, nonsense, a body that is no JSON, a key of nobody.</summary>
    private async Task BreakAsync(CancellationToken end)
    {
        var random = new Random();
        for (; ; await Task.Delay(100, end))
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, random.Next(4) == 0 ? carbon : server.Port, end);
            var bytes = random.Next(3) switch
            {
                0 => HttpLoad.Post("/api/event", Encoding.UTF8.GetBytes("{\"key\":\"nobody\",\"name\":")),
                1 => IngestBench.Requests("/api/event", "sl_nobody")(1, random.Next()),
                _ => Enumerable.Range(0, 200).Select(_ => (byte)random.Next(256)).ToArray(),
            };
            await socket.SendAsync(bytes.AsMemory(0, random.Next(1, bytes.Length + 1)), end);
        }
    }

    private async Task ImportAsync(CancellationToken end)
    {
        const int Lines = 20_000;
        await Task.Delay(TimeSpan.FromSeconds(100), end);
        var (file, random, from) = (Path.GetTempFileName(), new Random(), DateTimeOffset.UtcNow.AddDays(-20));
        try
        {
            await File.WriteAllLinesAsync(file, Enumerable.Range(0, Lines).Select(line => string.Create(CultureInfo.InvariantCulture,
                $"203.0.113.{random.Next(250)} - - [{from.AddSeconds(line):dd/MMM/yyyy:HH:mm:ss} +0000] \"GET /imported/{random.Next(500)} HTTP/1.1\" 200 {random.Next(9000)} \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\"")), end);
            Interlocked.Add(ref _sent, Lines);
            await Task.Run(() => ServerProcess.Verb("import", "logs", file, "--project", "1", "--data", server.Data), CancellationToken.None);
            Interlocked.Add(ref _acknowledged, Lines);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task BackUpAsync(CancellationToken end)
    {
        await Task.Delay(TimeSpan.FromMinutes(4), end);
        var to = Directory.CreateTempSubdirectory("sightline-endure-backup-").FullName;
        try
        {
            await Task.Run(() => ServerProcess.Verb("backup", to, "--data", server.Data), CancellationToken.None);
        }
        finally
        {
            Directory.Delete(to, recursive: true);
        }
    }
}
