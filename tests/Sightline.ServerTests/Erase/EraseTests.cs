using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.ServerTests.Cli;
using Sightline.ServerTests.Tracker;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Erase;

public sealed class EraseTests
{
    [Fact]
    public async Task A_person_is_handed_out_and_then_gone_from_numbers_lists_and_samples()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var (admin, reader) = (server.AddToken(TokenScopes.Admin, project.Id), server.AddToken(TokenScopes.Read, project.Id));
        // A browser before and after its person signed in, the person elsewhere, and somebody else. Nothing is waited for: what is in the log counts.
        await SendAsync(server, project, """{"name":"pageview","url":"https://site.example/private","visitor_id":"browser"}""");
        await SendAsync(server, project, """{"name":"signup","url":"https://site.example/welcome","visitor_id":"browser","user_id":"anna@example.com","props":{"plan":"pro"}}""");
        await SendAsync(server, project, """{"name":"pageview","url":"https://site.example/other","visitor_id":"other"}""");
        await SendAsync(server, project, """{"name":"pageview","url":"https://elsewhere.example/u/anna%40example.com","visitor_id":"other","id":"twice"}""");
        await SendAsync(server, project, """{"name":"pageview","url":"https://elsewhere.example/u/anna%40example.com","visitor_id":"other","id":"twice"}""");
        await server.DrainAsync();
        var query = $$"""{"project":{{project.Id}},"metrics":["visitors","events"],"range":"day"}""";
        Assert.Contains("[3,4]", await server.QueryAsync(query, reader), StringComparison.Ordinal);
        Assert.Contains("[3,4]", await server.QueryAsync(query, reader), StringComparison.Ordinal);

