using System.Diagnostics;
using System.Globalization;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>endure [--minutes M] [--events N] [--rate PER_SECOND] [--through "COMMAND"]</c>: a server under everything at once, for hours if wanted: page views with bursts
/// as fast as they go, StatsD and carbon, people who click, graphs and exports asked for, live streams opened and left, logs imported, backups taken, broken and
/// vanishing clients. Each minute one line; at the end whether memory, files and threads grew, whether each acknowledged event is stored, and who was refused.
/// With <c>--through "systemd-run --scope -p MemoryMax=512M"</c> on a small machine.
/// </summary>
internal static class EnduranceBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = BenchmarkOptions.Parse(args, "--minutes", "--events", "--rate", "--through");
        var minutes = double.Parse(options.GetValueOrDefault("--minutes", "60"), CultureInfo.InvariantCulture);
        var history = long.Parse(options.GetValueOrDefault("--events", "1000000"), CultureInfo.InvariantCulture);
        var rate = int.Parse(options.GetValueOrDefault("--rate", "300"), CultureInfo.InvariantCulture);
        ServerProcess.Through = options.GetValueOrDefault("--through", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var data = Directory.CreateTempSubdirectory("sightline-endure-").FullName;
        var project = new ProjectStore(SettingsDb.Open(data, TimeProvider.System), TimeProvider.System)
            .Add("Shop", new ProjectChange { TimeZone = "Europe/Berlin" }, [new NewGoal("Page seven", null, "/p7")]);
        using (var store = EventStore.Open(data, new(), TimeProvider.System))
        {
            QueryBenchmarkData.Fill(store, history, 60, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        }

        var (statsd, carbon) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        using var server = await ServerProcess.StartAsync(data, "--local-access", "on", "--log-level", "warning",
            "--statsd-listen", $"{statsd}", "--carbon-listen", $"{carbon}");
        Console.WriteLine($"ready after {server.StartTook.TotalMilliseconds:F0} ms");
        var before = (long)await server.MetricAsync("sightline_stored_events_total");
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            end.Cancel();
        };
        var load = new EnduranceLoad(server, project.PublicKey, statsd, carbon, rate);
        var working = load.Start(end.Token);
        var seen = await WatchAsync(server, load, end.Token);
        await Task.WhenAll(working);
        return await JudgeAsync(server, load, seen, before);
    }

    private static async Task<List<ProcessSnapshot>> WatchAsync(ServerProcess server, EnduranceLoad load, CancellationToken end)
    {
        List<ProcessSnapshot> seen = [];
        Console.WriteLine("minute | resident  anonymous  heap MiB | files threads | log  store MiB  behind KiB | accepted  refused | answers p50 p95 worst ms, failed");
        var clock = Stopwatch.StartNew();
        try
        {
            while (!server.HasExited)
            {
                await Task.Delay(TimeSpan.FromMinutes(1), end);
                var now = await ProcessSnapshot.TakeAsync(server);
                seen.Add(now);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalMinutes,6:F0} | {now} | {load.Minute()}"));
            }
        }
        catch (OperationCanceledException)
        {
            // Its time is over.
        }
        catch (Exception) when (server.HasExited)
        {
            // Told at the end.
        }

        return seen;
    }

    private static async Task<int> JudgeAsync(ServerProcess server, EnduranceLoad load, List<ProcessSnapshot> seen, long before)
    {
        List<string> faults = [.. load.Faults];
        if (server.HasExited)
        {
            faults.Add("the server is gone");
        }
        else
        {
            await server.DrainAsync();
            var (stored, dropped) = ((long)await server.MetricAsync("sightline_stored_events_total") - before, (long)await server.SumAsync("sightline_enrich_dropped_total"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"acknowledged {load.Acknowledged:N0} <= stored {stored:N0} + dropped {dropped:N0} <= sent {load.Sent:N0}"));
            if (load.Acknowledged > stored + dropped || stored + dropped > load.Sent)
            {
                faults.Add("what is stored is not what was sent");
            }
        }

        if (seen.Count >= 10)
        {
            var half = seen[(seen.Count / 2)..];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"growth an hour in the second half: anonymous {Slope(half, static s => s.Anonymous >> 20):F1} MiB, managed {Slope(half, static s => s.Heap >> 20):F1} MiB, files {Slope(half, static s => s.Files):F1}, threads {Slope(half, static s => s.Threads):F1}"));
        }

        foreach (var fault in faults)
        {
            Console.WriteLine($"FAULT: {fault}");
        }

        return faults.Count == 0 ? 0 : 1;
    }

    /// <summary>Least squares over the minutes, an hour.</summary>
    private static double Slope(List<ProcessSnapshot> seen, Func<ProcessSnapshot, double> of)
    {
        var (middle, mean) = ((seen.Count - 1) / 2.0, seen.Average(of));
        return 60 * seen.Select((each, at) => (at - middle) * (of(each) - mean)).Sum() / Enumerable.Range(0, seen.Count).Sum(at => (at - middle) * (at - middle));
    }
}
