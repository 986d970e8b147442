using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sightline.Benchmarks;

/// <summary>Reads of series over a day, and of names among a million.</summary>
internal static class SeriesReadBench
{
    private const int Series = 10_000;
    private const int Step = 300;
    private const int Steps = 288;

    public static async Task RunAsync()
    {
        var end = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / Step * Step) - Step;
        var (pieces, points) = MetricStream.Carbon("gauges", Series, Steps, Step, end);
        var from = end - (Steps * Step);
        var loaded = await SightlineTarget.StartAsync();
        await PointsBench.TimeAsync(loaded, pieces, end, Series);
        using (var sightline = await loaded.SortedAsync())
        {
            Task<string> Render(string target) => sightline.Client.GetStringAsync($"/render?target={Uri.EscapeDataString(target)}&from={from}&until={end}&format=json");
            MetricsBench.Say($"read Sightline, {points:N0} points of {Series:N0} series over 24 h: one series {await MsAsync(n => Render(MetricStream.Name(n * 37))):F1} ms, 100 series {await MsAsync(n => Render($"dc*.host{n:D2}[0-4][0-9].app.metric1[02]")):F1} ms, top 10 of 10k by maximum {await MsAsync(_ => Render("highestMax(dc*.host*.app.*,10)"), 3):F0} ms");
        }

        using var peer = await MetricPeer.VictoriaAsync();
        if (peer is not null)
        {
            using var victoria = new VictoriaTarget(peer);
            await PointsBench.TimeAsync(victoria, pieces, end, Series);
            await Task.Delay(3000);
            Task<string> Range(string query) => victoria.Client.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={from}&end={end}&step={Step}&nocache=1"));
            MetricsBench.Say($"read victoria-metrics, the same: one series {await MsAsync(n => Range($"{{__name__=\"{MetricStream.Name(n * 37)}\"}}")):F1} ms, 100 series {await MsAsync(n => Range($"{{__name__=~\"dc.\\\\.host{n:D2}[0-4][0-9]\\\\.app\\\\.metric1[02]\"}}")):F1} ms, top 10 of 10k by maximum {await MsAsync(_ => Range("topk_max(10, {__name__=~\"dc.\\\\.host[0-9]+\\\\.app\\\\..+\"})"), 3):F0} ms");
        }

        MetricsBench.Say($"read carbon-cache: answers nothing itself; graphite-web reads its files");
    }

    /// <summary>A million new names in a minute, beside which health and a query are asked; then patterns over the million.</summary>
    public static async Task NamesAsync()
    {
        const int Names = 1_000_000;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var pieces = Enumerable.Range(0, Names).Chunk(10_000).Select(some => Encoding.ASCII.GetBytes(string.Concat(some.Select(n =>
            string.Create(CultureInfo.InvariantCulture, $"dc{n % 4}.rack{n % 100:D2}.host{n / 100 % 1000:D3}.app{n / 100_000}.load 1 {now}\n"))))).ToList();
        using (var sightline = await SightlineTarget.StartAsync(maxSeries: 2_000_000))
        {
            var memory = sightline.Server.ResidentBytes();
            var clock = Stopwatch.StartNew();
            var waits = new List<double>();
            var sending = Task.Run(() => MetricStream.SendAsync(sightline.Port, pieces));
            while (!sending.IsCompleted || await sightline.Server.MetricAsync("sightline_log_gap_bytes") > 0)
            {
                foreach (var path in new[] { "/healthz", "/render?target=dc0.rack00.host000.app0.load&from=-10min&format=json" })
                {
                    var ask = Stopwatch.GetTimestamp();
                    await sightline.Client.GetStringAsync(path);
                    waits.Add(Stopwatch.GetElapsedTime(ask).TotalMilliseconds);
                }

                await Task.Delay(20);
            }

            waits.Sort();
            MetricsBench.Say($"names Sightline: {Names:N0} new names stored in {clock.Elapsed.TotalSeconds:F1} s; health and a query beside it p50 {waits[waits.Count / 2]:F0}, p95 {waits[waits.Count * 95 / 100]:F0}, worst {waits[^1]:F0} ms of {waits.Count}; memory {memory >> 20} -> {sightline.Server.ResidentBytes() >> 20} MiB");
            Task<string> Find(string query) => sightline.Client.GetStringAsync($"/metrics/find?query={Uri.EscapeDataString(query)}&format=completer");
            MetricsBench.Say($"names Sightline, over the million: children of a node {await MsAsync(_ => Find("dc1.rack01.*")):F1} ms, *.*.host500.*.load {await MsAsync(_ => Find("*.*.host500.*.load")):F1} ms, **.load of one rack {await MsAsync(_ => Find("dc2.rack02.*.app1.load")):F1} ms");
            await NewNamesAsync(sightline);
        }

        using var peer = await MetricPeer.VictoriaAsync();
        if (peer is not null)
        {
            var memory = peer.ResidentBytes();
            var clock = Stopwatch.StartNew();
            await MetricStream.SendAsync(peer.Port, pieces);
            using var victoria = new VictoriaTarget(peer);
            while (!await victoria.HasAsync("dc3.rack99.host999.app9.load", now))
            {
                await Task.Delay(20);
            }

            MetricsBench.Say($"names victoria-metrics: {Names:N0} new names in {clock.Elapsed.TotalSeconds:F1} s; memory {memory >> 20} -> {peer.ResidentBytes() >> 20} MiB");
            Task<string> Find(string query) => victoria.Client.GetStringAsync($"/metrics/find?query={Uri.EscapeDataString(query)}&format=completer");
            MetricsBench.Say($"names victoria-metrics: children of a node {await MsAsync(_ => Find("dc1.rack01.*")):F1} ms, *.*.host500.*.load {await MsAsync(_ => Find("*.*.host500.*.load")):F1} ms, one rack {await MsAsync(_ => Find("dc2.rack02.*.app1.load")):F1} ms");
        }
    }

    /// <summary>Another million with the project full: nothing of them may stay.</summary>
    private static async Task NewNamesAsync(SightlineTarget sightline)
    {
        ServerProcess.Verb("project", "update", "1", "--max-series", "1000000", "--data", sightline.Server.Data);
        await Task.Delay(1500);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var memory = sightline.Server.ResidentBytes();
        var clock = Stopwatch.StartNew();
        await MetricStream.SendAsync(sightline.Port, Enumerable.Range(0, 1_000_000).Chunk(10_000).Select(some => Encoding.ASCII.GetBytes(string.Concat(some.Select(n =>
            string.Create(CultureInfo.InvariantCulture, $"web.requests.{n:x8}.time 1 {now}\n"))))));
        await sightline.Server.DrainAsync();
        MetricsBench.Say($"names Sightline: a million more with the project full refused in {clock.Elapsed.TotalSeconds:F1} s; memory {memory >> 20} -> {sightline.Server.ResidentBytes() >> 20} MiB");
        var doctor = ServerProcess.VerbOutput("doctor", "--data", sightline.Server.Data).Output;
        Console.WriteLine(doctor.Split('\n').FirstOrDefault(static line => line.Contains("series", StringComparison.Ordinal)) ?? "doctor says nothing");
    }

    /// <summary>Median of some questions, after one that warms up.</summary>
    private static async Task<double> MsAsync(Func<int, Task<string>> ask, int runs = 15)
    {
        await ask(0);
        var times = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            var clock = Stopwatch.GetTimestamp();
            var answer = await ask(run % 4);
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            if (answer.Length < 10)
            {
                throw new InvalidOperationException("an empty answer");
            }
        }

        return MetricsBench.Median(times);
    }
}
