using System.Diagnostics;

namespace Sightline.ServerTests.Tracker;

/// <summary>The browser without a driver: a page is opened and left to itself.</summary>
internal sealed class BareChromium : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _profile;

    private BareChromium(Process process, string profile)
    {
        _process = process;
        _profile = profile;
    }

    public static BareChromium Open(string url)
    {
        var profile = Directory.CreateTempSubdirectory("sightline-chromium-").FullName;
        var start = new ProcessStartInfo("/usr/bin/chromium") { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] arguments =
        [
            // A port of the debugger keeps the page open; nobody attaches to it.
            "--headless", "--remote-debugging-port=0", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
            "--no-first-run", $"--user-data-dir={profile}", $"--user-agent={Chromium.UserAgent}", url,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("chromium did not start");
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new BareChromium(process, profile);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        for (var tries = 1; Directory.Exists(_profile); tries++)
        {
            try
            {
                Directory.Delete(_profile, recursive: true);
            }
            catch (IOException) when (tries < 100)
            {
                // A child of the browser that is not quite dead has written another file.
                await Task.Delay(20);
            }
        }
    }
}
