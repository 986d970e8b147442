using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>Kills a server that receives metrics again and again on the same data directory, then holds what it stored against what was sent.</summary>
internal sealed class MetricKillRun(int kills, int seed, Action<string> tell)
{
    private readonly Random _random = new(seed);
    private readonly List<string> _faults = [];
    private readonly ConcurrentDictionary<(string Series, long Time), double> _shown = new();
    private readonly string _data = Directory.CreateTempSubdirectory("sightline-crash-").FullName;
    private readonly int _port = CrashServer.FreePort();
    private readonly int _carbon = CrashServer.FreePort();
    private readonly int _statsd = CrashServer.FreePort();
    private AuthenticationHeaderValue _token = null!;

    public IReadOnlyList<string> Faults => _faults;

    public long Acknowledged { get; private set; }

    public long Stored { get; private set; }

    public long Sent { get; private set; }

    public long Counted { get; private set; }

    public long CountsStored { get; private set; }

    /// <summary>Values of flushes that an answer showed.</summary>
    public int Shown => _shown.Count;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{kills} kills: {Acknowledged} points acknowledged <= {Stored} stored <= {Sent} sent; {CountsStored} of {Counted} counts stored; {Shown} values of flushes shown, each still there");

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            var settings = SettingsDb.Open(_data, TimeProvider.System);
            new ProjectStore(settings, TimeProvider.System).Add("Metrics");
            _token = new AuthenticationHeaderValue("Bearer", new TokenStore(settings, TimeProvider.System).Add("kill", TokenScopes.Read, null).Secret);
            await File.WriteAllTextAsync(Path.Combine(_data, "statsd.js"), "{ flushInterval: 250 }", cancel);
            await KillAsync(cancel);
        }
        finally
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    private CrashServer Start() => CrashServer.Start(
        _data, _port, null, "--carbon-listen", $"{_carbon}", "--statsd-listen", $"{_statsd}", "--statsd-config", Path.Combine(_data, "statsd.js"));

    private async Task KillAsync(CancellationToken cancel)
    {
        var load = new MetricLoad(_carbon, _statsd, seed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sending = load.RunAsync(stop.Token);
        var lastOfGauge = 0L;
        try
        {
            var start = TimeSpan.FromSeconds(1);
            for (var kill = 0; kill < kills; kill++)
            {
                using var server = Start();
                if (kill % 4 == 2)
                {
                    await Task.Delay(start * _random.NextDouble(), cancel);
                }
                else
                {
                    start = await server.ReadyAsync(cancel);
                    if (kill == 0)
                    {
                        await MetricLoad.SendAsync(_statsd, "kill.once:7|g\n"u8.ToArray());
                        await WatchAsync(server, until: () => _shown.Keys.Any(static key => key.Series == "stats.gauges.kill.once"), cancel);
                    }

                    var watch = Stopwatch.StartNew();
                    var span = TimeSpan.FromMilliseconds(_random.Next(20, 900));
                    await WatchAsync(server, () => watch.Elapsed > span, cancel);
                    if (kill % 4 == 3)
                    {
                        server.Ask();
                        await Task.Delay(_random.Next(100), cancel);
                    }
                }

                server.Kill();
                lastOfGauge = kill == 0 ? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 1 : lastOfGauge;
                if (kill % 20 == 19)
                {
                    tell(string.Create(CultureInfo.InvariantCulture, $"after {kill + 1}: {load.Sent.Count} connections"));
                }
            }

            using var last = Start();
            await last.ReadyAsync(cancel);
            await stop.CancelAsync();
            await sending;
            if (!await MetricLoad.SendAsync(_statsd, "kill.last:3|c\n"u8.ToArray()))
            {
                _faults.Add("StatsD did not end an ended connection in order");
            }

            await last.DrainAsync(cancel);
            // What came since the last flush is flushed by a stop.
            if (await last.StopAsync(cancel) is not 0 and var code)
            {
                _faults.Add($"asked to stop, the server ended with {code}: {last.Said}");
            }
        }
        finally
        {
            await stop.CancelAsync();
            await sending;
        }

        Counted = load.Counted;
        Audit(load.Sent, lastOfGauge);
    }

    /// <summary>Writes down every value of StatsD's flushes that an answer shows.</summary>
    private async Task WatchAsync(CrashServer server, Func<bool> until, CancellationToken cancel)
    {
        while (!until() && !server.HasExited)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/render?target=stats_counts.kill.total&target=stats.gauges.kill.once&from=-20min&until=%2B1min&format=json&noNullPoints=1");
            request.Headers.Authorization = _token;
            using var answer = await server.Client.SendAsync(request, cancel);
            answer.EnsureSuccessStatusCode();
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
            var newest = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 1;
            foreach (var series in json.RootElement.EnumerateArray())
            {
                foreach (var point in series.GetProperty("datapoints").EnumerateArray().Where(point => point[1].GetInt64() < newest))
                {
                    // Flushes four a second share their second: it is over before its value is final.
                    _shown[(series.GetProperty("target").GetString()!, point[1].GetInt64())] = point[0].GetDouble();
                }
            }

            await Task.Delay(50, cancel);
        }
    }

    private void Audit(IReadOnlyCollection<SentPoints> sent, long lastOfGauge)
    {
        var found = new Dictionary<string, Dictionary<long, double>>();
        long rows = 0, counted = 0;
        using (var store = EventStore.Open(_data, new EventStoreOptions(), TimeProvider.System))
        {
            _faults.AddRange(store.CheckIntegrity());
            using var snapshot = store.OpenSnapshot(1, 0, long.MaxValue);
            var connection = snapshot.Connection;
            counted = connection.ScalarLong("SELECT sum(stored)::BIGINT FROM received WHERE project = 1") ?? 0;
            var received = connection.ScalarLong("SELECT sum(received)::BIGINT FROM received WHERE project = 1") ?? 0;
            var dropped = connection.ScalarLong("SELECT sum(count)::BIGINT FROM drops WHERE project = 1") ?? 0;
            if (received != counted + dropped)
            {
                _faults.Add($"received {received}, stored {counted}, dropped {dropped}");
            }

            using var arrived = connection.Query("SELECT s.name, p.time::BIGINT, p.value FROM points p JOIN series s ON s.id = p.series");
            while (arrived.Read())
            {
                for (var row = 0; row < arrived.Rows; row++)
                {
                    Found(arrived.Column(0).Text(row), arrived.Column(1).Long(row), arrived.Column(2).Values<double>()[row]);
                }
            }

            // Of a second that a block has twice it keeps one: the points counted as stored would then be more than those that are there.
            using var packed = connection.Query("SELECT s.name, p.count::BIGINT, p.data FROM packed_points p JOIN series s ON s.id = p.series");
            while (packed.Read())
            {
                for (var row = 0; row < packed.Rows; row++)
                {
                    var points = new Point[packed.Column(1).Long(row)];
                    PackedPoints.Read(packed.Column(2).Strings()[row].Bytes, points);
                    Array.ForEach(points, point => Found(packed.Column(0).Text(row), point.Time, point.Value));
                }
            }
        }

        if (rows != counted)
        {
            _faults.Add($"{rows} points are stored and {counted} counted as stored");
        }

        AuditCarbon(sent, found);
        AuditStatsd(found, lastOfGauge);
        if (_faults.Count > 10)
        {
            _faults.RemoveRange(10, _faults.Count - 10);
        }

        void Found(string name, long time, double value)
        {
            var values = found.TryGetValue(name, out var known) ? known : found[name] = [];
            if (!values.TryAdd(time, value) && name.StartsWith("kill.", StringComparison.Ordinal))
            {
                _faults.Add($"{name} at {time} is stored twice");
            }

            CountsStored += name == "stats_counts.kill.total" ? (long)value : 0;
            rows++;
        }
    }

    private void AuditCarbon(IReadOnlyCollection<SentPoints> sent, Dictionary<string, Dictionary<long, double>> found)
    {
        foreach (var (sender, first, end, fate) in sent)
        {
            var have = 0L;
            var until = first;
            for (var n = first; n < end; n++)
            {
                if (found.TryGetValue($"kill.{sender}.{n % MetricLoad.Series}", out var values) && values.Remove(MetricLoad.FirstSecond + (n / MetricLoad.Series), out var value))
                {
                    have++;
                    until = n + 1;
                    if (value != n)
                    {
                        _faults.Add($"point {n} of sender {sender} is stored as {value}");
                    }
                }
            }

            Sent += end - first;
            Stored += have;
            Acknowledged += fate == Fate.Acknowledged ? end - first : 0;
            if (fate == Fate.Acknowledged && have < end - first)
            {
                _faults.Add($"of {end - first} acknowledged points of sender {sender} from {first} on, {have} are stored");
            }
            else if (have != until - first)
            {
                _faults.Add($"of a connection of sender {sender} from {first} on, {have} points up to {until} are stored: it has gaps");
            }
        }

        foreach (var (name, values) in found.Where(static pair => pair.Key.StartsWith("kill.", StringComparison.Ordinal) && pair.Value.Count > 0))
        {
            _faults.Add($"{values.Count} points of {name} are stored and nobody sent them");
        }
    }

    private void AuditStatsd(Dictionary<string, Dictionary<long, double>> found, long lastOfGauge)
    {
        foreach (var ((series, time), _) in _shown)
        {
            if (!found.TryGetValue(series, out var values) || !values.ContainsKey(time))
            {
                _faults.Add($"{series} at {time} was shown and is not stored");
            }
        }

        if (CountsStored > Counted)
        {
            _faults.Add($"{Counted} counts were sent and {CountsStored} are stored");
        }

        if (found.GetValueOrDefault("stats.gauges.kill.once") is not { Count: > 0 } gauge || gauge.Keys.Max() > lastOfGauge || gauge.Values.Any(static value => value != 7))
        {
            _faults.Add("a gauge set once is sent until the server is killed, and not after it");
        }

        if (found.GetValueOrDefault("stats_counts.kill.last")?.Values.Sum() != 3)
        {
            _faults.Add("what came before an orderly stop was not flushed");
        }
    }
}
