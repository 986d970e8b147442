using System.CommandLine;
using System.Globalization;
using Sightline.Server.Backup;

namespace Sightline.Server.Cli;

/// <summary><c>sightline restore DIR</c>: puts a backup where a data directory is to be, or only checks it.</summary>
internal static class RestoreVerb
{
    public static Command New(CliContext context)
    {
        var from = new Argument<string>("DIR") { Description = "Directory of backups" };
        var name = new Option<string?>("--backup") { HelpName = "NAME", Description = "Which one, as sightline backup --list shows them; without it the newest" };
        var force = new Option<bool>("--force") { Description = "Restore although the directory is not empty: what is there is moved aside" };
        var check = new Option<bool>("--check") { Description = "Read every file of the backup and compare it with its checksum; restore nothing" };
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        return new Command("restore", "Restore a backup into a data directory that no server uses").With(from, name, force, check, data, json)
            .Does(context, async (parsed, cancellationToken) =>
            {
                try
                {
                    var folder = BackupFolder.OpenExisting(parsed.GetRequiredValue(from));
                    using var taken = folder.Take();
                    var chosen = parsed.GetValue(name) ?? (folder.Names() is [var newest, ..] ? newest : null) ?? throw new BackupException($"{folder.Path} holds no whole backup");
                    var backup = folder.Read(chosen);
                    return parsed.GetValue(check)
                        ? await CheckAsync(context, folder, backup, parsed.GetValue(json), cancellationToken)
                        : await RestoreAsync(context, folder, backup, parsed.GetRequiredValue(data), parsed.GetValue(force), parsed.GetValue(json), cancellationToken);
                }
                catch (Exception failure) when (failure is BackupException or IOException or UnauthorizedAccessException)
                {
                    await context.Error.WriteLineAsync($"sightline: {BackupException.Of(parsed.GetRequiredValue(data), failure).Message}");
                    return ExitCode.Failed;
                }
            });
    }

    private static async Task<int> CheckAsync(CliContext context, BackupFolder folder, BackupManifest backup, bool isJson, CancellationToken cancellationToken)
    {
        var faults = await BackupScreen.ShowAsync(context, isJson, tell =>
            Task.Run(() => new RestoreJob(folder, backup, context.Time, tell).Check(cancellationToken)));
        if (isJson)
        {
            CliJson.Write(context, new { backup.Name, whole = faults.Count == 0, faults });
        }
        else if (faults.Count == 0)
        {
            context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{backup.Name} is whole: {BackupScreen.Size(backup.Bytes)} in {backup.Files.Count} files, made by Sightline {backup.Version}"));
        }

        foreach (var fault in isJson ? [] : faults)
        {
            await context.Error.WriteLineAsync($"sightline: {fault}");
        }

        return faults.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> RestoreAsync(
        CliContext context, BackupFolder folder, BackupManifest backup, string data, bool force, bool isJson, CancellationToken cancellationToken)
    {
        using var held = DataDirectory.Take(data, unfinished: true);
        var aside = await BackupScreen.ShowAsync(context, isJson, tell =>
            Task.Run(() => new RestoreJob(folder, backup, context.Time, tell).Run(held.Path, force, cancellationToken)));
        if (isJson)
        {
            CliJson.Write(context, new { backup.Name, backup.CreatedAt, data = held.Path, backup.Bytes, moved_aside = aside });
        }
        else
        {
            context.Output.WriteLine($"Restored {backup.Name} into {held.Path} ({BackupScreen.Size(backup.Bytes)}, made by Sightline {backup.Version})");
            if (aside is not null)
            {
                context.Output.WriteLine($"What was there before lies in {aside}: delete it when you are sure");
            }
        }

        return ExitCode.Done;
    }
}
