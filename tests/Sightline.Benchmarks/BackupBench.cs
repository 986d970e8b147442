using System.Diagnostics;
using System.Globalization;
using Sightline.Store;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>backup [--events N] [--rate PER_SECOND] [--copies N]</c>: how long the writer of a large store waits for a backup, and what of that a commit feels. Events are
/// written all the time and checkpointed every ten seconds, as a server does it; copies begin at different moments between two checkpoints.
/// </summary>
internal static class BackupBench
{
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(10);

    public static int Run(string[] args)
    {
        var options = BenchmarkOptions.Parse(args, "--events", "--rate", "--copies");
        var events = long.Parse(options.GetValueOrDefault("--events", "4000000"), CultureInfo.InvariantCulture);
        var rate = int.Parse(options.GetValueOrDefault("--rate", "2000"), CultureInfo.InvariantCulture);
        var copies = int.Parse(options.GetValueOrDefault("--copies", "4"), CultureInfo.InvariantCulture);
        var directory = Directory.CreateTempSubdirectory("sightline-bench-backup-").FullName;
        try
        {
            using var store = EventStore.Open(directory, new EventStoreOptions(), TimeProvider.System);
            QueryBenchmarkData.Fill(store, events, 30, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{events:N0} events, main file {store.Sizes().MainBytes >> 20} MiB; {rate:N0} events/s are written meanwhile"));
            using var end = new CancellationTokenSource();
            var writing = Task.Run(() => Write(store, rate, end.Token));
            for (var copy = 0; copy < copies; copy++)
            {
                Thread.Sleep(TimeSpan.FromSeconds(copy == 0 ? 4 : 2.5));
                var to = Path.Combine(directory, $"copy-{copy}.duckdb");
                var began = Stopwatch.GetTimestamp();
                var moment = new StoreCopy(store).Run(to, static _ => { }, static _ => { }, CancellationToken.None);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"copy {copy + 1}: {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s, the writer waited {moment.WriterWaited.TotalMilliseconds:0.0} ms"));
                File.Delete(to);
                File.Delete(to + ".wal");
            }

            end.Cancel();
            var commits = writing.GetAwaiter().GetResult().Order().ToList();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"commits: p50 {commits[commits.Count / 2]:0.0}, p99 {commits[commits.Count * 99 / 100]:0.0}, worst {commits[^1]:0} ms of {commits.Count:N0}"));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <returns>Milliseconds of each commit.</returns>
    private static List<double> Write(EventStore store, int rate, CancellationToken end)
    {
        const int PerSecond = 10;
        using var writer = store.CreateWriter();
        var (traffic, commits, began, checkpointed) = (new StoreTraffic(rate), new List<double>(), Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        for (var position = 1L; !end.IsCancellationRequested; position++)
        {
            var before = Stopwatch.GetTimestamp();
            writer.Write(traffic.Next(rate / PerSecond, position));
            commits.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            if (Stopwatch.GetElapsedTime(checkpointed) > CheckpointEvery)
            {
                checkpointed = Stopwatch.GetTimestamp();
                store.Maintenance.Checkpoint();
            }

            var due = TimeSpan.FromSeconds((double)position / PerSecond) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.Zero)
            {
                end.WaitHandle.WaitOne(due);
            }
        }

        return commits;
    }
}
