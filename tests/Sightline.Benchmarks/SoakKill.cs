using System.Globalization;
using Sightline.ServerTests.Crash;

namespace Sightline.Benchmarks;

/// <summary><c>soak-kill [KILLS] [SEED] [settling]</c>: what the tests of a few kills do, as long as wanted.</summary>
internal static class SoakKill
{
    public static async Task<int> RunAsync(string[] args)
    {
        var kills = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
        var seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        var report = args is [_, _, "settling", ..]
            ? await new SettleKillRun(kills, seed, Console.WriteLine).RunAsync(stop.Token)
            : await new CrashRun(kills, seed, Console.WriteLine).RunAsync(stop.Token);
        Console.WriteLine(report);
        foreach (var fault in report.Faults)
        {
            Console.WriteLine($"FAULT: {fault}");
        }

        return report.Faults.Count == 0 ? 0 : 1;
    }

    /// <summary><c>soak-kill-metrics [KILLS] [SEED]</c>: the same under StatsD and carbon.</summary>
    public static async Task<int> MetricsAsync(string[] args)
    {
        var kills = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        var run = new MetricKillRun(kills, args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1, Console.WriteLine);
        await run.RunAsync(CancellationToken.None);
        Console.WriteLine(run);
        foreach (var fault in run.Faults)
        {
            Console.WriteLine($"FAULT: {fault}");
        }

        return run.Faults.Count == 0 ? 0 : 1;
    }
}
