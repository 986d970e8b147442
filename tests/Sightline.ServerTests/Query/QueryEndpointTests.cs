using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Server;
using Sightline.Server.Query;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Query;

public sealed class QueryEndpointTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_event_that_was_sent_is_in_the_answer()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var token = server.AddToken(project: project.Id);
        server.Client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        using var sent = await server.Client.PostAsync(
            "/api/event", new StringContent($$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"https://a.example/shop"}"""), TestContext.Current.CancellationToken);
        Assert.True(sent.IsSuccessStatusCode);
        await server.DrainAsync();
        using var answer = JsonDocument.Parse(await server.QueryAsync(Query(project.Id, """ "dimensions":["page:path"] """), token));
        var row = Assert.Single(answer.RootElement.GetProperty("rows").EnumerateArray());
        Assert.Equal("/shop", row.GetProperty("dimensions")[0].GetString());
        Assert.Equal(1, row.GetProperty("metrics")[0].GetInt32());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer nobody")]
    [InlineData("Basic dXNlcjpwYXNz")]
    public async Task Without_a_valid_token_nothing_is_told_and_the_body_is_not_read(string? authorization)
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var response = await PostAsync(server, "no query at all", authorization);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        await AssertErrorAsync(response, HttpStatusCode.Unauthorized, "unauthorized", at: null);
    }

    [Fact]
    public async Task A_token_without_the_scope_read_is_forbidden()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        using var response = await PostAsync(server, Query(project.Id), "Bearer " + server.AddToken(TokenScopes.Ingest));
        await AssertErrorAsync(response, HttpStatusCode.Forbidden, "forbidden", at: null);
    }

    [Fact]
    public async Task A_project_that_the_token_cannot_see_is_as_one_that_does_not_exist()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var (own, other) = (server.AddProject("Own"), server.AddProject("Other"));
        var token = "Bearer " + server.AddToken(project: own.Id);
        using var hidden = await PostAsync(server, Query(other.Id), token);
        using var missing = await PostAsync(server, Query(4711), token);
        using var seen = await PostAsync(server, Query(own.Id), token);
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        Assert.Equal(
            await AssertErrorAsync(hidden, HttpStatusCode.NotFound, "not_found", at: "project"),
            await AssertErrorAsync(missing, HttpStatusCode.NotFound, "not_found", at: "project"));
    }

    [Theory]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":"7d","filters":["and",[["is","page:path",["/"]],["is","page:nothing",["/"]]]]}""", "filters[1][1][1]")]
    [InlineData("""{"project":1,"metrics":["visitors","visitors"],"range":"7d"}""", "metrics[1]")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":"7d","filters":["matches","page:path",["("]]}""", "filters[2]")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":"7d","filters":["segment",9]}""", "filters[1]")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":"7d","nothing":1}""", "nothing")]
    public async Task A_wrong_query_is_refused_with_the_place_of_its_mistake(string query, string at)
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        Assert.Equal(1u, project.Id);
        using var response = await PostAsync(server, query, "Bearer " + server.AddToken());
        await AssertErrorAsync(response, HttpStatusCode.BadRequest, "invalid_query", at);
    }

    [Fact]
    public async Task A_query_longer_than_one_may_be_is_refused()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        using var response = await PostAsync(server, Query(project.Id) + new string(' ', 70_000), "Bearer " + server.AddToken());
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_query_that_takes_longer_than_it_may_is_refused_as_over_the_limit()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { QueryTimeout = TimeSpan.FromMilliseconds(100) });
        var project = server.AddProject();
        FillForMinutes(server.Path, project.Id);
        using var response = await PostAsync(server, SlowQuery(project.Id), "Bearer " + server.AddToken());
        await AssertErrorAsync(response, HttpStatusCode.UnprocessableEntity, "over_limit", at: null);
    }

    [Fact]
    public async Task A_client_that_hangs_up_stops_its_query()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { QueryTimeout = TimeSpan.FromHours(1) });
        var project = server.AddProject();
        FillForMinutes(server.Path, project.Id);
        var service = server.Services.GetRequiredService<QueryService>();
        var token = "Bearer " + server.AddToken();
        using CancellationTokenSource hangUp = new();
        var asked = PostAsync(server, SlowQuery(project.Id), token, hangUp.Token);
        await UntilAsync(() => service.Running == 1);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await UntilAsync(() => service.Running == 0);
        using var next = await PostAsync(server, Query(project.Id), token);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using CancellationTokenSource patience = new(Patience);
        while (!holds())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    /// <summary>One endless visit of many events.</summary>
    private static void FillForMinutes(DataPath path, uint project)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using var writer = path.Store.OpenSnapshot(project, 0, long.MaxValue);
        writer.Connection.Execute("ROLLBACK");
        writer.Connection.Execute($"""
            INSERT INTO sessions SELECT {project}, 1, 1, 0, true, false, {now - 3_600_000}, {now}, {now}, 0, 0, 0, 0, 0, false, 1, 0, 0, 0, {string.Join(", ", Enumerable.Repeat("0", 20))};
            INSERT INTO events SELECT {project}, {now - 3_600_000} + i, 1, {(int)EventKind.PageView}, 0, 0, 0, 0, json_object('x', repeat(i::VARCHAR, 20)), NULL, 0, 0, 255
            FROM range(200000) r(i);
            """);
    }

    /// <summary>Over those events, minutes of work: hundreds of expressions for each, none of which matches.</summary>
    private static string SlowQuery(uint project) => Query(
        project, $$""" "filters":["matches","event:props.x",[{{string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"(a|[0-9])*{i}b\""))}}]] """);

    private static string Query(uint project, string more = "\"offset\":0") => $$"""{"project":{{project}},"metrics":["visitors"],"range":"7d",{{more}}}""";

    private static async Task<HttpResponseMessage> PostAsync(
        ServerUnderTest server, string body, string? authorization, CancellationToken? cancellation = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/query") { Content = new StringContent(body) };
        request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        return await server.Client.SendAsync(request, cancellation ?? TestContext.Current.CancellationToken);
    }

    /// <returns>The body.</returns>
    private static async Task<string> AssertErrorAsync(HttpResponseMessage response, HttpStatusCode status, string error, string? at)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        using var json = JsonDocument.Parse(body);
        Assert.Equal(error, json.RootElement.GetProperty("error").GetString());
        Assert.NotEqual("", json.RootElement.GetProperty("message").GetString());
        Assert.Equal(at, json.RootElement.TryGetProperty("at", out var place) ? place.GetString() : null);
        return body;
    }
}
