using Microsoft.Playwright;

namespace Sightline.ServerTests.Tracker;

/// <summary>One real browser for all tests of the tracker; each test has a profile of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>A headless browser says so in its User-Agent, and would be counted as the bot it is.</summary>
    public const string UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
                // Not emulated by the driver: a beacon outlives its page, and with it the emulation.
                $"--user-agent={UserAgent}", "--accept-lang=de-DE",
            ],
            // Pages that come back from the cache are what a test is about.
            IgnoreDefaultArgs = ["--disable-back-forward-cache"],
        });
    }

    public async Task<IBrowserContext> NewProfileAsync(bool script = true)
    {
        var profile = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1000, Height = 500 },
            ScreenSize = new ScreenSize { Width = 1600, Height = 900 },
            JavaScriptEnabled = script,
        });
        profile.SetDefaultTimeout(15_000);
        return profile;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<Chromium>
{
    public const string Name = "Browser";
}
