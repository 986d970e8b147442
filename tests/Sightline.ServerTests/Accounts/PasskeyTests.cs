using System.Net;
using System.Text.Json;
using Dapper;
using Microsoft.Playwright;
using Sightline.Server.Features.Accounts;
using Sightline.ServerTests.Tracker;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Accounts;

/// <summary>Passkeys in a real browser with an authenticator that answers by itself.</summary>
[Collection(BrowserTests.Name)]
public sealed class PasskeyTests(Chromium chromium)
{
    private const string Path = "/account/second-factor";

    [Fact]
    public async Task A_passkey_is_made_named_used_alone_and_as_second_step_and_removed()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        await using var profile = await chromium.NewProfileAsync();
        var (page, errors) = await OpenAsync(profile, server);
        await SignInAsync(page, server);
        await page.GotoAsync(Local(server) + Path);
        await page.ClickAsync("text=Add a passkey");
        await page.FillAsync("input[name=name]", "My laptop");
        await page.ClickAsync("form[data-passkey] button[type=submit]");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Recovery codes");
        Assert.Equal(10, await page.Locator("#codes li").CountAsync());
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("button[data-download]"));
        Assert.Equal(10, (await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken)).Length);
        await page.ClickAsync("text=I have kept them");
        await Assertions.Expect(page.Locator("td").First).ToContainTextAsync("My laptop");
        await page.ClickAsync("summary:has-text('Change…')");
        await page.FillAsync("input[name=name]", "Work laptop");
        await page.ClickAsync("text=Rename");
        await Assertions.Expect(page.Locator("td").First).ToContainTextAsync("Work laptop");

        // Alone: nothing is typed.
        await SignOutAsync(page, server);
        await page.ClickAsync("text=Sign in with a passkey");
        await page.WaitForURLAsync(Local(server) + "/");
        Assert.Equal(1, Count(server));

        // As the second step after the password.
        await SignOutAsync(page, server);
        await page.FillAsync("input[name=email]", FirstOwner.Email);
        await page.FillAsync("input[name=password]", Browser.Password);
        await page.ClickAsync("form[action='/sign-in'] button[type=submit]");
        await page.ClickAsync("text=Use your passkey");
        await page.WaitForURLAsync(Local(server) + "/");
        Assert.Equal(2, Count(server));

        // And to confirm who one is.
        server.Path.Settings.Write(c => c.Execute("UPDATE user_sessions SET proved_ms = 0"));
        await page.GotoAsync(Local(server) + Path);
        await page.ClickAsync("summary:has-text('Change…')");
        await page.ClickAsync("text=Remove Work laptop");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Is it you?");
        await page.ClickAsync("text=Use your passkey");
        await page.WaitForURLAsync("**" + Path + "?done=removed");
        Assert.Equal((0, 0), server.Path.Settings.Read(c => c.QuerySingle<(int, int)>("SELECT (SELECT count(*) FROM user_passkeys), (SELECT count(*) FROM user_recovery_codes)")));
        var actions = new ActivityLog(server.Path.Settings, TimeProvider.System).List(null, 100, 0).Select(entry => $"{entry.Action} {entry.Subject}").ToList();
        foreach (var action in new[] { "added a passkey My laptop", "renamed a passkey Work laptop", "signed in by passkey", "signed in by password and passkey", "removed a passkey Work laptop" })
        {
            Assert.Contains(action, actions);
        }

        Assert.Empty(errors);
        // Gone here, still on the device: a clear refusal.
        await SignOutAsync(page, server);
        await page.ClickAsync("text=Sign in with a passkey");
        await Assertions.Expect(page.Locator("p.fault[role=alert]").First).ToContainTextAsync("not accepted");
    }

    [Fact]
    public async Task What_was_signed_counts_once_for_its_browser_its_purpose_and_its_origin()
    {
        await using var server = await ServerUnderTest.StartAsync();
        await using var other = await ServerUnderTest.StartAsync();
        server.AddProject();
        await using var profile = await chromium.NewProfileAsync();
        var (page, _) = await OpenAsync(profile, server);
        await SignInAsync(page, server);
        await page.GotoAsync(Local(server) + Path + "/passkeys/new");
        await page.ClickAsync("form[data-passkey] button[type=submit]");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Recovery codes");
        await SignOutAsync(page, server);

        // The browser signs; a client of ours asks and answers, so that each part can be another's.
        using var client = server.NewBrowser();
        client.Client.BaseAddress = new Uri(Local(server));
        async Task<string> OptionsAsync()
        {
            var answer = await client.SubmitAsync("/sign-in", "/sign-in/passkey/options");
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            return answer.Text;
        }

        Task<string> SignAsync(string options) => page.EvaluateAsync<string>(
            "async json => JSON.stringify((await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(json)) })).toJSON())", options);
        async Task<HttpStatusCode> AnswerAsync(string credential) => (await client.SubmitAsync("/sign-in", "/sign-in/passkey", ("credential", credential))).Status;

        var options = await OptionsAsync();
        using (var asked = JsonDocument.Parse(options))
        {
            Assert.Equal("localhost", asked.RootElement.GetProperty("rpId").GetString());
            Assert.Equal("required", asked.RootElement.GetProperty("userVerification").GetString());
            Assert.False(asked.RootElement.TryGetProperty("allowCredentials", out var allowed) && allowed.GetArrayLength() > 0, "who has an account is not told");
        }

        var signed = await SignAsync(options);
        Assert.Equal(HttpStatusCode.Found, await AnswerAsync(signed));
        client.Cookies.Add(new Uri(Local(server)), new System.Net.Cookie("sightline", "gone"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await AnswerAsync(signed));

        // A challenge that another has taken the place of.
        signed = await SignAsync(await OptionsAsync());
        await OptionsAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await AnswerAsync(signed));

        // Somebody else's browser answers.
        signed = await SignAsync(await OptionsAsync());
        using var thief = server.NewBrowser();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await thief.SubmitAsync("/sign-in", "/sign-in/passkey", ("credential", signed))).Status);

        // Changed on the way.
        signed = await SignAsync(await OptionsAsync());
        var at = signed.IndexOf("\"signature\":\"", StringComparison.Ordinal) + 30;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await AnswerAsync(signed[..at] + (signed[at] == 'A' ? 'B' : 'A') + signed[(at + 1)..]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await AnswerAsync("{\"id\":1}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await AnswerAsync("not json"));

        // A page of another origin, which shares the name: another port.
        await page.GotoAsync(Local(other) + "/sign-in");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await AnswerAsync(await SignAsync(await OptionsAsync())));
        await page.GotoAsync(Local(server) + "/sign-in");

        // A copy of the authenticator has signed more often than this one: one of the two is false.
        server.Path.Settings.Write(c => c.Execute("UPDATE user_passkeys SET sign_count = 1000"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await AnswerAsync(await SignAsync(await OptionsAsync())));
        server.Path.Settings.Write(c => c.Execute("UPDATE user_passkeys SET sign_count = 1"));
        Assert.Equal(HttpStatusCode.Found, await AnswerAsync(await SignAsync(await OptionsAsync())));
    }

    [Fact]
    public async Task Under_an_address_without_https_the_page_says_why_there_are_no_passkeys()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var owner = await server.SignInAsync();
        Assert.Contains("Passkeys need an address with https", (await owner.GetAsync(Path)).Text, StringComparison.Ordinal);
        Assert.Contains("Passkeys need an address with https", (await owner.GetAsync(Path + "/passkeys/new")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Sign in with a passkey", (await server.NewBrowser().GetAsync("/sign-in")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await owner.SubmitAsync("/account", Path + "/passkeys/options")).Status);
    }

    /// <summary>A page whose browser has an authenticator that needs nobody.</summary>
    internal static async Task<(IPage Page, List<string> Errors)> OpenAsync(IBrowserContext profile, ServerUnderTest server)
    {
        var page = await profile.NewPageAsync();
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("the server responded with a status", StringComparison.Ordinal))
            {
                errors.Add(message.Text);
            }
        };
        await VirtualAuthenticator.AddAsync(page);
        await page.GotoAsync(Local(server) + "/sign-in");
        return (page, errors);
    }

    internal static async Task SignInAsync(IPage page, ServerUnderTest server)
    {
        await page.GotoAsync(Local(server) + "/sign-in");
        await page.FillAsync("input[name=email]", FirstOwner.Email);
        await page.FillAsync("input[name=password]", Browser.Password);
        await page.ClickAsync("form[action='/sign-in'] button[type=submit]");
        await page.WaitForURLAsync(url => !url.EndsWith("/sign-in", StringComparison.Ordinal));
    }

    /// <summary>Browsers bind passkeys to names: the number they will not have.</summary>
    internal static string Local(ServerUnderTest server) => $"http://localhost:{server.Address.Port}";

    private static async Task SignOutAsync(IPage page, ServerUnderTest server)
    {
        await page.GotoAsync(Local(server) + "/sign-out");
        await page.ClickAsync("main button[type=submit]");
        await page.WaitForURLAsync("**/sign-in");
    }

    private static int Count(ServerUnderTest server) => server.Path.Settings.Read(c => c.ExecuteScalar<int>("SELECT count(*) FROM user_passkeys WHERE last_used_ms IS NOT NULL AND sign_count > 0")) == 0
        ? 0
        : server.Path.Settings.Read(c => c.ExecuteScalar<int>("SELECT count(*) FROM activity WHERE action = 'signed in' AND subject LIKE '%passkey%'"));
}
