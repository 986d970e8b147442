using System.Net;
using Dapper;

namespace Sightline.ServerTests.Pages;

/// <summary>What people see of addresses that are nothing and of pages that fail; programs see the status.</summary>
public sealed class ErrorPagesTests : IAsyncLifetime
{
    private ServerUnderTest _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Nothing_is_said_by_a_page_to_a_browser_and_by_a_status_to_a_program()
    {
        var (status, text) = await AskAsync("/nowhere", "text/html,application/xhtml+xml");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("<h1>No such page</h1>", text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, ""), await AskAsync("/nowhere", "application/json"));
        Assert.Equal((HttpStatusCode.NotFound, ""), await AskAsync("/nowhere", "text/html", HttpMethod.Post));
    }

    [Fact]
    public async Task A_page_that_fails_says_so_and_not_why()
    {
        using var browser = await _server.SignInAsync();
        _server.Path.Settings.Write(connection => connection.Execute("DROP TABLE activity"));
        var (status, text) = await AskAsync("/activity", "text/html", session: browser.Session);
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains("<h1>Something went wrong</h1>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("no such table", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SQLite", text, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(string path, string accept, HttpMethod? method = null, string? session = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        if (session is not null)
        {
            request.Headers.Add("Cookie", $"sightline={session}");
        }

        using var answer = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
