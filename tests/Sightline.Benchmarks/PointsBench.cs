using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Sightline.Store;

namespace Sightline.Benchmarks;

/// <summary>Carbon's plaintext into each program: points a second until they can be asked for, and bytes a point of three kinds of streams.</summary>
internal static class PointsBench
{
    private const int Series = 5000;
    private const int Steps = 400;
    private const int Step = 10;
    private const int Runs = 3;

    public static async Task RunAsync()
    {
        var end = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / Step * Step) - 60;
        var (pieces, points) = MetricStream.Carbon("gauges", Series, Steps, Step, end);
        var times = new List<double>();
        double processor = 0;
        for (var run = 0; run < Runs; run++)
        {
            using var sightline = await SightlineTarget.StartAsync();
            var before = sightline.Server.ProcessorTime();
            times.Add(await TimeAsync(sightline, pieces, end));
            processor = (sightline.Server.ProcessorTime() - before).TotalSeconds;
        }

        Tell("Sightline", points, times, processor, "durable when the connection ends");
        times.Clear();
        for (var run = 0; run < Runs; run++)
        {
            using var victoria = await MetricPeer.VictoriaAsync();
            if (victoria is null)
            {
                break;
            }

            var before = victoria.ProcessorTime();
            using var target = new VictoriaTarget(victoria);
            times.Add(await TimeAsync(target, pieces, end));
            processor = (victoria.ProcessorTime() - before).TotalSeconds;
        }

        Tell("victoria-metrics", points, times, processor, "in memory first");
        using var carbon = await MetricPeer.CarbonAsync();
        if (carbon is not null)
        {
            var before = carbon.ProcessorTime();
            var took = await TimeAsync(new CarbonTarget(carbon, end), pieces, end);
            Tell("carbon-cache", points, [took], (carbon.ProcessorTime() - before).TotalSeconds, "until in whisper files; one run");
        }
    }

    public static async Task BytesAsync()
    {
        var end = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / Step * Step) - 3600;
        foreach (var (kind, series, steps) in new[] { ("counters", 500, 8640), ("gauges", 500, 8640), ("sparse", 2000, 8640) })
        {
            var (pieces, points) = MetricStream.Carbon(kind, series, steps, Step, end);
            long ours, theirs = 0;
            using (var sightline = await SightlineTarget.StartAsync())
            {
                await TimeAsync(sightline, pieces, end, series);
                sightline.Server.Stop();
                using (var store = EventStore.Open(sightline.Server.Data, new EventStoreOptions(), TimeProvider.System))
                {
                    // What the server does by itself when points are ten minutes old, and its checkpoint.
                    store.Maintenance.PackPoints(long.MaxValue, static () => true);
                }

                ours = StoredBytes(sightline.Server.Data);
            }

            using (var victoria = await MetricPeer.VictoriaAsync())
            {
                if (victoria is not null)
                {
                    using var target = new VictoriaTarget(victoria);
                    await TimeAsync(target, pieces, end, series);
                    using var client = new HttpClient();
                    await client.GetStringAsync($"http://127.0.0.1:{victoria.HttpPort}/internal/force_merge");
                    await Task.Delay(3000);
                    victoria.Stop();
                    theirs = MetricsBench.Size(Path.Combine(victoria.Data, "data"));
                }
            }

            MetricsBench.Say($"bytes {kind}, {points:N0} points of {series:N0} series: Sightline {ours / (double)points:F2} bytes a point, victoria-metrics {theirs / (double)points:F2}, whisper 12 for each step, here {12.0 * series * steps / points:F1}");
        }
    }

    /// <summary>Seconds from the first byte until the last points of series all over the stream are answered.</summary>
    internal static async Task<double> TimeAsync(IPointTarget target, IReadOnlyList<byte[]> pieces, long end, int series = Series)
    {
        var clock = Stopwatch.StartNew();
        await MetricStream.SendAsync(target.Port, pieces);
        foreach (var each in Enumerable.Range(0, 20).Select(n => (n * (series / 20)) + (series / 20) - 1))
        {
            while (!await target.HasAsync(MetricStream.Name(each), end))
            {
                if (clock.Elapsed > TimeSpan.FromSeconds(120))
                {
                    throw new TimeoutException($"{MetricStream.Name(each)} at {end} does not come");
                }

                await Task.Delay(10);
            }
        }

        return clock.Elapsed.TotalSeconds;
    }

    private static void Tell(string who, long points, List<double> times, double processor, string note)
    {
        if (times.Count > 0)
        {
            MetricsBench.Say($"points {who}: {points / MetricsBench.Median(times):N0} points/s until queryable (median of {times.Count}, {points:N0} points of {Series:N0} series), {processor * 1e6 / points:F2} µs of processor time a point; {note}");
        }
    }

    /// <summary>Blocks in use: a file keeps room that the engine uses again.</summary>
    private static long StoredBytes(string data)
    {
        using var store = EventStore.Open(data, new EventStoreOptions(), TimeProvider.System);
        using var snapshot = store.OpenSnapshot(1, 0, long.MaxValue);
        return (snapshot.Connection.ScalarLong("SELECT sum(used_blocks * block_size)::BIGINT FROM pragma_database_size() WHERE database_name = current_database()") ?? 0) - EmptyBytes.Value;
    }

    private static readonly Lazy<long> EmptyBytes = new(static () =>
    {
        var directory = Directory.CreateTempSubdirectory("sightline-bench-").FullName;
        try
        {
            using (EventStore.Open(directory, new EventStoreOptions(), TimeProvider.System))
            {
            }

            using var store = EventStore.Open(directory, new EventStoreOptions(), TimeProvider.System);
            using var snapshot = store.OpenSnapshot(1, 0, long.MaxValue);
            return snapshot.Connection.ScalarLong("SELECT sum(used_blocks * block_size)::BIGINT FROM pragma_database_size() WHERE database_name = current_database()") ?? 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    });

    private sealed class CarbonTarget(MetricPeer peer, long end) : IPointTarget
    {
        private const int HeadBytes = 28;
        private const int PointBytes = 12;
        private const int Kept = 720;

        public int Port => peer.Port;

        public async Task<bool> HasAsync(string name, long time)
        {
            var path = Path.Combine(peer.Data, "storage/whisper", name.Replace('.', '/') + ".wsp");
            if (!File.Exists(path) || await File.ReadAllBytesAsync(path) is not { Length: HeadBytes + (PointBytes * Kept) } bytes)
            {
                return false;
            }

            var first = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(HeadBytes));
            var slot = (int)((((end - first) / Step % Kept) + Kept) % Kept);
            return first != 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(HeadBytes + (slot * PointBytes))) == end;
        }
    }
}

