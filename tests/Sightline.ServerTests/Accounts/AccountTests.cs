using System.Net;
using Microsoft.Extensions.Time.Testing;
using Sightline.Server.Features.Accounts;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Accounts;

public sealed class AccountTests
{
    [Fact]
    public async Task A_printed_password_opens_nothing_but_the_page_that_replaces_it()
    {
        FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(1_795_000_000));
        await using var server = await ServerUnderTest.StartAsync(time, configure: options => options with { OwnerPassword = null });
        var first = (FirstOwner)server.Services.GetService(typeof(FirstOwner))!;
        await first.Made;
        var oneTime = first.OneTimePassword!;
        Assert.Matches("^([a-z2-9]{4}-){4}[a-z2-9]{4}$", oneTime);
        using var browser = server.NewBrowser();
        Assert.Equal("/projects/new", (await browser.TrySignInAsync(FirstOwner.Email, oneTime)).Location);
        foreach (var (path, back) in new[] { ("/", ""), ("/account", "?returnUrl=%2Faccount"), ("/projects/1?range=7d", "?returnUrl=%2Fprojects%2F1%3Frange%3D7d") })
        {
            Assert.Equal("/account/new-password" + back, (await browser.GetAsync(path)).Location);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/api/v1/projects")).Status);
        (string, string)[] Fields(string present, string next, string repeated) => [("present", present), ("new", next), ("repeated", repeated)];
        // Not while the sign-in is fresh: then it was typed a moment ago.
        Assert.DoesNotContain("name=\"present\"", (await browser.GetAsync("/account/new-password")).Text, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromMinutes(16));
        Assert.Contains("name=\"present\"", (await browser.GetAsync("/account/new-password")).Text, StringComparison.Ordinal);
        Task<Page> Change(params (string, string)[] fields) => browser.SubmitAsync("/account/new-password", "/account/new-password", fields);
        foreach (var (fields, why) in new[]
        {
            (Fields("wrong", Browser.Password, Browser.Password), "not right"),
            (Fields(oneTime, "short", "short"), "12 to 200"),
            (Fields(oneTime, "aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa"), "repeats itself"),
            (Fields(oneTime, "owner@localhost", "owner@localhost"), "e-mail address"),
            (Fields(oneTime, Browser.Password, Browser.Password + "x"), "differ"),
            (Fields(oneTime, oneTime, oneTime), "present one"),
        })
        {
            var answer = await Change(fields);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
            Assert.Contains(why, answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal("/projects/new", (await Change(Fields(oneTime, Browser.Password, Browser.Password))).Location);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).Status);
        using var again = server.NewBrowser();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await again.TrySignInAsync(FirstOwner.Email, oneTime)).Status);
        await server.RestartAsync();
        Assert.Null(((FirstOwner)server.Services.GetService(typeof(FirstOwner))!).OneTimePassword);
    }

    [Fact]
    public async Task Who_has_just_signed_in_with_a_given_password_types_it_once_and_lands_where_they_were_going()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        const string Given = "given to somebody new";
        new UserStore(server.Path.Settings, TimeProvider.System).Add("new@example.com", null, isOwner: false, new Passwords().Hash(Given), mustChangePassword: true);
        using var browser = server.NewBrowser();
        await browser.TrySignInAsync("new@example.com", Given);
        const string Choose = "/account/new-password?returnUrl=%2Faccount%3Fdone%3Dname";
        Assert.Contains("name=\"returnUrl\" value=\"/account?done=name\"", (await browser.GetAsync(Choose)).Text, StringComparison.Ordinal);
        Task<Page> Change(string next, string repeated, string back) =>
            browser.SubmitAsync(Choose, "/account/new-password", ("returnUrl", back), ("new", next), ("repeated", repeated));
        foreach (var (next, repeated, why) in new[] { (Given, Given, "present one"), ("short", "short", "12 to 200"), (Browser.Password, "other", "differ") })
        {
            var refused = await Change(next, repeated, "/account?done=name");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Contains(why, refused.Text, StringComparison.Ordinal);
            Assert.Contains("value=\"/account?done=name\"", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal("/account?done=name", (await Change(Browser.Password, Browser.Password, "/account?done=name")).Location);
        // Once chosen it is a password like any other: to change it, it must be given.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Change("another set of words", "another set of words", "//evil.example")).Status);
    }

    [Fact]
    public async Task A_new_password_ends_all_other_sessions()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var here = await server.SignInAsync();
        using var there = await server.SignInAsync();
        var answer = await here.SubmitAsync(
            "/account", "/account/password", ("present", Browser.Password), ("new", "another set of words"), ("repeated", "another set of words"));
        Assert.Equal("/account?done=password", answer.Location);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.Found, (await there.GetAsync("/account")).Status);
        // A password set by another process ends them all.
        var users = new UserStore(server.Path.Settings, TimeProvider.System);
        users.SetPassword(1, "AAAA", mustChange: true, keepSession: null);
        Assert.Equal(HttpStatusCode.Found, (await here.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_by_their_owner_only()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddUser("eve@example.com", Role.Viewer);
        using var here = server.NewBrowser();
        here.Client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        await here.SignInAsync();
        using var there = await server.SignInAsync();
        using var eve = await server.SignInAsync("eve@example.com");
        var page = (await here.GetAsync("/account")).Text;
        Assert.Contains("Firefox on Linux", page, StringComparison.Ordinal);
        Assert.Contains("127.0.0.0/24", page, StringComparison.Ordinal);
        var other = System.Text.RegularExpressions.Regex.Match(page, "/account/sessions/(\\d+)/end").Groups[1].Value;
        Assert.Equal("/account?done=sessions", (await eve.SubmitAsync("/account", $"/account/sessions/{other}/end")).Location);
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync("/account")).Status);
        await here.SubmitAsync("/account", $"/account/sessions/{other}/end");
        Assert.Equal(HttpStatusCode.Found, (await there.GetAsync("/account")).Status);
        await there.SignInAsync();
        await here.SubmitAsync("/account", "/account/sessions/end-others");
        Assert.Equal(HttpStatusCode.Found, (await there.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await eve.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task Keys_and_settings_are_closed_to_others_on_the_machine()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var browser = await server.SignInAsync();
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(server.Data, "settings.db")) & Others);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(server.Data, "keys")));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(server.Data, "keys"), "*.xml"));
    }
}
