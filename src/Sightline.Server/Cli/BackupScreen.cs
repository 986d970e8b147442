using System.Globalization;
using Sightline.Server.Backup;
using Spectre.Console;

namespace Sightline.Server.Cli;

/// <summary>A bar while a backup or a restore runs, when a person looks on.</summary>
internal static class BackupScreen
{
    public static Task<T> ShowAsync<T>(CliContext context, bool isJson, Func<Action<BackupTick>, Task<T>> work) =>
        CliProgress.ShowAsync<BackupTick, T>(context, isJson, Bars, tick => work(tick ?? (static _ => { })));

    public static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        >= 1L << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };

    private static Action<BackupTick> Bars(ProgressContext progress)
    {
        var bars = new Dictionary<string, ProgressTask>();
        return tick =>
        {
            if (!bars.TryGetValue(tick.Step, out var bar))
            {
                bars[tick.Step] = bar = progress.AddTask(tick.Step);
            }

            bar.MaxValue = tick.Total;
            bar.Value = tick.Done;
        };
    }
}
