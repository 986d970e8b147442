using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>A data directory with one project on a small disk of its own, servers on it one after another, and what senders were told.</summary>
internal sealed class FillingServer : IDisposable
{
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("sightline-crash-");
    private readonly int _port = CrashServer.FreePort();
    private readonly Ledger _ledger = new();
    private readonly Project _project;
    private readonly string[] _options;

    private FillingServer(SmallDisk disk, string minFree)
    {
        Disk = disk;
        _options = ["--min-free-disk", minFree, "--log-segment", "1M"];
        var settings = SettingsDb.Open(Path.Combine(_copy.FullName, "settings"), TimeProvider.System);
        _project = new ProjectStore(settings, TimeProvider.System).Add("Shop");
        Directory.CreateDirectory(Path.Combine(disk.Outside, "data"));
        File.Copy(settings.Path, Path.Combine(disk.Outside, "data", SettingsDb.FileName));
    }

    public SmallDisk Disk { get; }

    public uint Project => _project.Id;

    public bool HasRefused => _ledger.Requests.Any(request => request.Fate == Fate.Refused);

    public long AcknowledgedEvents => _ledger.Requests.Where(request => request.Fate == Fate.Acknowledged).Sum(request => (long)request.Events.Count);

    /// <summary>Skips the test where no disk can be mounted.</summary>
    public static async Task<FillingServer> MountAsync(string minFree, CancellationToken cancel)
    {
        var (disk, reason) = await SmallDisk.TryMountAsync(megabytes: 96, cancel);
        Assert.SkipWhen(disk is null, reason);
        return new FillingServer(disk!, minFree);
    }

    public CrashServer Start(params string[] more) => CrashServer.Start(Path.Combine(Disk.Inside, "data"), _port, Disk.Enter, [.. _options, .. more]);

    /// <summary>Sends from several connections until there is enough, and fails when the server ends before.</summary>
    /// <param name="abandon">Whether requests under way are broken off in the end; else each is answered first.</param>
    public async Task LoadAsync(CrashServer server, int connections, bool abandon, Func<Task> enough)
    {
        using var stop = new CancellationTokenSource();
        using var abandoned = new CancellationTokenSource();
        var load = new CrashLoad(new Uri($"http://127.0.0.1:{_port}"), _project.PublicKey, _project.Id, _ledger, seed: 11);
        var sending = load.RunAsync(connections, stop.Token, abandoned.Token);
        var left = true;
        try
        {
            await enough();
            Assert.False(server.HasExited, server.Said);
            left = abandon;
        }
        finally
        {
            await stop.CancelAsync();
            if (left)
            {
                await abandoned.CancelAsync();
            }

            await sending;
        }
    }

    public static async Task UntilAsync(CrashServer server, Func<bool> enough, CancellationToken cancel)
    {
        while (!enough())
        {
            Assert.False(server.HasExited, server.Said);
            await Task.Delay(20, cancel);
        }
    }

    /// <summary>What is wrong with the store that is left, against what senders were told.</summary>
    public IReadOnlyList<string> Audit()
    {
        var after = Path.Combine(_copy.FullName, "after");
        Disk.CopyTo(after, "data");
        return new StoreAudit(StoredEvents.Read(after, _project.Id), _ledger).Run();
    }

    public void Dispose()
    {
        Disk.Dispose();
        _copy.Delete(recursive: true);
    }
}