/// <summary>A program that takes carbon's lines and can be asked for a point.</summary>
internal interface IPointTarget
{
    int Port { get; }

    /// <summary>Whether the point of that second is answered.</summary>
    Task<bool> HasAsync(string name, long time);
}

/// <summary>Sightline with a carbon listener, a project and a token.</summary>
internal sealed class SightlineTarget : IPointTarget, IDisposable
{
    private SightlineTarget(ServerProcess server, int port) => (Server, Port) = (server, port);

    public ServerProcess Server { get; }

    public int Port { get; }

    public HttpClient Client { get; private init; } = null!;

    public static async Task<SightlineTarget> StartAsync(int maxSeries = 0, string? data = null)
    {
        var port = ServerProcess.FreePort();
        var server = await ServerProcess.StartAsync(data, "--carbon-listen", string.Create(CultureInfo.InvariantCulture, $"{port}"), "--log-level", "warning");
        if (data is null)
        {
            server.AddProject();
        }

        if (maxSeries > 0)
        {
            ServerProcess.Verb("project", "update", "1", "--max-series", string.Create(CultureInfo.InvariantCulture, $"{maxSeries}"), "--data", server.Data);
        }

        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.AddToken());
        await Task.Delay(1500);
        return new SightlineTarget(server, port) { Client = client };
    }

    /// <summary>Stops the server, sorts its points as it does itself once an hour, and serves the directory again.</summary>
    public async Task<SightlineTarget> SortedAsync()
    {
        Server.Stop();
        using (var store = EventStore.Open(Server.Data, new EventStoreOptions(), TimeProvider.System))
        {
            store.Maintenance.PackPoints(long.MaxValue, static () => true);
        }

        return await StartAsync(data: Server.Data);
    }

    public async Task<bool> HasAsync(string name, long time) =>
        (await Client.GetStringAsync($"/render?target={name}&from={time - 1}&until={time}&format=json&noNullPoints=1")).Contains(time.ToString(CultureInfo.InvariantCulture) + "]", StringComparison.Ordinal);

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}

/// <summary>victoria-metrics, asked through its export, which hides nothing that is recent.</summary>
internal sealed class VictoriaTarget(MetricPeer peer) : IPointTarget, IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{peer.HttpPort}") };

    public int Port => peer.Port;

    public HttpClient Client => _client;

    public void Dispose() => _client.Dispose();

    public async Task<bool> HasAsync(string name, long time) =>
        (await _client.GetStringAsync($"/api/v1/export?match[]={{__name__=\"{name}\"}}&start={time}&end={time + 1}")).Contains(time.ToString(CultureInfo.InvariantCulture) + "000", StringComparison.Ordinal);
}
