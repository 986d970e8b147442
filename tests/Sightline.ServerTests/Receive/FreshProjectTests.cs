using System.Diagnostics;
using System.Net;
using Sightline.Core.Model;
using Sightline.ServerTests.Cli;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Receive;

/// <summary>A project is known to a running server from the moment another process has added it.</summary>
public sealed class FreshProjectTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_event_of_a_project_added_by_another_process_is_taken_two_hundred_times_in_a_row()
    {
        await using var server = await StartAsync();
        var elsewhere = new ProjectStore(SettingsDb.Open(server.Data, TimeProvider.System), TimeProvider.System);
        for (var i = 0; i < 200; i++)
        {
            var project = elsewhere.Add($"Shop {i}");
            Assert.Equal(HttpStatusCode.Accepted, await SendAsync(server, project.PublicKey));
        }

        Assert.Equal(200, await server.StoredEventsAsync());
        Assert.Equal(0, server.Path.Counters.RejectedBy(ReceivedBy.EventApi, Server.Receive.RejectReason.UnknownKey));
    }

    [Fact]
    public async Task So_it_is_when_the_command_line_added_it()
    {
        await using var server = await StartAsync();
        var added = await SightlineProcess.RunAsync(server.Data, ["project", "add", "Shop", "--json", "--data", server.Data]);
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(server, added.Json.GetProperty("public_key").GetString()!));
    }

    [Fact]
    public async Task So_it_is_for_Matomo_single_and_bulk_and_a_bulk_of_unknown_sites_asks_once()
    {
        await using var server = await StartAsync();
        var elsewhere = new ProjectStore(SettingsDb.Open(server.Data, TimeProvider.System), TimeProvider.System);
        var single = elsewhere.Add("Single");
        using var hit = await server.Client.GetAsync($"/matomo.php?idsite={single.Id}&rec=1&url=https%3A%2F%2Fshop.example%2F", Cancel);
        Assert.True(hit.IsSuccessStatusCode);
        var bulk = elsewhere.Add("Bulk");
        var before = server.Path.Projects.Looks;
        var unknown = Enumerable.Range(1000, 50).Select(site => $"\"?idsite={site}&rec=1&url=https://shop.example/\"");
        using var hits = await server.Client.PostAsync(
            "/matomo.php", new StringContent($$"""{"requests":["?idsite={{bulk.Id}}&rec=1&url=https://shop.example/",{{string.Join(',', unknown)}}]}"""), Cancel);
        Assert.Contains("\"tracked\":1", await hits.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(1, server.Path.Projects.Looks - before);
        Assert.Equal(2, await server.StoredEventsAsync());
    }

    [Fact]
    public async Task A_flood_of_unknown_keys_reads_the_settings_no_more_often_than_the_bound()
    {
        await using var server = await StartAsync();
        var started = Stopwatch.GetTimestamp();
        var before = server.Path.Projects.Looks;
        var refused = 0;
        // At the gate, where 20,000 a second are easily passed.
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await server.Path.Gate.LookAgainAsync();
                Interlocked.Increment(ref refused);
            }
        }, Cancel)));
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async client =>
        {
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(server, $"Nobody{client}x{i}"));
            }
        }));
        var intervals = Stopwatch.GetElapsedTime(started) / ProjectDirectory.LookEvery;
        Assert.Equal(20_000, refused);
        Assert.InRange(server.Path.Projects.Looks - before, 1, (long)intervals + 1);
    }

    private static async Task<ServerUnderTest> StartAsync()
    {
        var server = await ServerUnderTest.StartAsync();
        // Without one it would be a bot.
        server.Client.DefaultRequestHeaders.UserAgent.ParseAdd(Tracker.Chromium.UserAgent);
        return server;
    }

    private static async Task<HttpStatusCode> SendAsync(ServerUnderTest server, string key)
    {
        using var answer = await server.Client.PostAsync(
            "/api/event", new StringContent($$"""{"key":"{{key}}","name":"pageview","url":"https://shop.example/"}"""), Cancel);
        return answer.StatusCode;
    }
}
