using System.Net;
using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>A real disk that is full for a while.</summary>
public sealed class DiskFullTests : IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("sightline-crash-").FullName;
    private readonly Ledger _ledger = new();
    private readonly int _port = CrashServer.FreePort();

    [Theory]
    // The server keeps so much free that it stops taking before anything fails.
    [InlineData("16M", 8 << 20)]
    // Nothing is kept free: writing itself fails, in the middle of whatever is being written.
    [InlineData("0", 0)]
    public async Task While_the_disk_is_full_senders_are_asked_to_come_again_and_nothing_acknowledged_is_lost(string minFree, long left)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var (mounted, reason) = await SmallDisk.TryMountAsync(megabytes: 96, limit.Token);
        Assert.SkipWhen(mounted is null, reason);
        using var disk = mounted!;
        var data = Path.Combine(disk.Inside, "data");
        var settings = SettingsDb.Open(Path.Combine(_copy, "settings"), TimeProvider.System);
        var project = new ProjectStore(settings, TimeProvider.System).Add("Shop");
        Directory.CreateDirectory(Path.Combine(disk.Outside, "data"));
        File.Copy(settings.Path, Path.Combine(disk.Outside, "data", SettingsDb.FileName));
        using var server = CrashServer.Start(data, _port, disk.Enter, "--min-free-disk", minFree, "--log-segment", "1M");
        await server.ReadyAsync(limit.Token);

        using var stop = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource();
        var load = new CrashLoad(new Uri($"http://127.0.0.1:{_port}"), project.PublicKey, project.Id, _ledger, seed: 11);
        var sending = load.RunAsync(connections: 6, stop.Token, abandon.Token);
        try
        {
            await AcknowledgedAsync(1000, server, limit.Token);
            disk.FillTo(left);
            while (!_ledger.Requests.Any(request => request.Fate == Fate.Refused))
            {
                disk.FillTo(left);
                await Task.Delay(10, limit.Token);
            }

            using (var ready = await server.Client.GetAsync("/readyz", limit.Token))
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                Assert.Contains("disk", await ready.Content.ReadAsStringAsync(limit.Token), StringComparison.Ordinal);
            }

            disk.Clear();
            await server.ReadyAsync(limit.Token);
            await AcknowledgedAsync(Acknowledged() + 1000, server, limit.Token);
            await stop.CancelAsync();
            await sending;
            await server.DrainAsync(limit.Token);
            Assert.Equal(0, await server.StopAsync(limit.Token));
        }
        finally
        {
            await stop.CancelAsync();
            await abandon.CancelAsync();
            await sending;
        }

        var after = Path.Combine(_copy, "after");
        disk.CopyTo(after, "data");
        Assert.Empty(new StoreAudit(StoredEvents.Read(after, project.Id), _ledger).Run());
    }

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    private long Acknowledged() => _ledger.Requests.Where(request => request.Fate == Fate.Acknowledged).Sum(request => (long)request.Events.Count);

    private async Task AcknowledgedAsync(long events, CrashServer server, CancellationToken cancel)
    {
        while (Acknowledged() < events)
        {
            Assert.False(server.HasExited, server.Said);
            await Task.Delay(20, cancel);
        }
    }
}
