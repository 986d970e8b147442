using Microsoft.Playwright;

namespace Sightline.Benchmarks;

/// <summary>Takes pictures of pages in one folder, in one browser.</summary>
internal sealed class ScreenCamera(IBrowser browser, string folder, string only, bool continues)
{
    private int _taken;
    private int _kept;

    public int Taken => _taken;

    /// <summary>Pictures of an earlier run that were left as they are.</summary>
    public int Kept => _kept;

    /// <summary>Names that did not come out, and why.</summary>
    public List<string> Faults { get; } = [];

    public bool Wants(string name) => only.Length == 0 || name.Contains(only, StringComparison.Ordinal);

    /// <summary>Pictures of which one needs what is done for another: unless all of them are there, none is kept.</summary>
    public bool HasAll(ScreenLook look, params IReadOnlyList<string> names)
    {
        var files = names.Where(Wants).Select(name => FileOf(name, look)).ToList();
        if (continues && files.TrueForAll(File.Exists))
        {
            return true;
        }

        files.ForEach(File.Delete);
        return false;
    }

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

        if (continues && File.Exists(FileOf(name, look)))
        {
            Interlocked.Increment(ref _kept);
            return;
        }

        try
        {
            // Nobody presses anything on paper: what is done is done on the screen, then printed.
            await page.EmulateMediaAsync(new() { Media = act is null ? look.Media : Media.Screen }).ConfigureAwait(false);
            await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load }).ConfigureAwait(false);
            await DrawnAsync(page, look).ConfigureAwait(false);
            if (act is not null)
            {
                await act(page).ConfigureAwait(false);
                await page.WaitForLoadStateAsync(LoadState.Load).ConfigureAwait(false);
                await DrawnAsync(page, look).ConfigureAwait(false);
                await page.EmulateMediaAsync(new() { Media = look.Media }).ConfigureAwait(false);
            }

            var picture = await page.ScreenshotAsync(new() { FullPage = true }).ConfigureAwait(false);
            await page.EmulateMediaAsync(new() { Media = Media.Screen }).ConfigureAwait(false);
            // Whole or not at all: what is there is not taken again.
            var unfinished = FileOf(name, look) + ".part";
            await File.WriteAllBytesAsync(unfinished, picture).ConfigureAwait(false);
            File.Move(unfinished, FileOf(name, look), overwrite: true);
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

    private string FileOf(string name, ScreenLook look) => Path.Combine(folder, $"{name}-{look.Name}.png");

    // Where scripts of ours run, the graph that answers the pointer takes the place of the drawn one.
    private static async Task DrawnAsync(IPage page, ScreenLook look)
    {
        if (look is { Script: true, Media: Media.Screen } && await page.Locator("html[data-chart] .plot[data-graph]").CountAsync().ConfigureAwait(false) > 0)
        {
            await page.Locator(".plot.on").First.WaitForAsync(new() { Timeout = 10_000 }).ConfigureAwait(false);
        }
    }
}
