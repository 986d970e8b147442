using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sightline.Server;
using Sightline.ServerTests.Pages;
using Sightline.Store.Settings;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>screenshots [--to DIR] [--only TEXT]</c>: every page in every state, light and dark, at 390, 1280 and 2560 pixels, as pictures for the eye.
/// </summary>
internal static class Screenshots
{
    private static readonly (string Name, string Path)[] Pages =
    [
        ("projects", "/"),
        ("overview", "/projects/1"),
        ("overview-today", "/projects/1?range=day"),
        ("overview-filtered", "/projects/1?range=90d&f=is,visit:country,DE&f=is_not,visit:channel,Direct&metric=bounce_rate&tab=utm_campaign&tab=entry&tab=browser&tab=event"),
        ("overview-nothing", "/projects/1?f=is,page:path,/nowhere"),
        ("overview-empty", "/projects/2"),
        ("overview-fault", "/projects/1?f=matches,page:path,("),
        ("details", "/projects/1/details/page"),
        ("views", "/projects/1/views"),
        ("realtime", "/projects/1/realtime"),
        ("realtime-empty", "/projects/2/realtime"),
        ("dropped", "/projects/1/dropped"),
        ("dropped-empty", "/projects/2/dropped"),
        ("goals", "/projects/1/goals"),
        ("goals-empty", "/projects/2/goals"),
        ("notes", "/projects/1/notes"),
        ("notes-empty", "/projects/2/notes"),
        ("not-found", "/projects/9"),
        ("design", "/design"),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var options = BenchmarkOptions.Parse(args, "--to", "--only", "--quick");
        var to = Directory.CreateDirectory(options.GetValueOrDefault("--to", "artifacts/screenshots")).FullName;
        var only = options.GetValueOrDefault("--only", "");
        var data = Directory.CreateTempSubdirectory("sightline-screens-").FullName;
        try
        {
            ShopData.Fill(data, TimeProvider.System.GetUtcNow(), 900);
            new ProjectStore(SettingsDb.Open(data, TimeProvider.System), TimeProvider.System).Add("An empty project");
            await using var app = ServerApp.Build(new ServeOptions { Data = data, Listen = ["http://127.0.0.1:0"], LocalAccess = true, LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning });
            await app.StartAsync().ConfigureAwait(false);
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http://127", StringComparison.Ordinal));
            using var playwright = await Playwright.CreateAsync().ConfigureAwait(false);
            await using var browser = await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = "/usr/bin/chromium",
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
            }).ConfigureAwait(false);
            foreach (var (look, width, scheme, script) in Looks(options.ContainsKey("--quick")))
            {
                await using var profile = await browser.NewContextAsync(new()
                {
                    ViewportSize = new() { Width = width, Height = width < 500 ? 844 : 900 },
                    ColorScheme = scheme,
                    JavaScriptEnabled = script,
                    BaseURL = address,
                }).ConfigureAwait(false);
                foreach (var (name, path) in Pages.Where(p => only.Length == 0 || p.Name.Contains(only, StringComparison.Ordinal)))
                {
                    var page = await profile.NewPageAsync().ConfigureAwait(false);
                    await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load }).ConfigureAwait(false);
                    if (script && await page.Locator(".plot[data-graph]").CountAsync().ConfigureAwait(false) > 0)
                    {
                        await page.Locator(".plot.on").First.WaitForAsync().ConfigureAwait(false);
                    }

                    await page.ScreenshotAsync(new() { Path = Path.Combine(to, $"{name}-{look}.png"), FullPage = true }).ConfigureAwait(false);
                    await page.CloseAsync().ConfigureAwait(false);
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
