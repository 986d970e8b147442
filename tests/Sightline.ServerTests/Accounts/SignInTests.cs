using System.Net;
using Microsoft.Extensions.Time.Testing;
using Sightline.Server.Features.Accounts;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Accounts;

public sealed class SignInTests
{
    [Fact]
    public async Task Pages_lead_to_sign_in_and_back()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var browser = server.NewBrowser();
        var first = await browser.GetAsync("/projects/1?range=7d");
        Assert.Equal((HttpStatusCode.Found, "/sign-in?returnUrl=%2Fprojects%2F1%3Frange%3D7d"), (first.Status, first.Location));
        Assert.Contains("name=\"returnUrl\" value=\"/projects/1?range=7d\"", (await browser.GetAsync(first.Location)).Text, StringComparison.Ordinal);
        var signedIn = await browser.TrySignInAsync(FirstOwner.Email, Browser.Password, "/projects/1?range=7d");
        Assert.Equal((HttpStatusCode.Found, "/projects/1?range=7d"), (signedIn.Status, signedIn.Location));
        var page = await browser.GetAsync(signedIn.Location);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains(">Owner</span></summary>", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("\\\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/x\r\nSet-Cookie: a=b")]
    [InlineData("evil.example")]
    [InlineData("")]
    public async Task Sign_in_leads_nowhere_else(string url)
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var browser = server.NewBrowser();
        Assert.Contains("name=\"returnUrl\" value=\"/\"", (await browser.GetAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(url))).Text, StringComparison.Ordinal);
        var signedIn = await browser.TrySignInAsync(FirstOwner.Email, Browser.Password, url);
        Assert.Equal((HttpStatusCode.Found, "/projects/new"), (signedIn.Status, signedIn.Location));
        var again = await browser.GetAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(url));
        Assert.Equal((HttpStatusCode.Found, "/"), (again.Status, again.Location));
    }

    [Fact]
    public async Task A_cookie_is_closed_to_scripts_and_other_sites_and_holds_no_secret_of_the_table()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var browser = server.NewBrowser();
        var cookie = (await browser.TrySignInAsync(FirstOwner.Email, Browser.Password)).Header("Set-Cookie");
        Assert.Matches("^sightline=[0-9a-f]{64}; path=/; samesite=lax; httponly$", cookie);
        var kept = await browser.SubmitAsync("/sign-out", "/sign-out");
        Assert.Contains("expires=Thu, 01 Jan 1970", kept.Header("Set-Cookie"), StringComparison.Ordinal);
        var long30 = await browser.SubmitAsync("/sign-in", "/sign-in", ("email", FirstOwner.Email), ("password", Browser.Password), ("keep", "on"));
        Assert.Contains("expires=", long30.Header("Set-Cookie"), StringComparison.Ordinal);
        var file = await File.ReadAllBytesAsync(Path.Combine(server.Data, "settings.db-wal"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(browser.Session, System.Text.Encoding.Latin1.GetString(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_https_cookies_are_secure_and_bound_to_the_host()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { PublicUrl = "https://stats.example.com" });
        using var browser = server.NewBrowser();
        // The client keeps no secure cookie of an http address, so the form's token is carried by hand.
        var page = await browser.GetAsync("/sign-in");
        var formCookie = page.Header("Set-Cookie");
        Assert.Matches("^__Host-sightline-form=[^;]+; path=/; secure; samesite=lax; httponly$", formCookie);
        browser.Client.DefaultRequestHeaders.Add("Cookie", formCookie[..formCookie.IndexOf(';', StringComparison.Ordinal)]);
        var answer = await browser.PostAsync(
            "/sign-in", ("__RequestVerificationToken", Browser.Token(page.Text)), ("email", FirstOwner.Email), ("password", Browser.Password));
        Assert.Matches("^__Host-sightline=[0-9a-f]{64}; path=/; secure; samesite=lax; httponly$", answer.Header("Set-Cookie"));
    }

    [Fact]
    public async Task A_session_set_by_somebody_else_does_not_become_the_persons()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddUser("mallory@example.com", Role.Viewer);
        using var mallory = await server.SignInAsync("mallory@example.com");
        using var victim = server.NewBrowser();
        victim.Cookies.Add(server.Address, new Cookie("sightline", mallory.Session));
        var form = await victim.GetAsync("/account");
        Assert.Contains("mallory@example.com", form.Text, StringComparison.Ordinal);
        await victim.PostAsync(
            "/sign-in", ("__RequestVerificationToken", Browser.Token(form.Text)), ("email", FirstOwner.Email), ("password", Browser.Password));
        Assert.NotEqual(mallory.Session, victim.Session);
        // Over for mallory too: it was used by two.
        Assert.Equal("/sign-in?returnUrl=%2Faccount", (await mallory.GetAsync("/account")).Location);
        Assert.Contains(FirstOwner.Email, (await victim.GetAsync("/account")).Text, StringComparison.Ordinal);

        using var chosen = server.NewBrowser();
        chosen.Cookies.Add(server.Address, new Cookie("sightline", new string('a', 64)));
        await chosen.SignInAsync();
        Assert.NotEqual(new string('a', 64), chosen.Session);
    }

    [Fact]
    public async Task Sign_out_ends_the_session_on_the_server_and_takes_a_post()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var browser = await server.SignInAsync();
        var session = browser.Session;
        await browser.GetAsync("/sign-out");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        Assert.Equal("/sign-in", (await browser.SubmitAsync("/sign-out", "/sign-out")).Location);
        using var copy = server.NewBrowser();
        copy.Cookies.Add(server.Address, new Cookie("sightline", session));
        Assert.Equal(HttpStatusCode.Found, (await copy.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task Wrong_name_and_wrong_password_look_the_same_and_count_the_same()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_795_000_000));
        await using var server = await ServerUnderTest.StartAsync(time);
        using var browser = server.NewBrowser();
        var known = await browser.TrySignInAsync(FirstOwner.Email, "not the password");
        var unknown = await browser.TrySignInAsync("other@localhost", "not the password");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, known.Status);
        Assert.Equal(known.Status, unknown.Status);
        Assert.Equal(Plain(known.Text, "value=\"owner@localhost"), Plain(unknown.Text, "value=\"other@localhost"));
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.TrySignInAsync("OTHER@localhost ", "not the password")).Status);
        }

        var refused = await browser.TrySignInAsync("other@localhost", "not the password");
        Assert.Equal((HttpStatusCode.TooManyRequests, "60"), (refused.Status, refused.Header("Retry-After")));
        // The other account is not locked by that.
        using var owner = await server.SignInAsync();

        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.TrySignInAsync("other@localhost", "not the password")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.TrySignInAsync("other@localhost", "not the password")).Status);
    }

    [Fact]
    public async Task An_address_that_tries_one_account_after_another_is_slowed_down()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_795_000_000));
        await using var server = await ServerUnderTest.StartAsync(time);
        using var browser = server.NewBrowser();
        var form = Browser.Token((await browser.GetAsync("/sign-in")).Text);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 31; i++)
        {
            answers.Add((await browser.PostAsync("/sign-in", ("__RequestVerificationToken", form), ("email", $"user{i}@example.com"), ("password", new string('x', 201)))).Status);
        }

        Assert.All(answers[..30], answer => Assert.Equal(HttpStatusCode.UnprocessableEntity, answer));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[30]);
        // The limit is the address's, also with the right password; it ends by itself.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.TrySignInAsync(FirstOwner.Email, Browser.Password)).Status);
        time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(HttpStatusCode.Found, (await browser.TrySignInAsync(FirstOwner.Email, Browser.Password)).Status);
    }

    [Fact]
    public async Task Sessions_end_when_idle_and_at_the_end_of_their_life()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_795_000_000));
        await using var server = await ServerUnderTest.StartAsync(time);
        using var browser = await server.SignInAsync();
        for (var minutes = 0; minutes < 12 * 60 - 29; minutes += 29)
        {
            time.Advance(TimeSpan.FromMinutes(29));
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        }

        time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account")).Status);
        await browser.SignInAsync();
        time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task Every_write_needs_the_form_token_of_the_same_person()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddUser("eve@example.com", Role.Viewer);
        using var browser = await server.SignInAsync();
        using var eve = await server.SignInAsync("eve@example.com");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/account/name", ("name", "Robbed"))).Status);
        var foreign = Browser.Token((await eve.GetAsync("/account")).Text);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/account/name", ("name", "Robbed"), ("__RequestVerificationToken", foreign))).Status);
        using var stranger = server.NewBrowser();
        Assert.Equal(HttpStatusCode.BadRequest, (await stranger.PostAsync("/sign-in", ("email", FirstOwner.Email), ("password", Browser.Password))).Status);
        Assert.DoesNotContain("Robbed", (await browser.GetAsync("/account")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await browser.SubmitAsync("/account", "/account/name", ("name", "Ada"))).Status);
        Assert.Contains(">Ada</span></summary>", (await browser.GetAsync("/account")).Text, StringComparison.Ordinal);
    }

    private static string Plain(string html, string field) =>
        System.Text.RegularExpressions.Regex.Replace(html.Replace(field, "", StringComparison.Ordinal), "name=\"__RequestVerificationToken\" value=\"[^\"]+\"", "");
}
