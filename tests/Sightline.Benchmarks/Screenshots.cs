using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sightline.Server;
using Sightline.Server.Features.Accounts;
using Sightline.ServerTests.Pages;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>screenshots [--to DIR] [--only TEXT] [--quick]</c>: every page of the route table in every state (much, nothing, one event, at fault), light and
/// dark, at 390, 1280 and 2560 pixels, and without script, as pictures for the eye.
/// </summary>
internal static class Screenshots
{
    private const string Password = "four words that hold 7";

    public static async Task<int> RunAsync(string[] args)
    {
        var options = BenchmarkOptions.Parse(args, "--to", "--only", "--quick");
        var to = Directory.CreateDirectory(options.GetValueOrDefault("--to", "artifacts/screenshots")).FullName;
        var only = options.GetValueOrDefault("--only", "");
        var data = Directory.CreateTempSubdirectory("sightline-screens-").FullName;
        try
        {
            PageRoutes.Prepare(data, TimeProvider.System.GetUtcNow(), 900);
            await using var app = ServerApp.Build(new ServeOptions { Data = data, Listen = ["http://127.0.0.1:0"], OwnerPassword = Password, LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning });
            await app.StartAsync().ConfigureAwait(false);
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http://127", StringComparison.Ordinal));
            var pages = await PageRoutes.FindAsync(app.Services, new Uri(address), Password).ConfigureAwait(false);
            using var playwright = await Playwright.CreateAsync().ConfigureAwait(false);
            await using var browser = await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = "/usr/bin/chromium",
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
            }).ConfigureAwait(false);
            string? owner = null;
            foreach (var (look, width, scheme, script) in Looks(options.ContainsKey("--quick")))
            {
                foreach (var signedIn in (bool[])[true, false])
                {
                    await using var profile = await browser.NewContextAsync(new()
                    {
                        ViewportSize = new() { Width = width, Height = width < 500 ? 844 : 900 },
                        ColorScheme = scheme,
                        JavaScriptEnabled = script,
                        BaseURL = address,
                        StorageState = signedIn ? owner : null,
                    }).ConfigureAwait(false);
                    var page = await profile.NewPageAsync().ConfigureAwait(false);
                    if (signedIn && owner is null)
                    {
                        await page.GotoAsync("/sign-in").ConfigureAwait(false);
                        await page.Locator("input[name=email]").FillAsync(FirstOwner.Email).ConfigureAwait(false);
                        await page.Locator("input[name=password]").FillAsync(Password).ConfigureAwait(false);
                        await page.Keyboard.PressAsync("Enter").ConfigureAwait(false);
                        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal)).ConfigureAwait(false);
                        owner = await profile.StorageStateAsync().ConfigureAwait(false);
                    }

                    foreach (var one in pages.All.Where(p => p.SignedIn == signedIn && (only.Length == 0 || p.Name.Contains(only, StringComparison.Ordinal))))
                    {
                        await page.GotoAsync(one.Path, new() { WaitUntil = WaitUntilState.Load }).ConfigureAwait(false);
                        if (script && await page.Locator(".plot[data-graph]").CountAsync().ConfigureAwait(false) > 0)
                        {
                            await page.Locator(".plot.on").First.WaitForAsync().ConfigureAwait(false);
                        }

                        await page.ScreenshotAsync(new() { Path = Path.Combine(to, $"{one.Name}-{look}.png"), FullPage = true }).ConfigureAwait(false);
                    }
                }
            }

            await app.StopAsync().ConfigureAwait(false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Directory.GetFiles(to, "*.png").Length} pictures in {to}"));
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static IEnumerable<(string Look, int Width, ColorScheme Scheme, bool Script)> Looks(bool quick)
    {
        yield return ("1280-light", 1280, ColorScheme.Light, true);
        yield return ("1280-dark", 1280, ColorScheme.Dark, true);
        yield return ("390-light", 390, ColorScheme.Light, true);
        if (quick)
        {
            yield break;
        }

        yield return ("390-dark", 390, ColorScheme.Dark, true);
        yield return ("2560-light", 2560, ColorScheme.Light, true);
        yield return ("2560-dark", 2560, ColorScheme.Dark, true);
        yield return ("1280-noscript", 1280, ColorScheme.Light, false);
    }
}
