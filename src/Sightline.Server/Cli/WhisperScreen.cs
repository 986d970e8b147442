using System.Globalization;
using Sightline.Server.Import;
using Spectre.Console;

namespace Sightline.Server.Cli;

/// <summary>Shows an import of whisper files while it runs and what it did.</summary>
internal sealed class WhisperScreen(CliContext context, bool isJson)
{
    /// <summary>Runs the work, behind a progress bar when a person looks on.</summary>
    public async Task<WhisperReport> ShowAsync(Func<Action<WhisperTick>?, Task<WhisperReport>> work)
    {
        if (isJson || !context.IsTerminal)
        {
            return await work(null);
        }

        var started = context.Time.GetTimestamp();
        return await context.NewConsole().Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask("whisper files");
                return await work(tick =>
                {
                    var seconds = Math.Max(0.001, context.Time.GetElapsedTime(started).TotalSeconds);
                    task.Description = $"{Number(tick.Read)} of {Number(tick.Files)} files, {Number((long)(tick.Points / seconds))} points/s";
                    task.MaxValue = Math.Max(1, tick.Files);
                    task.Value = tick.Read;
                });
            });
    }

    public void Print(WhisperReport report)
    {
        if (isJson)
        {
            CliJson.Write(context, ToJson(report));
            return;
        }

        foreach (var (path, reason) in report.FirstSkipped)
        {
            context.Error.WriteLine($"{CliTable.Clean(path)}: {CliTable.Clean(reason)}");
        }

        if (report.Skipped > report.FirstSkipped.Count)
        {
            context.Error.WriteLine($"and {Number(report.Skipped - report.FirstSkipped.Count)} more");
        }

        var rows = new List<string[]>
        {
            new[] { report.IsDryRun ? "would be imported" : "imported", Number(report.Imported), Number(report.Points) },
            new[] { "imported before, unchanged", Number(report.Unchanged), "" },
            new[] { "skipped", Number(report.Skipped), "" },
        };
        if (!report.IsDryRun)
        {
            rows.Add(["stored", "", Number(report.Stored)]);
        }

        if (report.Dropped > 0)
        {
            rows.Add(["dropped: the project has as many series as it may", "", Number(report.Dropped)]);
        }

        CliTable.Write(context, [report.IsDryRun ? "What would happen" : "What happened", "Files", "Points"], rows, new HashSet<int> { 1, 2 });
        context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Took.TotalSeconds:F1} s, {Number(PerSecond(report))} points/s"));
        if (!report.AddsUp)
        {
            context.Error.WriteLine($"sightline: {report.Points} points were read, but {report.Stored} stored and {report.Dropped} dropped; please report this");
        }
    }

    private static object ToJson(WhisperReport report) => new
    {
        report.IsDryRun,
        report.Succeeded,
        report.Files,
        report.Imported,
        report.Unchanged,
        report.Skipped,
        report.Points,
        report.Stored,
        report.Dropped,
        seconds = Math.Round(report.Took.TotalSeconds, 3),
        pointsPerSecond = PerSecond(report),
        firstSkipped = report.FirstSkipped.Select(static file => new { file.Path, file.Reason }),
    };

    private static long PerSecond(WhisperReport report) => (long)(report.Points / Math.Max(0.001, report.Took.TotalSeconds));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
