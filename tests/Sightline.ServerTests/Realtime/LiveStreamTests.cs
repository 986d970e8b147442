using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Server.Features.Realtime;
using Sightline.ServerTests.Tracker;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Realtime;

public sealed class LiveStreamTests
{
    [Fact]
    public async Task Events_come_as_they_are_stored_and_go_on_where_they_were_after_a_restart()
    {
        await using var server = await ServerUnderTest.StartLocalAsync();
        var project = server.AddProject();
        await SendAsync(server, project, "/one");
        await server.DrainAsync();
        string id;
        using (var stream = await OpenAsync(server, null))
        {
            var first = await TickAsync(stream);
            Assert.Equal(1, first.Data.GetProperty("visitors").GetInt32());
            Assert.Equal(["/one"], Texts(first.Data));
            Assert.Equal(30, first.Data.GetProperty("minutes").GetArrayLength());
            await SendAsync(server, project, "/two");
            (string Id, JsonElement Data) next;
            do
            {
                next = await TickAsync(stream);
            }
            while (Texts(next.Data).Count == 0);

            // Only what is new; the numbers are whole.
            Assert.Equal(["/two"], Texts(next.Data));
            Assert.Equal(2, next.Data.GetProperty("views").GetInt32());
            id = next.Id;
        }

        await SendAsync(server, project, "/three");
        await server.DrainAsync();
        await server.RestartAsync();
        using (var stream = await OpenAsync(server, id))
        {
            var tick = await TickAsync(stream);
            Assert.Equal(["/three"], Texts(tick.Data));
            Assert.Equal(3, tick.Data.GetProperty("views").GetInt32());
            Assert.Equal(["/one", "/three", "/two"], tick.Data.GetProperty("pages").EnumerateArray().Select(row => row.GetProperty("label").GetString()!).Order());
        }
    }

    [Fact]
    public async Task Only_who_may_read_the_project_listens()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { LocalAccess = false });
        server.AddProject();
        server.AddProject("Other");
        var token = server.AddToken(TokenScopes.Read, 1);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(server, 1, null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(server, 2, token)).StatusCode);
        using var answer = await AskAsync(server, 1, token);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("no-store", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_ends_soon_after_the_session_or_token_that_opened_it()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        using var bySession = await ReadAsync(await owner.Client.GetAsync("/api/v1/projects/1/live", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        using var byToken = await ReadAsync(await AskAsync(server, 1, server.AddToken(TokenScopes.Read, 1)));
        using var other = await ReadAsync(await AskAsync(server, 1, server.AddToken(TokenScopes.Read, 1)));
        foreach (var stream in new[] { bySession, byToken, other })
        {
            await TickAsync(stream);
        }

        using var elsewhere = await server.SignInAsync();
        await elsewhere.SubmitAsync("/account", "/account/sessions/end-others");
        await elsewhere.SubmitAsync("/tokens", "/tokens/1/revoke");
        await EndAsync(bySession);
        await EndAsync(byToken);
        // What nobody took away goes on.
        await Assert.ThrowsAsync<TimeoutException>(() => EndAsync(other, TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task A_stream_ends_soon_after_its_reader_has_lost_the_role()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        server.AddProject("Other");
        var users = new UserStore(server.Path.Settings, TimeProvider.System);
        var leaver = server.AddUser("leaver@example.com", Role.Viewer, 1);
        var stayer = server.AddUser("stayer@example.com", Role.Viewer, 1);
        using var leaving = await server.SignInAsync(leaver.Email);
        using var staying = await server.SignInAsync(stayer.Email);
        using var ending = await ReadAsync(await leaving.Client.GetAsync("/api/v1/projects/1/live", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        using var going = await ReadAsync(await staying.Client.GetAsync("/api/v1/projects/1/live", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        await TickAsync(ending);
        await TickAsync(going);
        // Another role does: what counts is the right to read.
        users.SetRole(stayer.Id, 1, Role.Editor);
        users.SetRole(leaver.Id, 2, Role.Editor);
        Assert.True(users.RemoveRole(leaver.Id, 1));
        await EndAsync(ending);
        await Assert.ThrowsAsync<TimeoutException>(() => EndAsync(going, TimeSpan.FromSeconds(3)));
        Assert.Equal(HttpStatusCode.NotFound, (await leaving.GetAsync("/api/v1/projects/1/live")).Status);
    }

    [Fact]
    public async Task A_stream_ends_with_a_session_that_nobody_uses_though_the_stream_itself_is_open()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await ServerUnderTest.StartAsync(time);
        server.AddProject();
        using var owner = await server.SignInAsync();
        using var stream = await ReadAsync(await owner.Client.GetAsync("/api/v1/projects/1/live", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        await TickAsync(stream);
        time.Advance(Server.Access.SessionCookie.IdleHere - TimeSpan.FromMinutes(1));
        Assert.NotNull(await stream.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromMinutes(1));
        await EndAsync(stream);
        Assert.Equal(HttpStatusCode.Unauthorized, (await owner.GetAsync("/api/v1/projects/1/live")).Status);
    }

    private static async Task<StreamReader> ReadAsync(HttpResponseMessage answer) => new(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

    private static async Task EndAsync(StreamReader stream, TimeSpan? within = null) =>
        await stream.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(within ?? TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_stopping_server_does_not_wait_for_its_listeners()
    {
        var server = await ServerUnderTest.StartLocalAsync();
        server.AddProject();
        using var stream = await OpenAsync(server, null);
        await TickAsync(stream);
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task However_many_look_it_is_looked_up_once()
    {
        FakeTimeProvider time = new();
        var looks = 0;
        TaskCompletionSource release = new();
        using ProjectFeed feed = new(async version =>
        {
            Interlocked.Increment(ref looks);
            await release.Task;
            return new LiveMoment(version, 1, 1, [], [], [], [], []);
        }, time);
        var waiting = Enumerable.Range(0, 200).Select(_ => feed.LatestAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken)).ToArray();
        release.SetResult();
        Assert.All(await Task.WhenAll(waiting), moment => Assert.Equal(1, moment.Version));
        Assert.Equal(1, looks);

        // Who waits for the next is told of it, and gets the newest, not those between.
        var next = feed.NextAsync(1, TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await feed.LatestAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal(2, (await next)!.Version);
        var quiet = feed.NextAsync(2, TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(await quiet);
    }

    private static List<string> Texts(JsonElement tick) => [.. tick.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("text").GetString()!)];

    private static async Task SendAsync(ServerUnderTest server, Project project, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent($$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"https://site.example{{path}}","visitor_id":"v"}""") };
        request.Headers.UserAgent.ParseAdd(Chromium.UserAgent);
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(ServerUnderTest server, int project, string? token, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/projects/{project}/live");
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private static async Task<StreamReader> OpenAsync(ServerUnderTest server, string? lastId) =>
        new(await (await AskAsync(server, 1, server.AddToken(), lastId)).Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

    private static async Task<(string Id, JsonElement Data)> TickAsync(StreamReader stream)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(20));
        var id = "";
        while (await stream.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return (id, JsonDocument.Parse(line[6..]).RootElement);
            }
        }

        throw new EndOfStreamException("the stream ended without another tick");
    }
}
