using Sightline.ServerTests.Cli;
using Sightline.ServerTests.Crash;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Backup;

/// <summary>Backups of a real server process under load, made by the real command, with the server killed in the middle of one.</summary>
public sealed class BackupKillTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sightline-backup-");

    private string Data => Path.Combine(_directory.FullName, "data");

    private string Backups => Path.Combine(_directory.FullName, "backups");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_backup_under_load_restores_to_a_prefix_of_what_was_acknowledged_and_one_that_was_killed_is_none()
    {
        var cancel = TestContext.Current.CancellationToken;
        var project = new ProjectStore(SettingsDb.Open(Data, TimeProvider.System), TimeProvider.System).Add("Shop");
        var port = CrashServer.FreePort();
        var senders = new NumberedSenders(new Uri($"http://127.0.0.1:{port}"), project.PublicKey, 4);
        using var stop = new CancellationTokenSource();
        Task sending;
        long[] before, beforeSecond;
        Finished made;
        using (var server = CrashServer.Start(Data, port))
        {
            await server.ReadyAsync(cancel);
            sending = senders.RunAsync(stop.Token);
            await AcknowledgedAsync(senders, 300, cancel);
            before = senders.Acknowledged();
            made = await SightlineProcess.RunAsync(_directory.FullName, ["backup", Backups, "--data", Data, "--json"]);
            Assert.True(made.ExitCode == 0, made.Error);
            beforeSecond = senders.Acknowledged();

            // The moment the next one shows its head, the server dies.
            var second = SightlineProcess.RunAsync(_directory.FullName, ["backup", Backups, "--data", Data, "--json"]);
            while (!Directory.EnumerateDirectories(Backups, "*.partial").Any() && !second.IsCompleted)
            {
                await Task.Delay(1, cancel);
            }

            server.Kill();
            var answer = await second;
            Assert.True(answer.ExitCode == 1 || Names().Count == 2, answer.Error);
        }

        await stop.CancelAsync();
        await sending;
        Assert.Contains(made.Json.GetProperty("name").GetString()!, Names());
        foreach (var name in Names())
        {
            var restored = Path.Combine(_directory.FullName, "restored-" + name);
            var restoring = await SightlineProcess.RunAsync(_directory.FullName, ["restore", Backups, "--backup", name, "--data", restored]);
            Assert.True(restoring.ExitCode == 0, restoring.Error);
            var stored = await ServeAndReadAsync(restored, project.Id, cancel);
            Assert.Empty(senders.Audit(stored, name == Names()[0] ? before : beforeSecond));
        }

        // Nothing of the killed one is in the way of the next, which needs no server.
        var next = await SightlineProcess.RunAsync(_directory.FullName, ["backup", Backups, "--data", Data, "--keep", "1"]);
        Assert.True(next.ExitCode == 0, next.Error);
        Assert.Empty(Directory.EnumerateDirectories(Backups, "*.partial"));
        Assert.Single(Names());
        var whole = Path.Combine(_directory.FullName, "whole");
        var last = await SightlineProcess.RunAsync(_directory.FullName, ["restore", Backups, "--data", whole]);
        Assert.True(last.ExitCode == 0, last.Error);
        Assert.Empty(senders.Audit(await ServeAndReadAsync(whole, project.Id, cancel), senders.Acknowledged()));
    }

    private static async Task AcknowledgedAsync(NumberedSenders senders, long count, CancellationToken cancel)
    {
        while (senders.Acknowledged().Sum() < count)
        {
            await Task.Delay(5, cancel);
        }
    }

    private static async Task<StoredEvents> ServeAndReadAsync(string data, uint project, CancellationToken cancel)
    {
        using (var server = CrashServer.Start(data, CrashServer.FreePort()))
        {
            await server.ReadyAsync(cancel);
            await server.DrainAsync(cancel);
            Assert.Equal(0, await server.StopAsync(cancel));
            // A backup's log ends where it was durable: nothing of it is torn or damaged.
            Assert.DoesNotContain("damaged", server.Said, StringComparison.Ordinal);
        }

        return StoredEvents.Read(data, project);
    }

    private List<string> Names() => [.. Directory.EnumerateDirectories(Backups, "2*Z").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
