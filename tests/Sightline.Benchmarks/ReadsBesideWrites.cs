using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Server;
using Sightline.Server.Query;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>reads-beside-writes [--events N] [--rate PER_SECOND] [--seconds S]</c>: a dashboard's panels over 30 days while events come through the gate, the log,
/// enrichment and the store of a real server, which checkpoints as it always does. One reader asks each panel without the cache of results, another through
/// it; nearly every answer is another one, for today changes with each batch.
/// </summary>
internal static class ReadsBesideWrites
{
    private const int PerBatch = 200;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = BenchmarkOptions.Parse(args, "--events", "--rate", "--seconds");
        var events = long.Parse(options.GetValueOrDefault("--events", "1000000"), CultureInfo.InvariantCulture);
        var rate = int.Parse(options.GetValueOrDefault("--rate", "20000"), CultureInfo.InvariantCulture);
        var seconds = int.Parse(options.GetValueOrDefault("--seconds", "30"), CultureInfo.InvariantCulture);
        var data = Directory.CreateTempSubdirectory("sightline-reads-beside-writes-").FullName;
        try
        {
            var project = new ProjectStore(SettingsDb.Open(data, TimeProvider.System), TimeProvider.System).Add("Shop", new ProjectChange { TimeZone = "Europe/Berlin" });
            using (var store = EventStore.Open(data, new(), TimeProvider.System))
            {
                QueryBenchmarkData.Fill(store, events, 30, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            }
            await using var app = ServerApp.Build(new ServeOptions { Data = data, Listen = ["http://127.0.0.1:0"], LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning });
            await app.StartAsync().ConfigureAwait(false);
            await MeasureAsync(app, project, events, rate, TimeSpan.FromSeconds(seconds)).ConfigureAwait(false);
            await app.StopAsync().ConfigureAwait(false);
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task MeasureAsync(WebApplication app, Project project, long before, int rate, TimeSpan length)
    {
        var path = app.Services.GetRequiredService<DataPath>();
        var through = app.Services.GetRequiredService<QueryService>();
        using QueryService without = new(path.Store, new() { CacheBytes = 0 }, (_, _) => null, TimeProvider.System);
        foreach (var (_, query) in QueryBenchmark.Panels)
        {
            await without.AskAsync(QueryBenchmark.Query(query, 30), project, CancellationToken.None).ConfigureAwait(false);
        }
        using CancellationTokenSource end = new(length);
        var cold = AskAsync(without, project, end.Token);
        var cached = AskAsync(through, project, end.Token);
        var (sent, writerSeconds, worstGap) = await WriteAsync(path, project, rate, length).ConfigureAwait(false);
        Print("without the cache", await cold.ConfigureAwait(false));
        Print("through the cache", await cached.ConfigureAwait(false));
        var began = Stopwatch.GetTimestamp();
        while (path.Feeder.GapBytes > 0)
        {
            await Task.Delay(10).ConfigureAwait(false);
        }
        var stored = path.Store.Sizes().Events - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"written {sent:N0} events in {writerSeconds:0.0} s = {sent / writerSeconds:N0}/s of {rate:N0}/s; the store was at most {worstGap >> 10} KiB of log behind, {Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} s at the end; {stored:N0} stored"));
    }

    private static Task<List<double>> AskAsync(QueryService service, Project project, CancellationToken end) => Task.Run(async () =>
    {
        List<double> took = [];
        while (true)
        {
            foreach (var (_, query) in QueryBenchmark.Panels)
            {
                if (end.IsCancellationRequested)
                {
                    return took;
                }
                var began = Stopwatch.GetTimestamp();
                await service.AskAsync(QueryBenchmark.Query(query, 30), project, CancellationToken.None).ConfigureAwait(false);
                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            // A page that looks again: without a pause two readers alone would fill two processors.
            await Task.Delay(200, CancellationToken.None).ConfigureAwait(false);
        }
    }, CancellationToken.None);

    public static async Task<(long Sent, double Seconds, long WorstGapBytes)> WriteAsync(DataPath path, Project project, int rate, TimeSpan length)
    {
        Random random = new(1);
        var began = Stopwatch.GetTimestamp();
        long sent = 0, worst = 0;
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(10));
        while (Stopwatch.GetElapsedTime(began) is var at && at < length)
        {
            while (sent < at.TotalSeconds * rate)
            {
                var answer = await path.Gate.AppendAsync(project, Batch(random), CancellationToken.None).ConfigureAwait(false);
                if (!answer.Accepted)
                {
                    throw new InvalidOperationException($"the gate refuses: {answer.Reason}");
                }
                sent += PerBatch;
            }
            worst = Math.Max(worst, path.Feeder.GapBytes);
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }
        return (sent, Stopwatch.GetElapsedTime(began).TotalSeconds, worst);
    }

    private static EventBatch Batch(Random random)
    {
        EventBatch batch = new() { ReceivedBy = ReceivedBy.EventApi, ReceivedMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), Language = "de-DE,de;q=0.9" };
        for (var i = 0; i < PerBatch; i++)
        {
            var visitor = random.Next(20_000);
            batch.Events.Add(new()
            {
                Url = $"https://shop.example/p{random.Next(2_000)}",
                ClientIp = $"{20 + (visitor % 60)}.{visitor % 250}.{visitor / 250}.7",
                UserAgent = $"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{100 + (visitor % 30)}.0.0.0 Safari/537.36",
            });
        }
        return batch;
    }

    private static void Print(string name, List<double> took)
    {
        took.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-20}{took.Count,6} answers, p50 {took[took.Count / 2]:0} ms, p95 {took[(int)(took.Count * 0.95)]:0} ms, worst {took[^1]:0} ms"));
    }
}
