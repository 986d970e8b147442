using System.Net;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Extensions.Time.Testing;
using Sightline.Server.Features.Accounts;
using Sightline.ServerTests.Cli;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Accounts;

public sealed partial class SecondFactorTests
{
    private const string Path = "/account/second-factor";
    private const string Step = "/sign-in/second-step";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_795_000_000));

    [Fact]
    public async Task An_app_is_confirmed_by_a_code_and_asked_for_at_the_next_sign_in()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        using var here = await server.SignInAsync();
        using var there = await server.SignInAsync();
        var page = await here.GetAsync(Path + "/app");
        Assert.Contains("<svg class=\"qr\"", page.Text, StringComparison.Ordinal);
        var (secret, draft) = Read(page.Text);
        // A wrong code keeps the secret that was scanned.
        var wrong = await here.PostAsync(Path + "/app", ("__RequestVerificationToken", Browser.Token(page.Text)), ("draft", draft), ("code", "000000"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(secret, Read(wrong.Text).Secret);
        Assert.Null(Owner(server).TotpSecret);
        var codes = await ConfirmAsync(here, wrong.Text, secret, draft);
        Assert.Equal(10, codes.Count);
        // Of what is kept, nothing can be read: the secret is sealed, the codes are hashed.
        Assert.Equal(-1, Owner(server).TotpSecret.AsSpan().IndexOf(secret));
        Assert.Equal(10, server.Path.Settings.Read(c => c.Query<byte[]>("SELECT hash FROM user_recovery_codes").Count(hash => hash.Length == 32)));
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.Found, (await there.GetAsync("/account")).Status);

        using var again = server.NewBrowser();
        Assert.Equal(Step, (await again.TrySignInAsync(FirstOwner.Email, Browser.Password, "/account")).Location);
        Assert.StartsWith("/sign-in?", (await again.GetAsync("/account")).Location, StringComparison.Ordinal);
        Assert.Equal("", again.Session);
        // The code that confirmed the app was used; the next one counts, once.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await again.SubmitAsync(Step, Step, ("code", Code(secret)))).Status);
        _time.Advance(TimeSpan.FromSeconds(30));
        var token = Browser.Token((await again.GetAsync(Step)).Text);
        Assert.Equal("/account", (await again.PostAsync(Step, ("__RequestVerificationToken", token), ("code", Code(secret)))).Location);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("/account")).Status);
        using var replay = server.NewBrowser();
        await replay.TrySignInAsync(FirstOwner.Email, Browser.Password);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await replay.SubmitAsync(Step, Step, ("code", Code(secret)))).Status);
        var log = (await again.GetAsync("/activity")).Text;
        foreach (var action in new[] { "set up an authenticator app", "made new recovery codes", "by password and authenticator app", "failed the second step" })
        {
            Assert.Contains(action, log, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(codes[0], log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guessing_codes_is_slow_and_a_password_that_changed_ends_a_half_sign_in()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        using var owner = await server.SignInAsync();
        var secret = await SetUpAsync(owner);
        using var thief = server.NewBrowser();
        await thief.TrySignInAsync(FirstOwner.Email, Browser.Password);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await thief.SubmitAsync(Step, Step, ("code", "000000"))).Status);
        }

        var refused = await thief.SubmitAsync(Step, Step, ("code", Code(secret)));
        Assert.Equal((HttpStatusCode.TooManyRequests, "180"), (refused.Status, refused.Header("Retry-After")));
        // Another browser is slowed down as well: it is the account that is guessed at.
        using var second = server.NewBrowser();
        await second.TrySignInAsync(FirstOwner.Email, Browser.Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await second.SubmitAsync(Step, Step, ("code", Code(secret)))).Status);
        _time.Advance(TimeSpan.FromMinutes(3) + TimeSpan.FromSeconds(1));
        await owner.SubmitAsync("/account", "/account/password", ("present", Browser.Password), ("new", "another set of words"), ("repeated", "another set of words"));
        Assert.Equal("/sign-in", (await thief.GetAsync(Step)).Location);
        await second.TrySignInAsync(FirstOwner.Email, "another set of words");
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync(Step)).Status);
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("/sign-in", (await second.GetAsync(Step)).Location);
    }

    [Fact]
    public async Task A_recovery_code_opens_once_and_new_codes_replace_the_old()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        using var owner = await server.SignInAsync();
        var page = await owner.GetAsync(Path + "/app");
        var (secret, draft) = Read(page.Text);
        var codes = await ConfirmAsync(owner, page.Text, secret, draft);
        Assert.DoesNotContain(codes[0], (await owner.GetAsync(Path)).Text, StringComparison.Ordinal);
        async Task<Page> UseAsync(string code)
        {
            using var browser = server.NewBrowser();
            await browser.TrySignInAsync(FirstOwner.Email, Browser.Password);
            return await browser.SubmitAsync(Step, Step, ("code", code));
        }

        Assert.Equal(HttpStatusCode.Found, (await UseAsync(codes[3].ToUpperInvariant())).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await UseAsync(codes[3])).Status);
        Assert.Contains("9 of 10 are left", (await owner.GetAsync(Path)).Text, StringComparison.Ordinal);
        var fresh = Codes((await owner.SubmitAsync(Path, Path + "/codes")).Text);
        Assert.Equal(10, fresh.Count);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await UseAsync(codes[4])).Status);
        Assert.Equal(HttpStatusCode.Found, (await UseAsync(fresh[4])).Status);
        Assert.Contains("used a recovery code, 9 left", (await owner.GetAsync("/account")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_and_the_command_line_reset_the_second_factor_of_somebody_who_has_lost_it()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        server.AddProject();
        server.AddUser("ada@example.com", Role.Viewer, 1);
        using var owner = await server.SignInAsync();
        using var ada = await server.SignInAsync("ada@example.com");
        await SetUpAsync(ada);
        Assert.Contains("/people/2/reset-second-factor", (await owner.GetAsync("/people")).Text, StringComparison.Ordinal);
        Assert.Equal("/people", (await owner.SubmitAsync("/people", "/people/2/reset-second-factor")).Location);
        Assert.StartsWith("/sign-in", (await ada.GetAsync("/account")).Location, StringComparison.Ordinal);
        await ada.SignInAsync("ada@example.com");
        Assert.Contains("reset the second factor", (await ada.GetAsync("/account")).Text, StringComparison.Ordinal);

        await SetUpAsync(ada);
        var reset = await SightlineProcess.RunAsync(server.Data, ["user", "reset-second-factor", "ada@example.com", "--data", server.Data], "");
        Assert.Equal(("", 0), (reset.Error, reset.ExitCode));
        Assert.StartsWith("/sign-in", (await ada.GetAsync("/account")).Location, StringComparison.Ordinal);
        await ada.SignInAsync("ada@example.com");
        Assert.Equal(0, server.Path.Settings.Read(c => c.ExecuteScalar<int>("SELECT count(*) FROM user_recovery_codes")));
    }

    [Fact]
    public async Task When_everybody_needs_a_second_factor_nothing_is_shown_before_it_is_set_up_and_the_last_one_stays()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        server.AddProject();
        server.AddUser("ada@example.com", Role.Viewer, 1);
        using var owner = await server.SignInAsync();
        using var ada = await server.SignInAsync("ada@example.com");
        // Who asks for it must have one: nobody locks everybody out, themselves too.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.SubmitAsync("/people", "/people/rules", ("second-factor", "on"))).Status);
        await SetUpAsync(owner);
        Assert.Equal("/people", (await owner.SubmitAsync("/people", "/people/rules", ("second-factor", "on"))).Location);
        foreach (var path in new[] { "/", "/account", "/projects/1" })
        {
            Assert.Equal(Path, (await ada.GetAsync(path)).Location);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await ada.GetAsync("/api/v1/projects")).Status);
        // Also when it takes longer than a sign-in counts as fresh.
        _time.Advance(TimeSpan.FromMinutes(20));
        var question = await ada.GetAsync(Path + "/app");
        Assert.Equal(Path + "/app", (await ada.PostAsync(
            "/account/confirm", ("__RequestVerificationToken", Browser.Token(question.Text)), ("returnUrl", Path + "/app"), ("confirm-password", Browser.Password))).Location);
        await SetUpAsync(ada);
        Assert.Equal(HttpStatusCode.OK, (await ada.GetAsync("/projects/1")).Status);
        var kept = await ada.SubmitAsync(Path, Path + "/app/remove");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, kept.Status);
        Assert.Contains("add another one", kept.Text, StringComparison.Ordinal);
        await owner.SubmitAsync("/people", "/people/rules", ("confirm-password", Browser.Password));
        Assert.Equal(Path + "?done=removed", (await ada.SubmitAsync(Path, Path + "/app/remove")).Location);
    }

    [Fact]
    public async Task Keys_that_are_gone_leave_the_recovery_codes()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        using var owner = await server.SignInAsync();
        var page = await owner.GetAsync(Path + "/app");
        var (secret, draft) = Read(page.Text);
        var codes = await ConfirmAsync(owner, page.Text, secret, draft);
        Directory.Delete(System.IO.Path.Combine(server.Data, "keys"), recursive: true);
        await server.RestartAsync();
        _time.Advance(TimeSpan.FromSeconds(60));
        using var again = server.NewBrowser();
        await again.TrySignInAsync(FirstOwner.Email, Browser.Password);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await again.SubmitAsync(Step, Step, ("code", Code(secret)))).Status);
        Assert.Equal(HttpStatusCode.Found, (await again.SubmitAsync(Step, Step, ("code", codes[0]))).Status);
    }

    [Fact]
    public async Task A_half_sign_in_of_somebody_else_and_a_draft_of_another_session_count_for_nothing()
    {
        await using var server = await ServerUnderTest.StartAsync(_time);
        server.AddUser("eve@example.com", Role.Viewer);
        using var owner = await server.SignInAsync();
        using var eve = await server.SignInAsync("eve@example.com");
        var (secret, draft) = Read((await owner.GetAsync(Path + "/app")).Text);
        var stolen = await eve.SubmitAsync("/account", Path + "/app", ("draft", draft), ("code", Code(secret)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stolen.Status);
        Assert.Contains("too old", stolen.Text, StringComparison.Ordinal);
        using var stranger = server.NewBrowser();
        stranger.Cookies.Add(server.Address, new Cookie("sightline-step", "forged"));
        Assert.Equal("/sign-in", (await stranger.GetAsync(Step)).Location);
    }

    /// <summary>Sets an app up in a browser that is signed in, and returns its secret.</summary>
    internal static async Task<byte[]> SetUpAsync(Browser browser, TimeProvider time)
    {
        var page = await browser.GetAsync(Path + "/app");
        var (secret, draft) = Read(page.Text);
        var done = await browser.PostAsync(
            Path + "/app", ("__RequestVerificationToken", Browser.Token(page.Text)), ("draft", draft), ("code", Totp.Code(secret, Totp.StepAt(time.GetUtcNow()))));
        Assert.Equal(HttpStatusCode.OK, done.Status);
        return secret;
    }

    private Task<byte[]> SetUpAsync(Browser browser) => SetUpAsync(browser, _time);

    private async Task<IReadOnlyList<string>> ConfirmAsync(Browser browser, string page, byte[] secret, string draft)
    {
        var code = Code(secret);
        var done = await browser.PostAsync(Path + "/app", ("__RequestVerificationToken", Browser.Token(page)), ("draft", draft), ("code", code[..3] + " " + code[3..]));
        Assert.Equal(HttpStatusCode.OK, done.Status);
        return Codes(done.Text);
    }

    private string Code(byte[] secret) => Totp.Code(secret, Totp.StepAt(_time.GetUtcNow()));

    private static User Owner(ServerUnderTest server) => new UserStore(server.Path.Settings, TimeProvider.System).Find(1)!;

    private static IReadOnlyList<string> Codes(string html) => [.. RecoveryCode().Matches(html).Select(match => match.Groups[1].Value)];

    private static (byte[] Secret, string Draft) Read(string html)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(Secret().Match(html).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal).Select(c => Convert.ToString(Alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return ([.. bits.Chunk(8).Select(part => Convert.ToByte(new string(part), 2))], Draft().Match(html).Groups[1].Value);
    }

    [GeneratedRegex("<code class=\"secret\" id=\"secret\">([A-Z2-7 ]+)</code>")]
    private static partial Regex Secret();

    [GeneratedRegex("name=\"draft\" value=\"([^\"]+)\"")]
    private static partial Regex Draft();

    [GeneratedRegex("<li><code>([a-z2-9-]{19})</code></li>")]
    private static partial Regex RecoveryCode();
}
