using System.Globalization;
using Sightline.Server.Backup;
using Spectre.Console;

namespace Sightline.Server.Cli;

/// <summary>A bar while a backup or a restore runs, when a person looks on.</summary>
internal static class BackupScreen
{
    public static async Task<T> ShowAsync<T>(CliContext context, bool isJson, Func<Action<BackupTick>, Task<T>> work)
    {
        if (isJson || !context.IsTerminal)
        {
            return await work(static _ => { });
        }

        return await context.NewConsole().Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bars = new Dictionary<string, ProgressTask>();
                return await work(tick =>
                {
                    if (!bars.TryGetValue(tick.Step, out var bar))
                    {
                        bars[tick.Step] = bar = progress.AddTask(tick.Step);
                    }

                    bar.MaxValue = tick.Total;
                    bar.Value = tick.Done;
                });
            });
    }

    public static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        >= 1L << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };
}
