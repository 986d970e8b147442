using System.Net;
using System.Net.Http.Headers;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Access;

public sealed class TokenLookUpTests
{
    [Fact]
    public async Task A_token_that_another_process_added_counts_at_once_and_unknown_ones_are_looked_up_together()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        // Settings of their own: the server is told by nothing but the file.
        var elsewhere = new TokenStore(SettingsDb.OpenExisting(server.Data, TimeProvider.System), TimeProvider.System);
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(server, HttpMethod.Get, "/api/v1/projects/1/segments", elsewhere.Add("added", TokenScopes.Read, 1).Secret));
            Assert.NotEqual(HttpStatusCode.Unauthorized, await AskAsync(server, HttpMethod.Post, "/api/v1/query", elsewhere.Add("added", TokenScopes.Read, 1).Secret));
        }

        var before = server.Path.Projects.Looks;
        var unknown = "slt_" + new string('0', 64);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => AskAsync(server, HttpMethod.Get, "/api/v1/projects/1/segments", unknown))), code => Assert.Equal(HttpStatusCode.Unauthorized, code));
        var looks = server.Path.Projects.Looks - before;
        Assert.InRange(looks, 1, 60);

        // What no token can be is not looked up at all.
        before = server.Path.Projects.Looks;
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, HttpMethod.Get, "/api/v1/projects/1/segments", "guess"));
        Assert.Equal(before, server.Path.Projects.Looks);
    }

    private static async Task<HttpStatusCode> AskAsync(ServerUnderTest server, HttpMethod method, string path, string token)
    {
        using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Post ? new StringContent("{}") : null };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
