using System.Globalization;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Core.Wire.AccessLog;
using Sightline.Server.Import;
using Spectre.Console;

namespace Sightline.Server.Cli;

/// <summary>Shows an import while it runs and what it did.</summary>
internal sealed class ImportScreen(CliContext context, ImportRequest request, bool isJson)
{
    /// <summary>Runs the work, behind a progress bar when a person looks on.</summary>
    public Task<ImportReport> ShowAsync(Func<Action<ImportTick>?, Task<ImportReport>> work) => CliProgress.ShowAsync(context, isJson, Bars, work);

    public void Print(ImportReport report)
    {
        if (isJson)
        {
            CliJson.Write(context, ToJson(report));
            return;
        }

        foreach (var file in report.Files)
        {
            context.Output.WriteLine($"{CliTable.Clean(file.Name)}: {Describe(file)}");
        }

        context.Output.WriteLine();
        var rows = new List<string[]> { new[] { report.IsDryRun ? "would be kept" : "stored", CliProgress.Number(report.Counts.Stored) } };
        rows.AddRange(report.Counts.Drops.OrderByDescending(static drop => drop.Value).Select(drop => new[] { "dropped: " + Explain(drop.Key), CliProgress.Number(drop.Value) }));
        rows.Add(["lines read", CliProgress.Number(report.Records)]);
        if (report.NotRecords > 0)
        {
            rows.Add(["not records (comments, directives, blank)", CliProgress.Number(report.NotRecords)]);
        }

        CliTable.Write(context, [report.IsDryRun ? "What would happen" : "What happened", "Lines"], rows, new HashSet<int> { 1 });
        context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Took.TotalSeconds:F1} s, {CliProgress.Number(PerSecond(report))} lines/s"));
        if (report.IsDryRun)
        {
            context.Output.WriteLine("Nothing was stored. Bots and excluded visitors are known only when lines are stored.");
        }

        if (!report.AddsUp)
        {
            context.Error.WriteLine($"sightline: {report.Records} lines were read, but {report.Counts.Stored} stored and {report.Counts.Drops.Values.Sum()} dropped; please report this");
        }
    }

    private Action<ImportTick> Bars(ProgressContext progress)
    {
        var started = context.Time.GetTimestamp();
        var names = request.Files.Select(static file => Markup.Escape(CliTable.Clean(Path.GetFileName(file)))).ToArray();
        var bars = names.Select(name => progress.AddTask(name)).ToArray();
        return tick =>
        {
            var bar = bars[tick.File];
            bar.Description = $"{names[tick.File]} {CliProgress.Number(tick.Records)} lines, {CliProgress.Number(CliProgress.PerSecond(tick.Records, context.Time.GetElapsedTime(started)))}/s";
            bar.IsIndeterminate = tick.Size == 0;
            bar.MaxValue = Math.Max(1, tick.Size);
            bar.Value = tick.Position;
        };
    }

    private static string Describe(FileReport file)
    {
        var formats = file.Formats.Count == 0 ? "" : $" ({string.Join(", ", file.Formats.OrderByDescending(static entry => entry.Value).Select(static entry => LogFormats.NameOf(entry.Key)))})";
        var what = file.Outcome switch
        {
            FileOutcome.Failed => $"failed: {file.Error}",
            FileOutcome.NothingNew => file.StoredBefore > 0 ? "nothing new, everything in it was imported before" : "no lines of requests in it",
            _ => $"{CliProgress.Number(file.Records)} lines{formats}" + (file.StoredBefore > 0 ? ", behind what was imported before" : ""),
        };
        return what + (file.LeftUnfinished ? "; its last line has no end yet and waits for the next import" : "");
    }

    private static object ToJson(ImportReport report) => new
    {
        report.IsDryRun,
        report.Succeeded,
        lines = report.Records,
        report.NotRecords,
        report.Counts.Stored,
        dropped = report.Counts.Drops.OrderBy(static drop => drop.Key).ToDictionary(static drop => Name(drop.Key), static drop => drop.Value),
        seconds = Math.Round(report.Took.TotalSeconds, 3),
        linesPerSecond = PerSecond(report),
        files = report.Files.Select(static file => new
        {
            file.Name,
            outcome = JsonNamingPolicy.SnakeCaseLower.ConvertName(file.Outcome.ToString()),
            file.Error,
            file.StoredBefore,
            lines = file.Records,
            file.NotRecords,
            file.LeftUnfinished,
            formats = file.Formats.ToDictionary(static entry => LogFormats.NameOf(entry.Key), static entry => entry.Value),
        }),
    };

    private static long PerSecond(ImportReport report) => CliProgress.PerSecond(report.Records, report.Took);

    private static string Name(DropReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    private static string Explain(DropReason reason) => reason switch
    {
        DropReason.StaticFile => "static file (--include-static keeps them)",
        DropReason.Bot => "bot (--include-bots keeps them)",
        DropReason.HttpError => "error answer (--include-errors keeps them)",
        DropReason.Redirect => "redirect (--include-redirects keeps them)",
        DropReason.Method => "neither GET nor POST",
        DropReason.Malformed => "unreadable",
        DropReason.Host => "host is not among the project's domains",
        _ => Name(reason).Replace('_', ' '),
    };
}
