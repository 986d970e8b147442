using System.Globalization;
using System.Net.Http.Headers;
using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>A real server killed while it erases somebody from settled months and from the present one.</summary>
public sealed class EraseKillTests : IDisposable
{
    private const int Months = 3;
    private const int EventsAMonth = 20_000;
    private const int Share = 20;
    private readonly string _data = Directory.CreateTempSubdirectory("sightline-erase-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task All_of_it_is_gone_or_nothing_and_asking_again_does_it()
    {
        var settings = SettingsDb.Open(_data, TimeProvider.System);
        var project = new ProjectStore(settings, TimeProvider.System).Add("Shop").Id;
        var token = new TokenStore(settings, TimeProvider.System).Add("erase", TokenScopes.Admin, project).Secret;
        Write(project);
        var random = new Random(11);
        var port = CrashServer.FreePort();
        for (var kill = 0; kill < 3 && Stored(project).Target > 0; kill++)
        {
            using var server = CrashServer.Start(_data, port);
            await server.ReadyAsync(Cancel);
            var before = MonthFiles();
            var asked = AskAsync(server, token, project);
            // Each month's file is written anew, one after the other; then they come to count together.
            while (!asked.IsCompleted && before.SetEquals(MonthFiles()))
            {
                await Task.Delay(1, Cancel);
            }

            await Task.Delay(random.Next(120), Cancel);
            server.Kill();
            var promised = await PromisedAsync(asked);
            var (target, others) = Stored(project);
            Assert.True(!promised || target == 0, "an erasure that was answered is undone");
            Assert.True(target is 0 or (Months + 1) * EventsAMonth / Share, $"{target} events of the one to be erased are left after kill {kill}");
            Assert.Equal((Months + 1) * EventsAMonth * (Share - 1) / Share, others);
        }

        using var last = CrashServer.Start(_data, port);
        await last.ReadyAsync(Cancel);
        using (var answer = await AskAsync(last, token, project))
        {
            Assert.True(answer.IsSuccessStatusCode);
        }

        Assert.Equal(0, await last.StopAsync(Cancel));
        Assert.Equal((0, (Months + 1) * EventsAMonth * (Share - 1) / Share), Stored(project));
    }

    private static Task<HttpResponseMessage> AskAsync(CrashServer server, string token, uint project)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/erase") { Content = new StringContent(string.Create(CultureInfo.InvariantCulture, $$"""{"project":{{project}},"visitor":"target"}""")) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return server.Client.SendAsync(request, Cancel);
    }

    /// <summary>It was faster than the kill.</summary>
    private static async Task<bool> PromisedAsync(Task<HttpResponseMessage> asked)
    {
        try
        {
            using var answer = await asked;
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private HashSet<string> MonthFiles() => [.. Directory.GetFiles(Path.Combine(_data, "store"), "events-*.duckdb").Select(path => Path.GetFileName(path))];

    private ulong Target(uint project)
    {
        using var salts = new VisitorSalts(SettingsDb.OpenExisting(_data, TimeProvider.System), TimeProvider.System);
        return VisitorIds.Visitor(new HashInput(), salts.InstallSecret, project, "target");
    }

    private void Write(uint project)
    {
        var target = Target(project);
        using var store = EventStore.Open(_data, new EventStoreOptions(), TimeProvider.System);
        using var writer = store.CreateWriter();
        for (var month = 0; month <= Months; month++)
        {
            var first = TimeProvider.System.GetUtcNow().AddDays(-1 - (month * 31)).ToUnixTimeMilliseconds();
            var batch = new StoreBatch { UpTo = new LogPosition(month + 1) };
            batch.Events.AddRange(Enumerable.Range(0, EventsAMonth).Select(n => new Event
            {
                Project = project,
                ReceivedBy = ReceivedBy.EventApi,
                Kind = EventKind.PageView,
                Name = "pageview",
                Path = $"/p{n % 50}",
                Visitor = n % Share == 0 ? target : (ulong)(1000 + (n / 7)),
                Persistent = true,
                TimeMs = first + (n * 3000L),
                Visit = new VisitContext(),
            }));
            batch.Received.Add(new ReceivedCount(project, first, ReceivedBy.EventApi, EventsAMonth));
            writer.Write(batch);
        }

        while (store.Maintenance.Settle(static () => true) is not null)
        {
        }
    }

    private (int Target, int Others) Stored(uint project)
    {
        var target = Target(project);
        using var store = EventStore.Open(_data, new EventStoreOptions(), TimeProvider.System);
        Assert.Empty(store.CheckIntegrity());
        using var snapshot = store.OpenSnapshot(project, 0, long.MaxValue);
        var all = snapshot.Connection.ScalarLong($"SELECT count(*) FROM {snapshot.Events}", Cancel) ?? 0;
        var his = snapshot.Connection.ScalarLong(string.Create(CultureInfo.InvariantCulture,
            $"SELECT count(*) FROM {snapshot.Events} e JOIN sessions s ON s.id = e.session WHERE s.visitor = {target}"), Cancel) ?? 0;
        return ((int)his, (int)(all - his));
    }
}
