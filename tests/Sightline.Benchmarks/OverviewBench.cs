using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>overview [--events N]</c>: time of the whole first page over HTTP, all panels, by a site of N events in 30 days: the first request of a fresh
/// server, cold (nothing in the result cache), and cached.
/// </summary>
internal static class OverviewBench
{
    private const int Runs = 9;

    private static readonly (string Name, string Path)[] Views =
    [
        ("30 days", "/projects/1"),
        ("30 days, not compared", "/projects/1?compare=none"),
        ("30 days, filtered by country", "/projects/1?f=is,visit:country,c3"),
        ("30 days, filtered by page", "/projects/1?f=is,page:path,/p7"),
        ("7 days by hour, other tabs", "/projects/1?range=7d&interval=hour&tab=channel&tab=entry&tab=country&tab=browser&tab=event"),
        ("details of pages", "/projects/1/details/page"),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var events = long.Parse(BenchmarkOptions.Parse(args, "--events").GetValueOrDefault("--events", "1000000"), CultureInfo.InvariantCulture);
        var data = Directory.CreateTempSubdirectory("sightline-overview-bench-").FullName;
        try
        {
            new ProjectStore(SettingsDb.Open(data, TimeProvider.System), TimeProvider.System).Add("Shop", new ProjectChange { TimeZone = "Europe/Berlin" }, [new NewGoal("Page seven", null, "/p7")]);
            using (var store = EventStore.Open(data, new(), TimeProvider.System))
            {
                QueryBenchmarkData.Fill(store, events * 2, 60, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            }

            await using var app = ServerApp.Build(new ServeOptions { Data = data, AnswersGoodFor = TimeSpan.Zero, Listen = ["http://127.0.0.1:0"], LocalAccess = true, LogLevel = Microsoft.Extensions.Logging.LogLevel.Critical });
            await app.StartAsync().ConfigureAwait(false);
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http://127", StringComparison.Ordinal));
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            var generations = app.Services.GetRequiredService<EventStore>().Generations;
            var first = await MeasureAsync(client, Views[0].Path).ConfigureAwait(false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{events:N0} events in the 30 days shown, as many in the 30 compared with; first request of a fresh server: {first:0} ms"));
            Console.WriteLine($"{"view",-32}{"cold p50",10}{"cold max",10}{"cached p50",12}{"cached max",12}{"KB",8}");
            foreach (var (name, path) in Views)
            {
                List<double> cold = [];
                List<double> cached = [];
                for (var run = 0; run < Runs; run++)
                {
                    generations.BumpAll(1);
                    cold.Add(await MeasureAsync(client, path).ConfigureAwait(false));
                    cached.Add(await MeasureAsync(client, path).ConfigureAwait(false));
                }

                cold.Sort();
                cached.Sort();
                var size = (await client.GetByteArrayAsync(path).ConfigureAwait(false)).Length / 1024;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32}{cold[Runs / 2],10:0.0}{cold[^1],10:0.0}{cached[Runs / 2],12:0.0}{cached[^1],12:0.0}{size,8}"));
            }

            await app.StopAsync().ConfigureAwait(false);
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(HttpClient client, string path)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync(path).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
