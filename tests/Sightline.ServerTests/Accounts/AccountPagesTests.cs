using System.Text.Json;
using Dapper;
using Microsoft.Playwright;
using Sightline.Server.Features.Accounts;
using Sightline.ServerTests.Pages;
using Sightline.ServerTests.Tracker;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Accounts;

/// <summary>
/// Every page of accounts and of the first start in a real browser, one after the other as a person meets them: accessible in both colours, no
/// wider than the screen, everything reachable by keyboard. <c>SIGHTLINE_PICTURES=DIR</c> also takes pictures, to be looked at.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class AccountPagesTests(Chromium chromium)
{
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("SIGHTLINE_PICTURES");

    private readonly List<string> _faults = [];
    private string _axe = "";

    [Fact]
    public async Task Every_page_is_accessible_fits_the_screen_and_is_reached_by_keyboard()
    {
        _axe = await File.ReadAllTextAsync(System.IO.Path.Combine(Checkout.Root, "web/node_modules/axe-core/axe.min.js"), TestContext.Current.CancellationToken);
        await using var server = await ServerUnderTest.StartAsync();
        await using var profile = await chromium.NewProfileAsync();
        var (page, errors) = await PasskeyTests.OpenAsync(profile, server);
        var at = PasskeyTests.Local(server);
        Task Go(string path) => page.GotoAsync(at + path);
        Task Submit(string form) => page.ClickAsync($"form[action='{form}'] button[type=submit]");

        await CheckAsync(page, "sign-in");
        await page.FillAsync("input[name=email]", FirstOwner.Email);
        await page.FillAsync("input[name=password]", "not the password");
        await Submit("/sign-in");
        await CheckAsync(page, "sign-in-wrong");
        await Go("/invite/none");
        await CheckAsync(page, "invitation-gone");

        await PasskeyTests.SignInAsync(page, server);
        await CheckAsync(page, "project-new");
        await Go("/");
        await CheckAsync(page, "projects-none");
        server.AddProject("Shop", new ProjectChange { Domains = ["shop.example.com"] });
        server.AddProject("A blog with a rather long name that has to go somewhere");
        server.AddUser("ada.lovelace@example.com", Role.Admin, 1);
        server.AddUser("a-person-with-a-very-long-address@subdomain.of.an.organisation.example.com", Role.Viewer, 1);
        await Go("/");
        await CheckAsync(page, "projects");
        await Go("/projects/1/start");
        await CheckAsync(page, "start");
        await Go("/account/second-factor");
        await CheckAsync(page, "second-factor-none");
        await Go("/account/second-factor/passkeys/new");
        await CheckAsync(page, "passkey-new");
        await page.FillAsync("input[name=name]", "My laptop");
        await page.ClickAsync("form[data-passkey] button[type=submit]");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Recovery codes");
        await CheckAsync(page, "recovery-codes");
        await Go("/account/second-factor/app");
        await CheckAsync(page, "authenticator");
        await page.FillAsync("input[name=code]", Totp.Code(Secret(await page.InnerTextAsync("#secret")), Totp.StepAt(TimeProvider.System.GetUtcNow())));
        await page.ClickAsync("text=Turn it on");
        await page.WaitForURLAsync("**?done=app");
        await CheckAsync(page, "second-factor");
        await Go("/account");
        await CheckAsync(page, "account");
        await Go("/people");
        await CheckAsync(page, "people");
        await Go("/projects/1/members");
        await CheckAsync(page, "members");
        await page.FillAsync("input[name=email]", "grace@example.com");
        await Submit("/projects/1/members/invite");
        await CheckAsync(page, "members-invited");
        var link = await page.InnerTextAsync("#link");
        await Go("/projects/1/tokens");
        await CheckAsync(page, "tokens-none");
        await page.FillAsync("input[name=name]", "Nightly report");
        await Submit("/projects/1/tokens");
        await CheckAsync(page, "tokens-made");
        await Go("/tokens");
        await CheckAsync(page, "tokens-all");
        await Go("/activity");
        await CheckAsync(page, "activity");
        await Go("/projects/1/activity");
        await CheckAsync(page, "activity-project");
        server.Path.Settings.Write(c => c.Execute("UPDATE user_sessions SET proved_ms = 0"));
        await Go("/account/second-factor/app");
        await CheckAsync(page, "confirm");
        await Go("/sign-out");
        await CheckAsync(page, "sign-out");
        await Submit("/sign-out");

        await page.FillAsync("input[name=email]", FirstOwner.Email);
        await page.FillAsync("input[name=password]", Browser.Password);
        await Submit("/sign-in");
        await CheckAsync(page, "second-step");
        await page.GotoAsync(link.Replace($"127.0.0.1:{server.Address.Port}", $"localhost:{server.Address.Port}", StringComparison.Ordinal));
        await CheckAsync(page, "invitation");
        new UserStore(server.Path.Settings, TimeProvider.System).Add("new@example.com", null, isOwner: false, new Passwords().Hash(Browser.Password), mustChangePassword: true);
        await Go("/sign-in");
        await page.FillAsync("input[name=email]", "new@example.com");
        await page.FillAsync("input[name=password]", Browser.Password);
        await Submit("/sign-in");
        await Go("/");
        await CheckAsync(page, "new-password");
        Assert.Empty(errors);
        Assert.True(_faults.Count == 0, string.Join('\n', _faults));
    }

    private async Task CheckAsync(IPage page, string name)
    {
        foreach (var (colours, look) in new[] { (ColorScheme.Light, "light"), (ColorScheme.Dark, "dark") })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce });
            await page.SetViewportSizeAsync(1440, 900);
            // Folded forms are part of a page, too.
            await page.EvaluateAsync("document.querySelectorAll('main details').forEach(d => d.open = true)");
            await page.EvaluateAsync(_axe);
            var found = await page.EvaluateAsync<JsonElement>("axe.run(document, { resultTypes: ['violations'] })");
            foreach (var violation in found.GetProperty("violations").EnumerateArray())
            {
                _faults.Add($"{name} ({look}): {violation.GetProperty("id").GetString()}: {violation.GetProperty("nodes")[0].GetProperty("html").GetString()} {violation.GetProperty("nodes")[0].GetProperty("failureSummary").GetString()}");
            }

            await page.EvaluateAsync("document.querySelectorAll('main details').forEach(d => d.open = false)");
            foreach (var width in new[] { 390, 1440, 2560 })
            {
                await page.SetViewportSizeAsync(width, width < 500 ? 844 : 900);
                var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                if (over > 0)
                {
                    _faults.Add($"{name}: {over} pixels wider than {width}");
                }

                if (Pictures is not null && (width < 2000 || look == "light"))
                {
                    await page.ScreenshotAsync(new() { Path = System.IO.Path.Combine(Pictures, $"{name}-{width}-{look}.png"), FullPage = true });
                }
            }
        }

        await page.SetViewportSizeAsync(1000, 900);
        var count = await page.EvaluateAsync<int>(
            """
            () => {
              window.wanted = [...document.querySelectorAll('main a[href], main button, main input:not([type=hidden]), main select, main summary')].filter(e => e.checkVisibility() && !e.disabled);
              document.activeElement.blur();
              return window.wanted.length;
            }
            """);
        var reached = new HashSet<int>();
        for (var press = 0; press < count + 40 && reached.Count < count; press++)
        {
            await page.Keyboard.PressAsync("Tab");
            var index = await page.EvaluateAsync<int>("window.wanted.indexOf(document.activeElement)");
            if (index >= 0)
            {
                reached.Add(index);
            }
        }

        if (reached.Count < count)
        {
            _faults.Add($"{name}: {count - reached.Count} of {count} controls are not reached by Tab");
        }
    }

    private static byte[] Secret(string words)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(words.Where(char.IsAsciiLetterOrDigit).Select(c => Convert.ToString(Alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Select(part => Convert.ToByte(new string(part), 2))];
    }
}
