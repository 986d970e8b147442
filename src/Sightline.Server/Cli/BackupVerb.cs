using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sightline.Server.Backup;

namespace Sightline.Server.Cli;

/// <summary><c>sightline backup DIR</c>: through the running server, or of the data directory when none runs.</summary>
internal static class BackupVerb
{
    public static Command New(CliContext context)
    {
        var to = new Argument<string>("DIR") { Description = "Directory of backups: a new or empty one, or one that has backups already, which then gets only what is new" };
        var keep = new Option<int>("--keep") { HelpName = "NUMBER", Description = "Remove all but that many backups afterwards, the newest; 0 keeps all" };
        var list = new Option<bool>("--list") { Description = "Show the backups that are there, and make none" };
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        return new Command("backup", "Back up everything: store, log, settings and keys, consistent, while the server runs").With(to, keep, list, data, json)
            .Does(context, async (parsed, cancellationToken) =>
            {
                try
                {
                    var directory = Path.GetFullPath(parsed.GetRequiredValue(to));
                    return parsed.GetValue(list)
                        ? List(context, directory, parsed.GetValue(json))
                        : await MakeAsync(context, directory, parsed.GetRequiredValue(data), parsed.GetValue(keep), parsed.GetValue(json), cancellationToken);
                }
                catch (Exception failure) when (failure is BackupException or IOException or UnauthorizedAccessException)
                {
                    await context.Error.WriteLineAsync($"sightline: {BackupException.Of(parsed.GetRequiredValue(to), failure).Message}");
                    return ExitCode.Failed;
                }
            });
    }

    private static int List(CliContext context, string directory, bool isJson)
    {
        var folder = BackupFolder.OpenExisting(directory);
        var backups = folder.Names().Select(folder.Read).ToList();
        if (isJson)
        {
            CliJson.Write(context, backups.Select(backup => new { backup.Name, backup.CreatedAt, backup.Bytes, files = backup.Files.Count, backup.Version, backup.StoredPosition, backup.LogEnd }));
        }
        else
        {
            CliTable.Write(context, ["Backup", "Size", "Files", "Version"], backups.Select(backup => new[]
            {
                backup.Name, BackupScreen.Size(backup.Bytes), backup.Files.Count.ToString(CultureInfo.InvariantCulture), backup.Version,
            }), new HashSet<int> { 1, 2 });
        }

        return ExitCode.Done;
    }

    private static async Task<int> MakeAsync(CliContext context, string directory, string data, int keep, bool isJson, CancellationToken cancellationToken)
    {
        using var server = ControlSocket.TryConnect(data);
        var made = await BackupScreen.ShowAsync(context, isJson, tell => server is not null
            ? AskAsync(server, directory, keep, tell, cancellationToken)
            : Task.Run(() => MakeHere(context, data, directory, keep, tell, cancellationToken)));
        if (isJson)
        {
            CliJson.Write(context, new
            {
                made.Name,
                path = Path.Combine(directory, made.Name),
                made.CreatedAt,
                made.Bytes,
                files = made.Files.Count,
                made.Seconds,
                made.WriterWaitedMilliseconds,
                made.StoredPosition,
                made.LogEnd,
            });
        }
        else
        {
            var waited = server is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; the store's writer waited {made.WriterWaitedMilliseconds:0.#} ms, senders did not");
            context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Path.Combine(directory, made.Name)}: {BackupScreen.Size(made.Bytes)} in {made.Files.Count} files, {made.Seconds:0.0} s{waited}"));
        }

        return ExitCode.Done;
    }

    private static BackupManifest MakeHere(CliContext context, string data, string directory, int keep, Action<BackupTick> tell, CancellationToken cancellationToken)
    {
        if (!File.Exists(DataDirectory.SettingsOf(data)))
        {
            throw new BackupException($"{data} holds no Sightline data; give the directory with --data");
        }

        using var held = DataDirectory.Take(data);
        var folder = BackupFolder.OpenOrCreate(directory);
        using var taken = folder.Take();
        var made = new BackupJob(held.Path, folder, running: null, context.Time, tell).Run(cancellationToken);
        if (keep > 0)
        {
            folder.Prune(keep);
        }

        return made;
    }

    private static async Task<BackupManifest> AskAsync(HttpClient server, string directory, int keep, Action<BackupTick> tell, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"{BackupControl.Path}?to={Uri.EscapeDataString(directory)}&keep={keep}"));
        try
        {
            using var answer = await server.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                throw new BackupException($"the server answered {(int)answer.StatusCode}: is it another version?");
            }

            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
            while (await lines.ReadLineAsync(cancellationToken) is { } text)
            {
                var line = JsonSerializer.Deserialize<BackupLine>(text)!;
                if (line.Tick is { } tick)
                {
                    tell(tick);
                }
                else
                {
                    return line.Made ?? throw new BackupException(line.Fault ?? "the server gave no reason");
                }
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new BackupException($"the server went away while it made the backup, which is not there then: {failure.Message}", failure);
        }

        throw new BackupException("the server went away while it made the backup, which is not there then");
    }
}