        using (var export = await AskAsync(server, HttpMethod.Get, "/api/v1/people/anna%40example.com/export?project=1", admin))
        {
            Assert.Equal((HttpStatusCode.OK, "no-store"), (export.StatusCode, export.Headers.CacheControl!.ToString()));
            Assert.Equal("person-1.json", export.Content.Headers.ContentDisposition!.FileName);
            var json = await JsonAsync(export);
            Assert.Equal("anna@example.com", json.GetProperty("person").GetString());
            Assert.Equal(["/private", "/welcome"], json.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("path").GetString()!).Order());
            Assert.Equal(2, json.GetProperty("visits").GetArrayLength());
        }

        Assert.Empty(Directory.GetFiles(server.Data, "export-*"));
        await SendAsync(server, project, """{"name":"pageview","url":"https://site.example/last","visitor_id":"browser","user_id":"anna@example.com"}""");
        using (var answer = await AskAsync(server, HttpMethod.Post, "/api/v1/erase", admin, """{"project":1,"person":" anna@example.com "}"""))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var json = await JsonAsync(answer);
            Assert.Equal(("person", 3, 2, 2, 1), (json.GetProperty("erased").GetString(), json.GetProperty("events").GetInt32(), json.GetProperty("visits").GetInt32(),
                json.GetProperty("visitors").GetInt32(), json.GetProperty("samples").GetInt32()));
        }

        Assert.Contains("[1,2]", await server.QueryAsync(query, reader), StringComparison.Ordinal);
        Assert.Equal(2, await server.StoredEventsAsync());
        using (var export = await AskAsync(server, HttpMethod.Get, "/api/v1/people/anna%40example.com/export?project=1", admin))
        {
            Assert.Equal(0, (await JsonAsync(export)).GetProperty("events").GetArrayLength());
        }

        using (var visitor = await AskAsync(server, HttpMethod.Post, "/api/v1/erase", admin, """{"project":1,"visitor":"other"}"""))
        {
            Assert.Equal(2, (await JsonAsync(visitor)).GetProperty("events").GetInt32());
        }

        // Who did it when, and how many; not whose they were.
        var activity = server.Services.GetRequiredService<ActivityLog>().List(project.Id, 10, 0);
        Assert.Equal(["erased a visitor", "exported a person", "erased a person", "exported a person"], activity.Select(entry => entry.Action));
        Assert.EndsWith(": 3 events", activity[2].Subject, StringComparison.Ordinal);
        Assert.All(activity, entry => Assert.DoesNotContain("anna", entry.Subject, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Only_an_admin_of_the_project_erases_and_hands_out()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject("Own");
        server.AddProject("Other");
        const string other = """{"project":2,"person":"x"}""";
        var own = server.AddToken(TokenScopes.Admin, 1);
        foreach (var (token, project, expected) in new[]
        {
            (null, 1, HttpStatusCode.Unauthorized),
            (server.AddToken(TokenScopes.Read | TokenScopes.Write | TokenScopes.Ingest), 1, HttpStatusCode.Forbidden),
            (own, 2, HttpStatusCode.NotFound),
            (server.AddToken(TokenScopes.Admin), 3, HttpStatusCode.NotFound),
            (own, 1, HttpStatusCode.OK),
        })
        {
            using var erase = await AskAsync(server, HttpMethod.Post, "/api/v1/erase", token, other.Replace("2", project.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
            using var export = await AskAsync(server, HttpMethod.Get, $"/api/v1/people/x/export?kind=visitor&project={project}", token);
            Assert.Equal((expected, expected), (erase.StatusCode, export.StatusCode));
        }

        // Who is admin of one project and viewer of another.
        var user = server.AddUser("two@example.com", Role.Admin, 1);
        server.Services.GetRequiredService<UserStore>().SetRole(user.Id, 2, Role.Viewer);
        using var browser = await server.SignInAsync("two@example.com");
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Client.GetAsync("/api/v1/people/x/export?project=2", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.Client.GetAsync("/api/v1/people/x/export?project=1", TestContext.Current.CancellationToken)).StatusCode);

        foreach (var wrong in new[] { "", "[]", """{"project":1}""", """{"person":"x"}""", """{"project":1,"person":"x","visitor":"y"}""", """{"project":1,"person":" "}""", """{"project":1,"person":7}""", """{"project":1,"person":"x","all":true}""" })
        {
            using var answer = await AskAsync(server, HttpMethod.Post, "/api/v1/erase", own, wrong);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{wrong}: {answer.StatusCode}");
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(server, HttpMethod.Get, "/api/v1/people/x/export", own)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(server, HttpMethod.Get, "/api/v1/people/x/export?project=1&kind=cat", own)).StatusCode);
    }

    [Fact]
    public async Task While_events_come_in_what_was_acknowledged_before_is_erased_and_nobody_elses_is_missed()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var admin = server.AddToken(TokenScopes.Admin);
        using var stop = new CancellationTokenSource();
        var (sent, others) = (0, 0L);
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref sent);
                await SendAsync(server, project, $$"""[{"name":"pageview","url":"https://site.example/{{number}}","visitor_id":"target"},{"name":"pageview","url":"https://site.example/{{number}}","visitor_id":"v{{number % 7}}"}]""");
                Interlocked.Increment(ref others);
            }
        }));
        for (var round = 0; round < 5; round++)
        {
            var before = Interlocked.Read(ref others);
            while (Interlocked.Read(ref others) < before + 10)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            await SendAsync(server, project, $$"""{"name":"mark","url":"https://site.example/mark-{{round}}","visitor_id":"target"}""");
            using var answer = await AskAsync(server, HttpMethod.Post, "/api/v1/erase", admin, """{"project":1,"visitor":"target"}""");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True((await JsonAsync(answer)).GetProperty("events").GetInt32() > 10);
            using var snapshot = server.Path.Store.OpenSnapshot(1, 0, long.MaxValue);
            Assert.Equal(0, snapshot.Connection.ScalarLong("SELECT count(*) FROM strings WHERE text LIKE '/mark%' OR text = 'mark'", TestContext.Current.CancellationToken));
        }

        await stop.CancelAsync();
        await load;
        using var last = await AskAsync(server, HttpMethod.Post, "/api/v1/erase", admin, """{"project":1,"visitor":"target"}""");
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        Assert.Equal(others, await server.StoredEventsAsync());
        Assert.Empty(server.Path.Store.CheckIntegrity());
    }

    [Fact]
    public async Task The_command_line_erases_through_the_running_server_and_in_a_stopped_ones_directory()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        await SendAsync(server, project, """{"name":"pageview","url":"https://site.example/a","visitor_id":"one"}""");
        await SendAsync(server, project, """{"name":"pageview","url":"https://site.example/b","visitor_id":"two","user_id":"u"}""");
        await SendAsync(server, project, """{"name":"pageview","url":"https://site.example/c","visitor_id":"three"}""");
        var directory = Directory.CreateTempSubdirectory("sightline-erase-").FullName;
        Task<Finished> EraseAsync(params string[] arguments) => SightlineProcess.RunAsync(directory, ["erase", "--data", server.Data, .. arguments]);

        var running = await EraseAsync("--project", "1", "--visitor", "one", "--json");
        Assert.Equal((0, ""), (running.ExitCode, running.Error));
        Assert.Equal(("visitor", 1), (running.Json.GetProperty("erased").GetString(), running.Json.GetProperty("events").GetInt32()));
        Assert.Equal(2, await server.StoredEventsAsync());
        Assert.Equal(1, (await EraseAsync("--project", "9", "--person", "u")).ExitCode);
        Assert.Equal(2, (await EraseAsync("--project", "1")).ExitCode);
        Assert.Equal(2, (await EraseAsync("--project", "1", "--person", "u", "--visitor", "two")).ExitCode);

        // The last event is still in the log of a server that was not asked nicely.
        var copy = Path.Combine(directory, "data");
        CopyTo(server.Data, copy);
        var stopped = await SightlineProcess.RunAsync(directory, ["erase", "--data", copy, "--project", "1", "--person", "u"]);
        Assert.Equal((0, ""), (stopped.ExitCode, stopped.Error));
        Assert.StartsWith("Erased 1 events in 1 visits", stopped.Output, StringComparison.Ordinal);
        var again = await SightlineProcess.RunAsync(directory, ["erase", "--data", copy, "--project", "1", "--person", "u"]);
        Assert.StartsWith("Nothing is stored", again.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await SightlineProcess.RunAsync(directory, ["erase", "--data", copy, "--project", "9", "--person", "u"])).ExitCode);
        Directory.Delete(directory, recursive: true);
    }

    private static void CopyTo(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".sock", StringComparison.Ordinal) && !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = File.Create(target);
            file.CopyTo(copy);
        }
    }

    private static async Task SendAsync(ServerUnderTest server, Project project, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent(json.Replace("{\"name\"", $"{{\"key\":\"{project.PublicKey}\",\"name\"", StringComparison.Ordinal)) };
        request.Headers.UserAgent.ParseAdd(Chromium.UserAgent);
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(ServerUnderTest server, HttpMethod method, string path, string? token, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
}
