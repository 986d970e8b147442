using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Sightline.Benchmarks;

/// <summary>
/// StatsD without loss: packets at a fixed rate for two seconds, faster and faster, and the sum of the counts that came out of the flushes held against what was
/// sent. The rate told is the highest at which nothing was missing; sender and receiver share the machine.
/// </summary>
internal static class StatsdBench
{
    private const double Seconds = 2;
    private static readonly int[] s_rates = [10_000, 20_000, 30_000, 50_000, 75_000, 100_000, 150_000, 200_000, 250_000, 300_000];

    public static async Task RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("sightline-bench-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "statsd.js"), "{ flushInterval: 1000, deleteIdleStats: true }");
        var port = ServerProcess.FreePort();
        using (var server = await ServerProcess.StartAsync(directory, "--statsd-listen", $"{port}", "--statsd-config", Path.Combine(directory, "statsd.js"), "--log-level", "warning"))
        {
            server.AddProject();
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
            client.DefaultRequestHeaders.Authorization = new("Bearer", server.AddToken());
            await MeasureAsync("Sightline", port, async () =>
            {
                await server.DrainAsync();
                using var answer = JsonDocument.Parse(await client.GetStringAsync("/render?target=sumSeries(stats_counts.bench.*)&from=-30min&until=%2B1min&format=json&noNullPoints=1"));
                return answer.RootElement.EnumerateArray().SelectMany(static one => one.GetProperty("datapoints").EnumerateArray()).Sum(static point => point[0].GetDouble());
            });
        }

        using var sink = new CountSink();
        using var statsd = await MetricPeer.StatsdAsync(sink.Port);
        if (statsd is not null)
        {
            await MeasureAsync("npm statsd", statsd.Port, () => Task.FromResult(sink.Total));
        }
    }

    private static async Task MeasureAsync(string who, int port, Func<Task<double>> counted)
    {
        foreach (var perPacket in new[] { 1, 40 })
        {
            var (packets, counts) = MetricStream.Statsd(perPacket);
            await UdpAsync(port, packets, 20_000, 0.5, counts, counted);
            var (best, lost) = (0, "");
            foreach (var rate in s_rates)
            {
                var (sent, missing, reached) = await UdpAsync(port, packets, rate, Seconds, counts, counted);
                if (missing > 0 || reached < rate * 0.97)
                {
                    lost = missing > 0
                        ? string.Create(CultureInfo.InvariantCulture, $"; at {rate:N0}/s {missing / (double)(sent * counts):P1} missing")
                        : string.Create(CultureInfo.InvariantCulture, $"; the sender reaches {reached:N0}/s, nothing missing");
                    best = missing > 0 ? best : Math.Max(best, (int)reached);
                    break;
                }

                best = rate;
            }

            MetricsBench.Say($"statsd {who}: UDP, {perPacket} metrics a packet: {best:N0} packets/s = {best * (long)perPacket:N0} metrics/s without loss{lost}");
        }

        var (lines, perPiece) = MetricStream.Statsd(40);
        const int Repeats = 20;
        var pieces = Enumerable.Repeat(lines, Repeats).SelectMany(static all => all).Select(static packet => (byte[])[.. packet, (byte)'\n']).ToList();
        var times = new List<double>();
        var before = await counted();
        for (var run = 0; run < 3; run++)
        {
            var clock = Stopwatch.StartNew();
            await MetricStream.SendAsync(port, Joined(pieces));
            times.Add(clock.Elapsed.TotalSeconds);
        }

        var should = 3L * pieces.Count * perPiece;
        var found = await SettledAsync(counted, before + should) - before;
        MetricsBench.Say($"statsd {who}: TCP: {pieces.Count * 40 / MetricsBench.Median(times):N0} metrics/s until the connection ends (median of 3), {should - found:N0} of {should:N0} counts missing");
    }

    private static IEnumerable<byte[]> Joined(List<byte[]> packets) => packets.Chunk(50).Select(static some => some.SelectMany(static packet => packet).ToArray());

    private static async Task<(long Sent, double Missing, double Reached)> UdpAsync(
        int port, List<byte[]> packets, int rate, double seconds, int counts, Func<Task<double>> counted)
    {
        var before = await counted();
        var (sent, took) = await Task.Run(() => Send(port, packets, rate, seconds));
        var found = await SettledAsync(counted, before + (sent * counts)) - before;
        return (sent, (sent * counts) - found, sent / took);
    }

    private static (long Sent, double Took) Send(int port, List<byte[]> packets, int rate, double seconds)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(IPAddress.Loopback, port);
        var total = (long)(rate * seconds);
        var clock = Stopwatch.StartNew();
        for (var sent = 0L; sent < total;)
        {
            // In bursts of a millisecond, as a timer allows, and no further ahead.
            var due = Math.Min(total, (long)(clock.Elapsed.TotalSeconds * rate) + 1);
            for (; sent < due; sent++)
            {
                socket.Send(packets[(int)(sent % packets.Count)]);
            }

            if (sent < total && clock.Elapsed.TotalSeconds * rate < sent)
            {
                Thread.Sleep(1);
            }

            if (clock.Elapsed.TotalSeconds > seconds * 2)
            {
                return (sent, clock.Elapsed.TotalSeconds);
            }
        }

        return (total, clock.Elapsed.TotalSeconds);
    }

    /// <summary>What is counted once it is what it should be, or has not changed for two flushes.</summary>
    private static async Task<double> SettledAsync(Func<Task<double>> counted, double should)
    {
        var (last, since) = (-1.0, Stopwatch.StartNew());
        while (true)
        {
            var now = await counted();
            if (now >= should || (now == last && since.Elapsed.TotalSeconds > 2.5))
            {
                return now;
            }

            if (now != last)
            {
                (last, since) = (now, Stopwatch.StartNew());
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Takes the Graphite lines of npm's statsd and adds up the counts.</summary>
    private sealed class CountSink : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private double _total;

        public CountSink()
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _ = Task.Run(AcceptAsync);
        }

        public int Port { get; }

        public double Total => Volatile.Read(ref _total);

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var connection = await _listener.AcceptTcpClientAsync();
                    using var reader = new StreamReader(connection.GetStream(), Encoding.UTF8);
                    while (await reader.ReadLineAsync() is { } line)
                    {
                        if (line.StartsWith("stats_counts.bench.", StringComparison.Ordinal))
                        {
                            Volatile.Write(ref _total, _total + double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
                        }
                    }
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
            {
                // Closed: the measuring is over.
            }
        }
    }
}
