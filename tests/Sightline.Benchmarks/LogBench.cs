using System.Diagnostics;
using System.Globalization;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Log.Files;

namespace Sightline.Benchmarks;

/// <summary>
/// Durable appends of records with 400 bytes of payload by 8, 64 and 256 callers that each await the last before the next, beside
/// the same bytes written raw with one fdatasync for as many records as there are callers, in turns in one run. The raw figure is
/// what the disk can give that many callers in lock step; the ratio holds on any machine, the absolute figures only on this one.
/// </summary>
internal static class LogBench
{
    private const int PayloadBytes = 400;
    private static readonly int[] s_inFlight = [8, 64, 256];

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 2;
        var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
        var root = Path.Combine(args.Length > 2 ? args[2] : Path.GetTempPath(), "sightline-bench-log-" + Environment.ProcessId);
        Directory.CreateDirectory(root);
        try
        {
            var length = TimeSpan.FromSeconds(seconds);
            await LogAsync(Path.Combine(root, "warm"), 8, TimeSpan.FromSeconds(Math.Min(1, seconds)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"in flight | raw records/s  sync p50   p99 ms | log records/s  per sync  sync p50   p99 ms  append p50   p99 ms  CPU us | ratio (medians of {rounds} rounds of {seconds} s)"));
            foreach (var inFlight in s_inFlight)
            {
                var raw = new List<Outcome>();
                var log = new List<Outcome>();
                for (var round = 0; round < rounds; round++)
                {
                    raw.Add(Raw(root, inFlight, length));
                    log.Add(await LogAsync(Path.Combine(root, $"{inFlight}-{round}"), inFlight, length));
                }

                var (a, b) = (Median(raw), Median(log));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{inFlight,9} | {a.PerSecond,13:N0} {a.SyncP50,9:F2} {a.SyncP99,8:F2} | {b.PerSecond,13:N0} {b.PerSync,9:F1} {b.SyncP50,9:F2} {b.SyncP99,8:F2} {b.AppendP50,11:F2} {b.AppendP99,8:F2} {b.CpuMicroseconds,7:F1} | {b.PerSecond / a.PerSecond:F2}"));
            }

            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static Outcome Raw(string root, int records, TimeSpan length)
    {
        var path = Path.Combine(root, "raw");
        using var file = new DiskFiles().Create(path);
        var bytes = new byte[records * (24 + PayloadBytes)];
        Random.Shared.NextBytes(bytes);
        var syncs = new List<double>();
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            var start = Stopwatch.GetTimestamp();
            file.Write(bytes, (long)syncs.Count * bytes.Length);
            file.Sync();
            syncs.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        File.Delete(path);
        syncs.Sort();
        return new Outcome(syncs.Count * records / seconds, records, At(syncs, 0.5), At(syncs, 0.99), 0, 0, 0);
    }

    private static async Task<Outcome> LogAsync(string directory, int inFlight, TimeSpan length)
    {
        await using var log = DurableLog.Open(new LogOptions { Directory = directory }, TimeProvider.System);
        var cpu = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        var callers = Enumerable.Range(0, inFlight).Select(caller => Task.Run(() => CallAsync(log, caller, began, length))).ToList();
        var times = (await Task.WhenAll(callers)).SelectMany(own => own).Order().ToList();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var statistics = log.Statistics;
        return new Outcome(
            statistics.Appends / seconds,
            (double)statistics.Appends / statistics.Syncs,
            statistics.SyncSecondsAt(0.5) * 1000,
            statistics.SyncSecondsAt(0.99) * 1000,
            At(times, 0.5),
            At(times, 0.99),
            cpu.TotalMicroseconds / statistics.Appends);
    }

    private static async Task<List<double>> CallAsync(DurableLog log, int seed, long began, TimeSpan length)
    {
        var payload = new byte[PayloadBytes];
        new Random(seed).NextBytes(payload);
        var times = new List<double>();
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            var start = Stopwatch.GetTimestamp();
            await log.AppendAsync(RecordKind.Events, 1, payload);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times;
    }

    private static double At(List<double> sorted, double share) => sorted[(int)((sorted.Count - 1) * share)];

    private static Outcome Median(List<Outcome> outcomes) => outcomes.OrderBy(outcome => outcome.PerSecond).ElementAt(outcomes.Count / 2);

    /// <summary>Times in milliseconds; the log's sync times are upper bounds of its histogram's buckets.</summary>
    private sealed record Outcome(double PerSecond, double PerSync, double SyncP50, double SyncP99, double AppendP50, double AppendP99, double CpuMicroseconds);
}
