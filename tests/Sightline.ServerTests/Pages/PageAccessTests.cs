using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Pages;

public sealed class PageAccessTests
{
    [Fact]
    public async Task A_browser_on_this_machine_sees_pages_when_that_is_on()
    {
        await using var open = await PagesApp.StartAsync();
        open.Projects.Add("Shop");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(open, "/projects/1"));
        await using var closed = await PagesApp.StartAsync(o => o with { LocalAccess = false });
        closed.Projects.Add("Shop");
        var (answer, _) = await closed.GetAsync("/projects/1");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Basic", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        Assert.Empty(closed.Stats.Asked);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(closed, "/"));
    }

    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Host", "evil.example.com")]
    [InlineData("Host", "localhost.evil.example.com")]
    public async Task A_request_that_was_passed_on_is_not_local(string header, string value)
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, "/projects/1", r => r.Headers.TryAddWithoutValidation(header, value)));
    }

    [Fact]
    public async Task A_request_of_http_1_0_is_not_local()
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, "/projects/1", r => r.Version = HttpVersion.Version10));
    }

    [Fact]
    public async Task A_token_opens_what_it_may_read_from_anywhere()
    {
        await using var app = await PagesApp.StartAsync(o => o with { LocalAccess = false });
        app.Projects.Add("First");
        app.Projects.Add("Second");
        var all = app.Tokens.Add("all", TokenScopes.Read, null).Secret;
        var first = app.Tokens.Add("first", TokenScopes.Read, 1).Secret;
        var ingest = app.Tokens.Add("ingest", TokenScopes.Ingest, null).Secret;

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/projects/2", Bearer(all)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/projects/2", Basic(all)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/projects/1", Basic(first)));
        // What a token may not see does not exist for it.
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, "/projects/2", Bearer(first)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, "/projects/3", Bearer(first)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, "/projects/1", Bearer(ingest)));

        var list = (await app.GetAsync("/", Bearer(first))).Body;
        Assert.Contains("First", list, StringComparison.Ordinal);
        Assert.DoesNotContain("Second", list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer slt_0000")]
    [InlineData("Basic !!!")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Digest x")]
    public async Task A_wrong_token_is_refused_even_on_this_machine(string authorization)
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, "/projects/1", r => r.Headers.TryAddWithoutValidation("Authorization", authorization)));
    }

    private static Action<HttpRequestMessage> Bearer(string token) => request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private static Action<HttpRequestMessage> Basic(string token) => request =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anyone:{token}")));

    private static async Task<HttpStatusCode> StatusAsync(PagesApp app, string path, Action<HttpRequestMessage>? change = null) =>
        (await app.GetAsync(path, change)).Answer.StatusCode;
}
