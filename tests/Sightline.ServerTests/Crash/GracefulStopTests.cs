using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

public sealed class GracefulStopTests : IDisposable
{
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(20);

    private readonly string _data = Directory.CreateTempSubdirectory("sightline-crash-").FullName;

    [Fact]
    public async Task A_server_asked_to_stop_under_load_stores_everything_acknowledged_and_ends_with_0()
    {
        var project = new ProjectStore(SettingsDb.Open(_data, TimeProvider.System), TimeProvider.System).Add("Shop");
        var (ledger, port) = (new Ledger(), CrashServer.FreePort());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var abandon = new CancellationTokenSource();
        var load = new CrashLoad(new Uri($"http://127.0.0.1:{port}"), project.PublicKey, project.Id, ledger, seed: 5);
        using var server = CrashServer.Start(_data, port, before: null, "--drain-timeout", $"{s_drain.TotalSeconds}s");
        await server.ReadyAsync(limit.Token);
        var sending = load.RunAsync(connections: 8, abandon.Token, abandon.Token);
        try
        {
            while (await server.MetricAsync("sightline_stored_events_total", limit.Token) < 2000)
            {
                await Task.Delay(20, limit.Token);
            }

            var took = Stopwatch.StartNew();
            var code = await server.StopAsync(limit.Token);
            Assert.True(code == 0, $"{code}: {server.Said}");
            Assert.True(took.Elapsed < s_drain + TimeSpan.FromSeconds(10), $"stopping took {took.Elapsed}");
        }
        finally
        {
            await abandon.CancelAsync();
            await sending;
        }

        // No restart that could bring in what is still in the log.
        Assert.Empty(new StoreAudit(StoredEvents.Read(_data, project.Id), ledger).Run());
        Assert.Contains(ledger.Requests, request => request.Fate == Fate.Acknowledged);
    }

    [Fact]
    public async Task A_request_under_way_is_finished_though_that_takes_longer_than_two_seconds()
    {
        var project = new ProjectStore(SettingsDb.Open(_data, TimeProvider.System), TimeProvider.System).Add("Shop");
        var port = CrashServer.FreePort();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var server = CrashServer.Start(_data, port);
        await server.ReadyAsync(limit.Token);
        using var client = new TcpClient("127.0.0.1", port);
        var body = Encoding.ASCII.GetBytes($$$"""{"key":"{{{project.PublicKey}}}","name":"pageview","url":"https://shop.example/","props":{"n":1}}""");
        var head = $"POST /api/event HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {CrashLoad.UserAgent}\r\nContent-Length: {body.Length}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), limit.Token);
        await client.GetStream().WriteAsync(body.AsMemory(0, body.Length / 2), limit.Token);
        // Answered after it was accepted, so the slow request's connection is served by now.
        await server.MetricAsync("sightline_log_gap_bytes", limit.Token);
        var stopped = server.StopAsync(limit.Token);
        // The command line's parser would have ended the process by now.
        await Task.Delay(TimeSpan.FromSeconds(3), limit.Token);
        Assert.False(stopped.IsCompleted);
        await client.GetStream().WriteAsync(body.AsMemory(body.Length / 2), limit.Token);
        using var answer = new StreamReader(client.GetStream(), Encoding.ASCII);
        Assert.Equal("HTTP/1.1 202 Accepted", await answer.ReadLineAsync(limit.Token));
        Assert.Equal(0, await stopped);
        Assert.Single(StoredEvents.Read(_data, project.Id).Events);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);
}
