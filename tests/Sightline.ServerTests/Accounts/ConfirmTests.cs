using System.Net;
using Microsoft.Extensions.Time.Testing;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Accounts;

/// <summary>Before what matters, an open session is asked who sits there.</summary>
public sealed class ConfirmTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_795_000_000));

    [Fact]
    public async Task A_form_that_matters_is_held_back_until_the_password_is_given_and_then_done_as_it_was_sent()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        using var owner = await server.SignInAsync();
        _time.Advance(TimeSpan.FromMinutes(16));
        var held = await owner.SubmitAsync("/tokens", "/tokens", ("name", "<b>\"reports\""), ("scope", "read"), ("scope", "write"));
        Assert.Equal(HttpStatusCode.OK, held.Status);
        Assert.Contains("Is it you?", held.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("slt_", held.Text, StringComparison.Ordinal);
        Assert.Contains("name=\"name\" value=\"&lt;b&gt;&quot;reports&quot;\"", held.Text, StringComparison.Ordinal);
        Assert.Empty(Tokens(server));
        (string, string)[] Form(string password) =>
            [("__RequestVerificationToken", Browser.Token(held.Text)), ("name", "<b>\"reports\""), ("scope", "read"), ("scope", "write"), ("confirm-password", password)];
        var wrong = await owner.PostAsync("/tokens", Form("not the password"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("The password is not right", wrong.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("not the password", wrong.Text, StringComparison.Ordinal);
        Assert.Empty(Tokens(server));
        Assert.Contains("slt_", (await owner.PostAsync("/tokens", Form(Browser.Password))).Text, StringComparison.Ordinal);
        Assert.Equal(("<b>\"reports\"", TokenScopes.Read | TokenScopes.Write), Tokens(server).Select(token => (token.Name, token.Scopes)).Single());
        // Not again for a while.
        _time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal("/tokens", (await owner.SubmitAsync("/tokens", "/tokens/1/revoke")).Location);
        Assert.Contains("failed to confirm the password", (await owner.GetAsync("/account")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_matters_comes_after_the_answer_and_guessing_is_slow()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        using var owner = await server.SignInAsync();
        _time.Advance(TimeSpan.FromMinutes(16));
        const string App = "/account/second-factor/app";
        var question = await owner.GetAsync(App);
        Assert.Contains($"name=\"returnUrl\" value=\"{App}\"", question.Text, StringComparison.Ordinal);
        Task<Page> Answer(string password, string back) => owner.PostAsync(
            "/account/confirm", ("__RequestVerificationToken", Browser.Token(question.Text)), ("returnUrl", back), ("confirm-password", password));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Answer("wrong wrong wrong", App)).Status);
        }

        Assert.Contains("Too many attempts", (await Answer(Browser.Password, App)).Text, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("/", (await Answer(Browser.Password, "https://evil.example/")).Location);
        Assert.Contains("class=\"qr\"", (await owner.GetAsync(App)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_session_proves_nothing_for_another()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        using var old = await server.SignInAsync();
        _time.Advance(TimeSpan.FromMinutes(16));
        using var fresh = await server.SignInAsync();
        Assert.Contains("slt_", (await fresh.SubmitAsync("/tokens", "/tokens", ("name", "one"), ("scope", "read"))).Text, StringComparison.Ordinal);
        Assert.Contains("Is it you?", (await old.SubmitAsync("/tokens", "/tokens/1/revoke")).Text, StringComparison.Ordinal);
        Assert.Single(Tokens(server));
    }

    [Fact]
    public async Task An_owner_forbids_staying_signed_in_and_signing_out_everywhere_ends_every_session()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        using var owner = await server.SignInAsync();
        using var kept = server.NewBrowser();
        await kept.SubmitAsync("/sign-in", "/sign-in", ("email", "owner@localhost"), ("password", Browser.Password), ("keep", "on"));
        await owner.SubmitAsync("/people", "/people/rules", ("short-sessions", "on"));
        Assert.Equal(HttpStatusCode.Found, (await kept.GetAsync("/account")).Status);
        Assert.DoesNotContain("name=\"keep\"", (await kept.GetAsync("/sign-in")).Text, StringComparison.Ordinal);
        var short12 = await kept.SubmitAsync("/sign-in", "/sign-in", ("email", "owner@localhost"), ("password", Browser.Password), ("keep", "on"));
        Assert.DoesNotContain("expires", short12.Header("Set-Cookie").Split("sightline=")[1], StringComparison.Ordinal);
        await owner.SubmitAsync("/sign-out", "/sign-out", ("everywhere", "on"));
        Assert.Equal(HttpStatusCode.Found, (await kept.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.Found, (await owner.GetAsync("/account")).Status);
    }

    [Theory]
    [InlineData("settings", "settings/keys/rotate")]
    [InlineData("settings", "settings/keys/remove")]
    [InlineData("settings", "settings/remove")]
    [InlineData("sharing", "sharing/links")]
    [InlineData("sharing", "sharing/public")]
    [InlineData("sharing", "sharing/chart")]
    public async Task Keys_removal_and_what_strangers_may_see_are_asked_about_again(string page, string form)
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        var before = server.AddProject("Shop");
        using var owner = await server.SignInAsync();
        _time.Advance(TimeSpan.FromMinutes(16));
        var held = await owner.SubmitAsync($"/projects/1/{page}", $"/projects/1/{form}", ("name", "Shop"), ("public", "yes"), ("origins", "https://a.example"), ("key", before.PublicKey));
        Assert.Contains("Is it you?", held.Text, StringComparison.Ordinal);
        var after = new ProjectStore(server.Path.Settings, TimeProvider.System).List().Single();
        Assert.Equal((before.PublicKey, false, 0), (after.PublicKey, after.IsPublic, after.EmbedOrigins.Count));
        Assert.Empty(((SharedLinkStore)server.Services.GetService(typeof(SharedLinkStore))!).Of(1));
    }

    private static IReadOnlyList<Token> Tokens(ServerUnderTest server) => new TokenStore(server.Path.Settings, TimeProvider.System).List();
}
