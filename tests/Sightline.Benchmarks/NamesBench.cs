using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Server;
using Sightline.Server.Features.Explorer;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>names [--names N]</c>: questions over a million names of metrics, asked of the real server: the Explorer (its index made first, and its memory told), completion, Graphite's find, expand, index, tags and
/// seriesByTag; and how long points of 200 series of a day take. Names go into the store directly, with a point each.
/// </summary>
internal static class NamesBench
{
    private const int Runs = 7;
    private const int Lines = 200;

    private static readonly string[] Measures = [.. from kind in (string[])["cpu.cpu0", "cpu.cpu1", "memory", "loadavg", "network.eth0", "diskspace.root", "diskspace.var", "app.queue", "app.pool", "app.cache"] from what in (string[])["user", "system", "idle", "free", "used", "rx_byte", "tx_byte", "waits", "errors", "size"] select $"{kind}.{what}"];

    private static readonly (string Name, string Path)[] Questions =
    [
        ("complete a tag: serv", "/projects/1/explorer/suggest?q=serv"),
        ("complete a value: cpu server=web77", "/projects/1/explorer/suggest?q=cpu+server%3Dweb77"),
        ("three words: web777 cpu idle", "/projects/1/explorer?q=web777+cpu+idle"),
        ("three words, listed", "/projects/1/explorer?q=list+web777+cpu+idle"),
        ("tag and group by", "/projects/1/explorer?q=what%3Dcpu+server:web12[0-9]$+group+by+state"),
        ("tags and sum by", "/projects/1/explorer?q=type%3Derrors+server:web1[0-9][0-9][0-9]$+sum+by+server"),
        ("the same, listed", "/projects/1/explorer?q=list+type%3Derrors+server:web1[0-9][0-9][0-9]$+sum+by+server"),
        ("one metric: ^servers\\.web77\\.memory\\.used$", "/projects/1/explorer?q=%5Eservers%5C.web77%5C.memory%5C.used%24"),
        ("an expression without words", "/projects/1/explorer?q=list+w.*7+^.....$+server:x"),
        ("too many: cpu", "/projects/1/explorer?q=cpu"),
        ("a page of tags", "/projects/1/explorer"),
        ("find servers.*", "/metrics/find?query=servers.*"),
        ("find servers.*.memory.used", "/metrics/find?query=servers.*.memory.used"),
        ("find *.*.cpu.*.{user,system}", "/metrics/find?query=*.*.cpu.*.%7Buser,system%7D"),
        ("find servers.web7*.app.*.errors", "/metrics/find?query=servers.web7*.app.*.errors"),
        ("find **.errors", "/metrics/find?query=**.errors"),
        ("expand servers.*.app.queue.waits", "/metrics/expand?query=servers.*.app.queue.waits"),
        ("index.json", "/metrics/index.json"),
        ("tags", "/tags"),
        ("tags/host", "/tags/host"),
        ("tags/findSeries name=disk.used, host=~web7", "/tags/findSeries?expr=name%3Ddisk.used&expr=host%3D~web77.*"),
        ("tags/autoComplete/tags", "/tags/autoComplete/tags?expr=name%3Ddisk.used"),
        ("tags/autoComplete/values", "/tags/autoComplete/values?tag=host&valuePrefix=web7&expr=name%3Ddisk.used"),
        ("render seriesByTag of 11", "/render?target=seriesByTag('name%3Ddisk.used','host%3D~web77.*')&from=-1h&format=json"),
        ("200 lines of a day", "/render?target=lines.*&from=-24h&format=json&maxDataPoints=300"),
        ("the same, 200 targets smoothed", "/projects/1/explorer?q=%5Elines+avg+over+10M"),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var names = int.Parse(BenchmarkOptions.Parse(args, "--names").GetValueOrDefault("--names", "1000000"), CultureInfo.InvariantCulture);
        var data = Directory.CreateTempSubdirectory("sightline-names-bench-").FullName;
        try
        {
            new ProjectStore(SettingsDb.Open(data, TimeProvider.System), TimeProvider.System).Add("Metrics", new ProjectChange { MaxSeries = 2 * names }, []);
            var began = Stopwatch.GetTimestamp();
            using (var store = EventStore.Open(data, new(), TimeProvider.System))
            {
                store.Series.UsualLimit = int.MaxValue;
                Fill(store, names);
            }

            Say($"{names:N0} names stored in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s, of the lines {Lines * 8640:N0} points");
            began = Stopwatch.GetTimestamp();
            await using var app = ServerApp.Build(new ServeOptions { Data = data, AnswersGoodFor = TimeSpan.Zero, Listen = ["http://127.0.0.1:0"], LocalAccess = true, LogLevel = Microsoft.Extensions.Logging.LogLevel.Critical });
            await app.StartAsync();
            Say($"server started in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s, {Memory():N0} MiB in use");
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http://127", StringComparison.Ordinal));
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            await MakeIndexAsync(app.Services, client);
            foreach (var (name, path) in Questions)
            {
                await AskAsync(client, name, path);
            }

            Say($"{Memory():N0} MiB in use after all");
            await app.StopAsync();
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task MakeIndexAsync(IServiceProvider services, HttpClient client)
    {
        await client.GetStringAsync("/projects/1/explorer/rules");
        var (before, began) = (Memory(), Stopwatch.GetTimestamp());
        await client.GetStringAsync("/projects/1/explorer/suggest?q=x");
        var first = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        services.GetRequiredService<ProjectDirectory>().TryGetById(1, out var project);
        var catalogue = await services.GetRequiredService<ExplorerCatalogues>().WholeAsync(project!, CancellationToken.None);
        Say($"first completion {first:F0} ms; index of the Explorer made in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s, {Memory() - before:N0} MiB more in use, {catalogue.Read(static metrics => metrics.Bytes) / 1024 / 1024:N0} MiB by its own count");
    }

    private static async Task AskAsync(HttpClient client, string name, string path)
    {
        var (times, bytes) = (new List<double>(), 0);
        for (var run = 0; run < Runs && times.Sum() < 6_000; run++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(path);
            bytes = (await answer.Content.ReadAsByteArrayAsync()).Length;
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        Say($"{name,-46} first {times[0],7:F0} ms, median of {times.Count} {times.Order().ElementAt(times.Count / 2),7:F0} ms, {bytes / 1024,7:N0} KB");
    }

    // Nine of ten as a thousand servers have them, the others with tags; the lines have a day of points.
    private static void Fill(EventStore store, int names)
    {
        using var writer = store.CreateWriter();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 30;
        var position = 0L;
        StoreBatch Batch() => new() { UpTo = new LogPosition(++position) };
        var batch = Batch();
        void Add(string name, long time, double value)
        {
            batch.Points.Add(store.Series.Want(1, Encoding.ASCII.GetBytes(name), 10)!, new Point((uint)time, value));
            if (batch.Points.Count == 100_000)
            {
                writer.Write(batch);
                batch = Batch();
            }
        }

        for (var n = 0; n < names * 9 / 10; n++)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"servers.web{n / Measures.Length}.{Measures[n % Measures.Length]}"), now, n);
        }

        for (var n = 0; n < names / 10; n++)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"{(n % 10 == 0 ? "disk.used" : $"app.metric{n % 10}")};dc=dc{n % 3};host=web{n / 10}"), now, n);
        }

        for (var time = now - 86_400; time < now; time += 10)
        {
            for (var line = 0; line < Lines; line++)
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"lines.l{line:000}"), time, line + (time % 97));
            }
        }

        writer.Write(batch);
        store.Maintenance.PackPoints(now - 600, static () => true);
        store.Maintenance.Checkpoint();
    }

    private static double Memory() => GC.GetTotalMemory(forceFullCollection: true) / 1024.0 / 1024;

    private static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
