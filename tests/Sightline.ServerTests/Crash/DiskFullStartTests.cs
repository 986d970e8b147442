using System.Net;
using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>A server that is started while its disk is full: it reads and refuses, or says in one line why it does not start.</summary>
public sealed class DiskFullStartTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("sightline-crash-").FullName;
    private readonly Ledger _ledger = new();
    private readonly int _port = CrashServer.FreePort();

    [Theory]
    [InlineData(true, "0", 0)]
    [InlineData(false, "0", 0)]
    [InlineData(false, "16M", 8 << 20)]
    public async Task A_start_on_a_full_disk_serves_reads_and_refuses_data_or_ends_with_one_clear_line(bool killed, string minFree, long left)
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
        string[] options = ["--min-free-disk", minFree, "--log-segment", "1M"];
        using (var server = CrashServer.Start(data, _port, disk.Enter, options))
        {
            await server.ReadyAsync(limit.Token);
            await LoadAsync(server, project, () => Acknowledged() >= 2000, limit.Token);
            if (killed)
            {
                server.Kill();
            }
            else
            {
                Assert.Equal(0, await server.StopAsync(limit.Token));
            }
        }

        disk.FillTo(left);
        using (var server = CrashServer.Start(data, _port, disk.Enter, [.. options, "--local-access", "on"]))
        {
            if (await ServesAsync(server, limit.Token))
            {
                output.WriteLine("it serves");
                await LoadAsync(server, project, () => _ledger.Requests.Any(request => request.Fate == Fate.Refused), limit.Token);
                using (var ready = await server.Client.GetAsync("/readyz", limit.Token))
                {
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                    Assert.Contains("disk", await ready.Content.ReadAsStringAsync(limit.Token), StringComparison.Ordinal);
                }

                using (var page = await server.Client.GetAsync($"/projects/{project.Id}", limit.Token))
                {
                    Assert.Equal(HttpStatusCode.OK, page.StatusCode);
                }

                disk.Clear();
                await server.ReadyAsync(limit.Token);
                var before = Acknowledged();
                await LoadAsync(server, project, () => Acknowledged() >= before + 500, limit.Token);
            }
            else
            {
                output.WriteLine(server.Said);
                Assert.Equal(0, left);
                Assert.Contains("full", Assert.Single(server.Said.Split('\n')), StringComparison.Ordinal);
                disk.Clear();
            }
        }

        using (var server = CrashServer.Start(data, _port, disk.Enter, options))
        {
            await server.ReadyAsync(limit.Token);
            await server.DrainAsync(limit.Token);
            Assert.Equal(0, await server.StopAsync(limit.Token));
        }

        var after = Path.Combine(_copy, "after");
        disk.CopyTo(after, "data");
        Assert.Empty(new StoreAudit(StoredEvents.Read(after, project.Id), _ledger).Run());
    }

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    private async Task LoadAsync(CrashServer server, Project project, Func<bool> enough, CancellationToken cancel)
    {
        using var stop = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource();
        var sending = new CrashLoad(new Uri($"http://127.0.0.1:{_port}"), project.PublicKey, project.Id, _ledger, seed: 11).RunAsync(connections: 4, stop.Token, abandon.Token);
        try
        {
            while (!enough())
            {
                Assert.False(server.HasExited, server.Said);
                await Task.Delay(20, cancel);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await abandon.CancelAsync();
            await sending;
        }
    }

    private static async Task<bool> ServesAsync(CrashServer server, CancellationToken cancel)
    {
        while (!server.HasExited)
        {
            try
            {
                using var answer = await server.Client.GetAsync("/healthz", cancel);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, cancel);
            }
        }

        return false;
    }

    private long Acknowledged() => _ledger.Requests.Where(request => request.Fate == Fate.Acknowledged).Sum(request => (long)request.Events.Count);
}
