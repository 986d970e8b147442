using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Query;

public sealed class SegmentTests
{
    [Fact]
    public async Task A_query_follows_its_segment_at_once_although_answers_are_cached()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var token = server.AddToken(TokenScopes.Read | TokenScopes.Write, project.Id);
        await SendEventsAsync(server, project.PublicKey, "/shop", "/shop", "/blog");
        var id = await AddAsync(server, project.Id, token, """{"name":"Shop","filter":["is","page:path",["/shop"]]}""");
        var query = $$"""{"project":{{project.Id}},"metrics":["page_views"],"range":"7d","filters":["segment",{{id}}]}""";
        Assert.Equal((2, "miss"), await PageViewsAsync(server, query, token));
        Assert.Equal((2, "hit"), await PageViewsAsync(server, query, token));
        using var changed = await SendAsync(server, HttpMethod.Put, $"{project.Id}/segments/{id}", token, """{"name":"Blog","filter":["is","page:path",["/blog"]]}""");
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(1, (await PageViewsAsync(server, query, token)).Views);
        using var removed = await SendAsync(server, HttpMethod.Delete, $"{project.Id}/segments/{id}", token);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => server.QueryAsync(query, token));
        Assert.Contains("there is no segment", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segments_are_listed_by_name_and_are_their_projects_own()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var (own, other) = (server.AddProject("Own"), server.AddProject("Other"));
        var token = server.AddToken(TokenScopes.Read | TokenScopes.Write);
        var b = await AddAsync(server, own.Id, token, """{"name":"b","filter":["is_set","visit:country"]}""");
        var a = await AddAsync(server, own.Id, token, $$"""{"name":" a ","filter":["and",[["segment",{{b}}],["not",["is","visit:device",["Mobile"]]]]]}""");
        using var list = await SendAsync(server, HttpMethod.Get, $"{own.Id}/segments", token);
        Assert.Equal(
            $$"""{"segments":[{"id":{{a}},"name":"a","filter":["and",[["segment",{{b}}],["is_not","visit:device",["Mobile"]]]],"shared":true},{"id":{{b}},"name":"b","filter":["is_set","visit:country"],"shared":true}]}""",
            await list.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var elsewhere = await SendAsync(server, HttpMethod.Get, $"{other.Id}/segments", token);
        Assert.Equal("""{"segments":[]}""", await elsewhere.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await RefusedAsync(server, HttpMethod.Get, $"{other.Id}/segments/{b}", token, null, HttpStatusCode.NotFound, "not_found", null);
        await RefusedAsync(server, HttpMethod.Put, $"{other.Id}/segments/{b}", token, """{"name":"x","filter":["is_set","goal"]}""", HttpStatusCode.NotFound, "not_found", null);
        await RefusedAsync(server, HttpMethod.Delete, $"{own.Id}/segments/{b}", token, null, HttpStatusCode.Conflict, "in_use", null);
        var query = $$"""{"project":{{other.Id}},"metrics":["visits"],"range":"7d","filters":["or",[["segment",{{a}}]]]}""";
        await RefusedAsync(server, HttpMethod.Post, "../query", token, query, HttpStatusCode.BadRequest, "invalid_query", "filters[1][0][1]");
    }

    [Theory]
    [InlineData("""{"name":"x","filter":["is","page:nothing",["/"]]}""", "invalid_query", "filter[1]")]
    [InlineData("""{"name":"x","filter":["or",[["is_set","goal"],["matches","page:path",["("]]]]}""", "invalid_query", "filter[1][1][2]")]
    [InlineData("""{"name":"x","filter":["not",["segment",77]]}""", "invalid_query", "filter[1][1]")]
    [InlineData("""{"name":"x","filter":[]}""", "invalid_query", "filter")]
    [InlineData("""{"name":"x"}""", "invalid_query", "filter")]
    [InlineData("""{"name":"x","filter":["is_set","goal"],"color":"red"}""", "invalid_query", "color")]
    [InlineData("""{"name":" ","filter":["is_set","goal"]}""", "invalid_setting", "name")]
    [InlineData("""{"name":"Taken","filter":["is_set","goal"]}""", "invalid_setting", "name")]
    [InlineData("""["name"]""", "invalid_query", "")]
    public async Task A_segment_that_cannot_be_kept_is_refused_with_the_place_of_its_mistake(string body, string error, string at)
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var token = server.AddToken(TokenScopes.Write);
        await AddAsync(server, project.Id, token, """{"name":"Taken","filter":["is_set","goal"]}""");
        await RefusedAsync(server, HttpMethod.Post, $"{project.Id}/segments", token, body, HttpStatusCode.BadRequest, error, at);
    }

    [Fact]
    public async Task A_segment_never_contains_itself_nor_too_many_others()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var token = server.AddToken(TokenScopes.Read | TokenScopes.Write);
        var first = await AddAsync(server, project.Id, token, """{"name":"0","filter":["is_set","goal"]}""");
        var last = first;
        for (var i = 1; i < 8; i++)
        {
            last = await AddAsync(server, project.Id, token, $$"""{"name":"{{i}}","filter":["segment",{{last}}]}""");
        }
        var deepest = $$"""{"project":{{project.Id}},"metrics":["visits"],"range":"7d","filters":["segment",{{last}}]}""";
        using var answer = await SendAsync(server, HttpMethod.Post, "../query", token, deepest);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await RefusedAsync(
            server, HttpMethod.Post, $"{project.Id}/segments", token, $$"""{"name":"8","filter":["segment",{{last}}]}""", HttpStatusCode.BadRequest, "invalid_query", "filter[1]");
        foreach (var inside in (long[])[first, first + 1, last])
        {
            await RefusedAsync(
                server, HttpMethod.Put, $"{project.Id}/segments/{first}", token, $$"""{"name":"0","filter":["has_done",["segment",{{inside}}]]}""",
                HttpStatusCode.BadRequest, "invalid_query", "filter[1][1]");
        }
    }

    [Fact]
    public async Task Changing_segments_takes_the_scope_write()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var (own, other) = (server.AddProject("Own"), server.AddProject("Other"));
        const string Body = """{"name":"x","filter":["is_set","goal"]}""";
        await RefusedAsync(server, HttpMethod.Get, $"{own.Id}/segments", "nobody", null, HttpStatusCode.Unauthorized, "unauthorized", null);
        await RefusedAsync(server, HttpMethod.Post, $"{own.Id}/segments", server.AddToken(), Body, HttpStatusCode.Forbidden, "forbidden", null);
        var onlyOwn = server.AddToken(TokenScopes.Write, own.Id);
        await RefusedAsync(server, HttpMethod.Post, $"{other.Id}/segments", onlyOwn, Body, HttpStatusCode.NotFound, "not_found", null);
        Assert.True(await AddAsync(server, own.Id, onlyOwn, Body) > 0);
        await RefusedAsync(server, HttpMethod.Get, $"{own.Id}/segments", onlyOwn, null, HttpStatusCode.Forbidden, "forbidden", null);
    }

    private static async Task SendEventsAsync(ServerUnderTest server, string key, params string[] paths)
    {
        server.Client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        foreach (var path in paths)
        {
            using var sent = await server.Client.PostAsync("/api/event",
                new StringContent($$"""{"key":"{{key}}","name":"pageview","url":"https://a.example{{path}}"}"""), TestContext.Current.CancellationToken);
            Assert.True(sent.IsSuccessStatusCode);
        }
        await server.DrainAsync();
    }

    private static async Task<(int Views, string Cache)> PageViewsAsync(ServerUnderTest server, string query, string token)
    {
        using var answer = JsonDocument.Parse(await server.QueryAsync(query, token));
        return (answer.RootElement.GetProperty("rows")[0].GetProperty("metrics")[0].GetInt32(), answer.RootElement.GetProperty("meta").GetProperty("cache").GetString()!);
    }

    private static async Task<long> AddAsync(ServerUnderTest server, uint project, string token, string body)
    {
        using var response = await SendAsync(server, HttpMethod.Post, $"{project}/segments", token, body);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.Created, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("id").GetInt64();
    }

    private static async Task RefusedAsync(
        ServerUnderTest server, HttpMethod method, string path, string token, string? body, HttpStatusCode status, string error, string? at)
    {
        using var response = await SendAsync(server, method, path, token, body);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((status, error), (response.StatusCode, json.RootElement.GetProperty("error").GetString()));
        Assert.Equal(at, json.RootElement.TryGetProperty("at", out var place) ? place.GetString() : null);
    }

    private static async Task<HttpResponseMessage> SendAsync(ServerUnderTest server, HttpMethod method, string path, string token, string? body = null)
    {
        using HttpRequestMessage request = new(method, new Uri("/api/v1/projects/" + path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
