using System.Globalization;
using Sightline.Server.Import;
using Spectre.Console;

namespace Sightline.Server.Cli;

/// <summary>Shows an import of whisper files while it runs and what it did.</summary>
internal sealed class WhisperScreen(CliContext context, bool isJson)
{
    /// <summary>Runs the work, behind a progress bar when a person looks on.</summary>
    public Task<WhisperReport> ShowAsync(Func<Action<WhisperTick>?, Task<WhisperReport>> work) => CliProgress.ShowAsync(context, isJson, Bar, work);

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
            context.Error.WriteLine($"and {CliProgress.Number(report.Skipped - report.FirstSkipped.Count)} more");
        }

        var rows = new List<string[]>
        {
            new[] { report.IsDryRun ? "would be imported" : "imported", CliProgress.Number(report.Imported), CliProgress.Number(report.Points) },
            new[] { "imported before, unchanged", CliProgress.Number(report.Unchanged), "" },
            new[] { "skipped", CliProgress.Number(report.Skipped), "" },
        };
        if (!report.IsDryRun)
        {
            rows.Add(["stored", "", CliProgress.Number(report.Stored)]);
        }

        if (report.Dropped > 0)
        {
            rows.Add(["dropped: the project has as many series as it may", "", CliProgress.Number(report.Dropped)]);
        }

        CliTable.Write(context, [report.IsDryRun ? "What would happen" : "What happened", "Files", "Points"], rows, new HashSet<int> { 1, 2 });
        context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Took.TotalSeconds:F1} s, {CliProgress.Number(PerSecond(report))} points/s"));
        if (!report.AddsUp)
        {
            context.Error.WriteLine($"sightline: {report.Points} points were read, but {report.Stored} stored and {report.Dropped} dropped; please report this");
        }
    }

    private Action<WhisperTick> Bar(ProgressContext progress)
    {
        var started = context.Time.GetTimestamp();
        var bar = progress.AddTask("whisper files");
        return tick =>
        {
            bar.Description = $"{CliProgress.Number(tick.Read)} of {CliProgress.Number(tick.Files)} files, {CliProgress.Number(CliProgress.PerSecond(tick.Points, context.Time.GetElapsedTime(started)))} points/s";
            bar.MaxValue = Math.Max(1, tick.Files);
            bar.Value = tick.Read;
        };
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

    private static long PerSecond(WhisperReport report) => CliProgress.PerSecond(report.Points, report.Took);
}
