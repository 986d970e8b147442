using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Projects;

public sealed class ProjectsApiTests
{
    private const string Browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_came_is_stored_or_dropped_with_a_reason_and_the_numbers_add_up()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject("Shop", new ProjectChange { Domains = ["shop.example"] });
        var token = server.AddToken();
        async Task SendAsync(string events, string userAgent)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent(events.Replace("KEY", project.PublicKey, StringComparison.Ordinal)) };
            request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
            using var response = await server.Client.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        await SendAsync("""[{"key":"KEY","name":"pageview","url":"https://shop.example/"},{"key":"KEY","name":"pageview","url":"https://evil.example/"},{"key":"KEY"},7]""", Browser);
        await SendAsync("""{"key":"KEY","name":"pageview","url":"https://shop.example/"}""", "curl/8.5.0");
        await server.DrainAsync();

        using var json = JsonDocument.Parse(await GetAsync(server, $"/api/v1/projects/{project.Id}/drops?range=day", token));
        var root = json.RootElement;
        Assert.Equal(5, root.GetProperty("received").GetInt32());
        Assert.Equal(1, root.GetProperty("stored").GetInt32());
        Assert.Equal(4, root.GetProperty("dropped").GetInt32());
        Assert.Equal(
            ["bot", "host", "malformed", "missing_field"],
            root.GetProperty("drops").EnumerateArray().Select(line => line.GetProperty("reason").GetString()!).Order());
        Assert.Contains("evil.example", root.GetProperty("drops").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_sees_its_project_and_no_other()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var (mine, other) = (server.AddProject("Mine"), server.AddProject("Other"));
        var token = server.AddToken(TokenScopes.Read, mine.Id);
        using var list = JsonDocument.Parse(await GetAsync(server, "/api/v1/projects", token));
        Assert.Equal([mine.PublicKey], list.RootElement.EnumerateArray().Select(project => project.GetProperty("public_key").GetString()));
        Assert.Contains(mine.PublicKey, await GetAsync(server, $"/api/v1/projects/{mine.Id}", token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(server, HttpMethod.Get, $"/api/v1/projects/{other.Id}", token));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(server, HttpMethod.Get, $"/api/v1/projects/{other.Id}/drops", token));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(server, HttpMethod.Get, "/api/v1/projects/99999999999", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, HttpMethod.Get, "/api/v1/projects", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, HttpMethod.Get, "/api/v1/projects", "slt_wrong"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, HttpMethod.Get, "/api/v1/projects", server.AddToken(TokenScopes.Ingest)));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(server, HttpMethod.Get, $"/api/v1/projects/{mine.Id}/drops?range=yesterday", token));
    }

    [Fact]
    public async Task Only_an_admin_of_all_projects_adds_one()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var first = server.AddProject();
        const string body = """{"name":"Blog","domains":["blog.example"],"timezone":"Europe/Berlin"}""";
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, HttpMethod.Post, "/api/v1/projects", server.AddToken(), body));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, HttpMethod.Post, "/api/v1/projects", server.AddToken(TokenScopes.Admin, first.Id), body));
        var admin = server.AddToken(TokenScopes.Admin);
        Assert.Equal(HttpStatusCode.Created, await StatusAsync(server, HttpMethod.Post, "/api/v1/projects", admin, body));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(server, HttpMethod.Post, "/api/v1/projects", admin, """{"name":"x","timezone":"Mars/Olympus"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(server, HttpMethod.Post, "/api/v1/projects", admin, "{"));
        Assert.Equal("Europe/Berlin", server.Path.Projects.All.Single(project => project.Name == "Blog").TimeZone);
    }

    [Fact]
    public async Task The_data_of_a_removed_project_go()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var (kept, removed) = (server.AddProject("Kept"), server.AddProject("Removed"));
        foreach (var project in new[] { kept, removed })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event")
            {
                Content = new StringContent($$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"https://shop.example/"}"""),
            };
            request.Headers.TryAddWithoutValidation("User-Agent", Browser);
            using var response = await server.Client.SendAsync(request, Cancel);
        }

        Assert.Equal(2, await server.StoredEventsAsync());
        new ProjectStore(server.Path.Settings, TimeProvider.System).Remove(removed.Id);
        using var keeper = new Server.StoreKeeper(server.Path, Microsoft.Extensions.Logging.Abstractions.NullLogger<Server.StoreKeeper>.Instance);
        keeper.RunOnce(Cancel);
        Assert.Equal(1, await server.StoredEventsAsync());
        Assert.NotNull(server.Path.Store.NewestEventMs(kept.Id));
        Assert.Null(server.Path.Store.NewestEventMs(removed.Id));
    }

    private static async Task<string> GetAsync(ServerUnderTest server, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await server.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task<HttpStatusCode> StatusAsync(ServerUnderTest server, HttpMethod method, string path, string? token, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await server.Client.SendAsync(request, Cancel);
        return response.StatusCode;
    }
}
