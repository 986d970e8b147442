using Microsoft.Playwright;

namespace Sightline.Benchmarks;

/// <summary>Takes pictures of pages in one folder, in one browser.</summary>
internal sealed class ScreenCamera(IBrowser browser, string folder, string only)
{
    private int _taken;

    public int Taken => _taken;

    /// <summary>Names that did not come out, and why.</summary>
    public List<string> Faults { get; } = [];

    public bool Wants(string name) => only.Length == 0 || name.Contains(only, StringComparison.Ordinal);

    /// <param name="look">Of its windows.</param>
    /// <param name="address">Of the server.</param>
    /// <param name="session">Of somebody signed in.</param>
    public Task<IBrowserContext> OpenAsync(ScreenLook look, string address, string? session = null) => browser.NewContextAsync(new()
    {
        ViewportSize = new() { Width = look.Width, Height = look.Width < 500 ? 844 : 900 },
        ColorScheme = look.Scheme,
        ForcedColors = look.Forced,
        ReducedMotion = ReducedMotion.Reduce,
        JavaScriptEnabled = look.Script,
        BaseURL = address,
        StorageState = session,
    });

    /// <summary>A picture of what stands at the address, after <paramref name="act"/> when that is given.</summary>
    public async Task TakeAsync(IPage page, ScreenLook look, string name, string path, Func<IPage, Task>? act = null)
    {
        if (!Wants(name))
        {
            return;
        }

        try
        {
            await page.EmulateMediaAsync(new() { Media = look.Media }).ConfigureAwait(false);
            await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load }).ConfigureAwait(false);
            await DrawnAsync(page, look).ConfigureAwait(false);
            if (act is not null)
            {
                await act(page).ConfigureAwait(false);
                await page.WaitForLoadStateAsync(LoadState.Load).ConfigureAwait(false);
                await DrawnAsync(page, look).ConfigureAwait(false);
            }

            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{look.Name}.png"), FullPage = true }).ConfigureAwait(false);
            Interlocked.Increment(ref _taken);
        }
        catch (Exception fault) when (fault is PlaywrightException or TimeoutException)
        {
            lock (Faults)
            {
                Faults.Add($"{name}-{look.Name}: {fault.Message.Split('\n')[0]}");
            }
        }
    }

    // Where scripts of ours run, the graph that answers the pointer takes the place of the drawn one.
    private static async Task DrawnAsync(IPage page, ScreenLook look)
    {
        if (look is { Script: true, Media: Media.Screen } && await page.Locator("html[data-chart] .plot[data-graph]").CountAsync().ConfigureAwait(false) > 0)
        {
            await page.Locator(".plot.on").First.WaitForAsync(new() { Timeout = 10_000 }).ConfigureAwait(false);
        }
    }
}
