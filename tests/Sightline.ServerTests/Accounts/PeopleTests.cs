using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Accounts;

public sealed partial class PeopleTests
{
    [Fact]
    public async Task An_invitation_makes_one_account_with_its_role_and_is_gone()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject("Shop");
        server.AddProject("Secret");
        using var owner = await server.SignInAsync();
        var invited = await owner.SubmitAsync("/projects/1/members", "/projects/1/members/invite", ("email", "Ada@example.com"), ("role", "editor"));
        var link = new Uri(Link().Match(invited.Text).Value).AbsolutePath;
        Assert.Contains("Ada@example.com", (await owner.GetAsync("/projects/1/members")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/invite/", (await owner.GetAsync("/projects/1/members")).Text, StringComparison.Ordinal);

        using var ada = server.NewBrowser();
        Task<Page> Accept(string password) => ada.SubmitAsync(link, link, ("name", "Ada"), ("password", password), ("repeated", password));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Accept("short")).Status);
        Assert.Equal("/", (await Accept(Browser.Password)).Location);
        var list = (await ada.GetAsync("/")).Text;
        Assert.Contains("Shop", list, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", list, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync("/projects/2")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await ada.GetAsync("/projects/1/members")).Status);
        using var second = server.NewBrowser();
        Assert.Equal(HttpStatusCode.NotFound, (await second.GetAsync(link)).Status);

        await owner.SubmitAsync("/projects/1/members", "/projects/1/members/2/role", ("role", "admin"));
        Assert.Equal(HttpStatusCode.OK, (await ada.GetAsync("/projects/1/members")).Status);
        // An admin of one project makes nobody an owner and reaches nobody elsewhere.
        Assert.Equal(HttpStatusCode.Forbidden, (await ada.GetAsync("/people")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ada.SubmitAsync("/projects/1/members", "/projects/1/members/1/role", ("role", "viewer"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ada.SubmitAsync("/projects/1/members", "/projects/1/members/2/role", ("role", "owner"))).Status);
        await owner.SubmitAsync("/projects/1/members", "/projects/1/members/2/remove");
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync("/projects/1")).Status);
        var log = (await owner.GetAsync("/projects/1/activity")).Text;
        foreach (var action in new[] { "invited as editor", "accepted an invitation", "set the role to admin", "removed from the project" })
        {
            Assert.Contains(action, log, StringComparison.Ordinal);
        }

        await owner.SubmitAsync("/people", "/people/2/remove");
        Assert.StartsWith("/sign-in", (await ada.GetAsync("/account")).Location, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.SubmitAsync("/people", "/people/1/remove")).Status);
    }

    [Fact]
    public async Task An_invitation_ends_after_a_week_and_when_withdrawn()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_795_000_000));
        await using var server = await ServerUnderTest.StartAsync(time);
        server.AddProject();
        using var owner = await server.SignInAsync();
        async Task<string> InviteAsync() => new Uri(Link().Match(
            (await owner.SubmitAsync("/projects/1/members", "/projects/1/members/invite", ("email", "ada@example.com"), ("role", "viewer"))).Text).Value).AbsolutePath;
        using var ada = server.NewBrowser();
        var first = await InviteAsync();
        Assert.Equal(HttpStatusCode.OK, (await ada.GetAsync(first)).Status);
        var second = await InviteAsync();
        // A new link takes the place of the one before.
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync(first)).Status);
        var id = Withdraw().Match((await owner.GetAsync("/projects/1/members")).Text).Groups[1].Value;
        await owner.SubmitAsync("/projects/1/members", $"/projects/1/members/invitations/{id}/withdraw");
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync(second)).Status);
        var third = await InviteAsync();
        time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync(third)).Status);
    }

    [Fact]
    public async Task Tokens_are_shown_once_reach_their_project_and_are_revoked()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject("Shop");
        server.AddProject("Other");
        server.AddUser("admin@example.com", Role.Admin, 1);
        using var admin = await server.SignInAsync("admin@example.com");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.SubmitAsync("/projects/1/tokens", "/projects/1/tokens", ("name", "nothing"))).Status);
        var made = await admin.SubmitAsync("/projects/1/tokens", "/projects/1/tokens", ("name", "reports"), ("scope", "read"));
        var token = Secret().Match(made.Text).Value;
        var page = (await admin.GetAsync("/projects/1/tokens")).Text;
        Assert.Contains("reports", page, StringComparison.Ordinal);
        Assert.DoesNotContain(token, page, StringComparison.Ordinal);
        async Task<HttpStatusCode> AskAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
            using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await AskAsync("/api/v1/projects/1"));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync("/api/v1/projects/2"));
        // Those of the server, and of other projects, are not theirs to revoke.
        server.AddToken();
        await admin.SubmitAsync("/projects/1/tokens", "/projects/1/tokens/2/revoke");
        Assert.Equal(2, new TokenStore(server.Path.Settings, TimeProvider.System).List().Count);
        await admin.SubmitAsync("/projects/1/tokens", "/projects/1/tokens/1/revoke");
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/api/v1/projects/1"));
    }

    [GeneratedRegex("http://[^<\"\\s]+/invite/[0-9a-f]+")]
    private static partial Regex Link();

    [GeneratedRegex("invitations/(\\d+)/withdraw")]
    private static partial Regex Withdraw();

    [GeneratedRegex("slt_[0-9a-f]{64}")]
    private static partial Regex Secret();
}
