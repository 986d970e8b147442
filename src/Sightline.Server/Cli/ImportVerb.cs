using System.CommandLine;
using Sightline.Server.Import;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary><c>sightline import logs FILE...</c> and <c>sightline import whisper DIR</c>: through the running server, or into the data directory when none runs.</summary>
internal static class ImportVerb
{
    /// <param name="context">The world around.</param>
    /// <param name="openDirectory">Opens a data directory that no server serves, with its log, its store and what moves data between them.</param>
    public static Command New(CliContext context, Func<string, CancellationToken, Task<IPointImportTarget>> openDirectory) =>
        new Command("import", "Take in data that were recorded elsewhere").With(Logs(context, openDirectory), Whisper(context, openDirectory));

    private static Command Logs(CliContext context, Func<string, CancellationToken, Task<IPointImportTarget>> openDirectory)
    {
        var files = new Argument<string[]>("FILE") { Description = "Access logs, plain or gzip; - is standard input", Arity = ArgumentArity.OneOrMore };
        var project = new Option<uint>("--project") { HelpName = "ID", Description = "The project the visits belong to", Required = true };
        var options = new ImportReadingOptions();
        var dryRun = new Option<bool>("--dry-run") { Description = "Read and count, store nothing" };
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        return new Command("logs", "Import web servers' access logs; lines imported before are known and skipped")
            .With(files, project).With(options.All).With(dryRun, data, json)
            .Does(context, async (parsed, cancellationToken) =>
            {
                var request = new ImportRequest
                {
                    Project = parsed.GetRequiredValue(project),
                    Files = parsed.GetRequiredValue(files),
                    Reading = options.Read(parsed),
                    IsDryRun = parsed.GetValue(dryRun),
                };
                return await IntoAsync(context, openDirectory, parsed.GetRequiredValue(data), async target =>
                {
                    var screen = new ImportScreen(context, request, parsed.GetValue(json));
                    var report = await screen.ShowAsync(progress => new Importer(target, context.Time, Console.OpenStandardInput, progress).RunAsync(request, cancellationToken));
                    screen.Print(report);
                    return report.Succeeded;
                }, cancellationToken);
            });
    }

    private static Command Whisper(CliContext context, Func<string, CancellationToken, Task<IPointImportTarget>> openDirectory)
    {
        var directory = new Argument<string>("DIR") { Description = "The directory that carbon calls LOCAL_DATA_DIR; names of series are the paths below it" };
        var project = new Option<uint>("--project") { HelpName = "ID", Description = "The project the series belong to", Required = true };
        var prefix = new Option<string>("--prefix") { HelpName = "NAME", Description = "Put in front of every name, with a dot between", DefaultValueFactory = static _ => "" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Read and count, store nothing" };
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        return new Command("whisper", "Import the files of Graphite's whisper; files imported before are known and skipped")
            .With(directory).With(project, prefix, dryRun, data, json)
            .Does(context, (parsed, cancellationToken) => IntoAsync(context, openDirectory, parsed.GetRequiredValue(data), async target =>
            {
                var screen = new WhisperScreen(context, parsed.GetValue(json));
                var before = parsed.GetValue(prefix)!.Trim('.').Replace('.', '/');
                var report = await screen.ShowAsync(progress => new WhisperImporter(target, context.Time, progress).RunAsync(
                    parsed.GetRequiredValue(project), parsed.GetRequiredValue(directory), before.Length > 0 ? before + "/" : "", parsed.GetValue(dryRun), cancellationToken));
                screen.Print(report);
                return report.Succeeded;
            }, cancellationToken));
    }

    private static async Task<int> IntoAsync(
        CliContext context, Func<string, CancellationToken, Task<IPointImportTarget>> openDirectory, string data, Func<IPointImportTarget, Task<bool>> import, CancellationToken cancellationToken)
    {
        try
        {
            await using var target = ControlSocket.TryConnect(data) is { } server ? new ControlTarget(server, context.Time) : await openDirectory(data, cancellationToken);
            return await import(target) ? ExitCode.Done : ExitCode.Failed;
        }
        catch (Exception e) when (e is ImportException or DataDirectoryInUseException)
        {
            throw new SettingsException(e.Message);
        }
    }
}
