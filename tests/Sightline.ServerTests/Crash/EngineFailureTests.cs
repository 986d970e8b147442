using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Server;
using Sightline.Server.Cli;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>The disk fills while the engine checkpoints, after it was found to have room: the engine is dead, the server is not.</summary>
public sealed class EngineFailureTests : IDisposable
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("sightline-engine-");
    private readonly HttpClient _client = new();
    private readonly StringWriter _said = new();
    private readonly ConcurrentQueue<DataPath> _opened = [];
    private int _sent;

    public EngineFailureTests() => _limit.CancelAfter(TimeSpan.FromMinutes(2));

    public void Dispose()
    {
        _client.Dispose();
        _limit.Dispose();
        _said.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task A_server_whose_engine_died_of_a_full_disk_opens_its_store_anew_and_has_all_it_acknowledged()
    {
        var (disk, reason) = await SmallDisk.TryMountAsync(megabytes: 96, _limit.Token);
        Assert.SkipWhen(disk is null, reason);
        using (disk)
        {
            // The server runs in this process, so that the moment can be chosen; SQLite would not find its way to the disk from here.
            foreach (var name in (string[])["store", "log"])
            {
                Directory.CreateDirectory(Path.Combine(disk!.Outside, name));
                Directory.CreateSymbolicLink(Path.Combine(_data.FullName, name), Path.Combine(disk.Outside, name));
            }

            var data = _data.FullName;
            var options = new ServeOptions
            {
                Data = data,
                Listen = [string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{CrashServer.FreePort()}")],
                MinFreeDiskBytes = 0,
                LogSegmentBytes = 1 << 20,
                LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
                OwnerPassword = Browser.Password,
            };
            _client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0");
            _client.BaseAddress = new Uri(options.Listen[0]);
            var armed = false;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
            var serving = ServeHost.RunAsync(options, CliContext.OfProcess() with { Output = TextWriter.Synchronized(_said), Error = TextWriter.Synchronized(_said) }, stop.Token, app =>
            {
                var path = app.Services.GetRequiredService<DataPath>();
                path.Store.CheckpointBegins = () =>
                {
                    if (Volatile.Read(ref armed))
                    {
                        disk!.FillTo(0);
                    }
                };
                _opened.Enqueue(path);
            });
            await ReadyAsync(serving);
            var project = new ProjectStore(_opened.First().Settings, TimeProvider.System).Add("Shop");
            await SendAsync(serving, project, 2000);

            Volatile.Write(ref armed, true);
            await SendAsync(serving, project, 2000);
            await UntilAsync(serving, () => _opened.First().Engine.HasFailed);
            Volatile.Write(ref armed, false);
            disk.Clear();
            await UntilAsync(serving, () => _opened.Count > 1);
            await ReadyAsync(serving);
            await SendAsync(serving, project, 100);

            await stop.CancelAsync();
            Assert.Equal(0, await serving);
            using var directory = DataDirectory.Take(data);
            using var store = EventStore.Open(data, new EventStoreOptions(), TimeProvider.System);
            Assert.Empty(store.CheckIntegrity());
            var totals = store.Totals(project.Id, ReceivedBy.EventApi);
            Assert.Equal((_sent, _sent), (totals.Received, totals.Stored));
            Assert.Contains("Sightline listens", _said.ToString(), StringComparison.Ordinal);
        }
    }

    private async Task SendAsync(Task<int> serving, Project project, int events)
    {
        for (var left = events; left > 0; left -= 100)
        {
            var body = new StringBuilder("[");
            for (var i = 0; i < 100; i++)
            {
                body.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{{\"key\":\"{project.PublicKey}\",\"name\":\"event\",\"url\":\"https://shop.example/page/{(_sent + i) * 7919}\"}}");
            }

            using var content = new StringContent(body.Append(']').ToString(), Encoding.UTF8, "application/json");
            using var answer = await _client.PostAsync("/api/event", content, _limit.Token);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(_limit.Token));
            _sent += 100;
        }

        await ServesAsync(serving);
    }

    private async Task ReadyAsync(Task<int> serving)
    {
        var ready = false;
        while (!ready)
        {
            await ServesAsync(serving);
            try
            {
                using var answer = await _client.GetAsync("/readyz", _limit.Token);
                ready = answer.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, _limit.Token);
            }
        }
    }

    private async Task UntilAsync(Task<int> serving, Func<bool> enough)
    {
        while (!enough())
        {
            await ServesAsync(serving);
            await Task.Delay(20, _limit.Token);
        }
    }

    private async Task ServesAsync(Task<int> serving)
    {
        if (serving.IsCompleted)
        {
            Assert.Fail($"it ended with {await serving}: {_said}");
        }
    }
}
