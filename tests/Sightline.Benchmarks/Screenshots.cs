using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Sightline.Server;
using Sightline.Server.Features.Accounts;
using Sightline.ServerTests.Pages;
using Sightline.Store.Settings;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>screenshots [--to DIR] [--only TEXT] [--looks A,B] [--quick | --all] [--continue]</c>: every page of the route table in every state (much, nothing, one event, at fault, in the
/// middle of something) as pictures for the eye, with an <c>index.html</c> to look them through. Usually light and dark, 390, 1280 and 2560 pixels wide and
/// without script, empty pages twice only; <c>--quick</c>: 1280 and 390 in light; <c>--all</c>: everything in everything, forced colours and paper, too; <c>--looks</c>:
/// only those, such as <c>1280-dark,print</c>; <c>--continue</c>: what is in the folder already is not taken again, after a run that was cut short.
/// </summary>
internal static class Screenshots
{
    private const int AtOnce = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = BenchmarkOptions.Parse(args, ["--quick", "--all", "--continue"], "--to", "--only", "--looks");
        var to = Directory.CreateDirectory(options.GetValueOrDefault("--to", "artifacts/screenshots")).FullName;
        var all = options.ContainsKey("--all");
        var looks = options.ContainsKey("--quick") ? ScreenLook.Quick : all ? ScreenLook.All : ScreenLook.Usual;
        if (options.TryGetValue("--looks", out var names))
        {
            looks = [.. ScreenLook.All.Where(look => names.Split(',').Contains(look.Name, StringComparer.Ordinal))];
        }

        var (data, fresh) = (Directory.CreateTempSubdirectory("sightline-screens-").FullName, Directory.CreateTempSubdirectory("sightline-screens-").FullName);
        try
        {
            PageRoutes.Prepare(data, TimeProvider.System.GetUtcNow(), 900);
            var lines = ScreenMetrics.Fill(data, TimeProvider.System.GetUtcNow());
            await using var app = await StartAsync(data).ConfigureAwait(false);
            await using var empty = await StartAsync(fresh).ConfigureAwait(false);
            var address = Address(app);
            var pages = await PageRoutes.FindAsync(app.Services, new Uri(address), ScreenScenes.Password).ConfigureAwait(false);
            using var playwright = await Playwright.CreateAsync().ConfigureAwait(false);
            await using var browser = await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = "/usr/bin/chromium",
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
            }).ConfigureAwait(false);
            var camera = new ScreenCamera(browser, to, options.GetValueOrDefault("--only", ""), options.ContainsKey("--continue"));
            var owner = await ScreenScenes.SignInAsync(camera, address, FirstOwner.Email).ConfigureAwait(false);
            foreach (var look in looks)
            {
                foreach (var signedIn in (bool[])[true, false])
                {
                    await using var profile = await camera.OpenAsync(look, address, signedIn ? owner : null).ConfigureAwait(false);
                    var wanted = pages.All.Concat(lines).Where(page => page.SignedIn == signedIn && (all || ScreenLook.Quick.Contains(look) || !page.IsNearlyEmpty)).ToList();
                    await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async part =>
                    {
                        var page = await profile.NewPageAsync().ConfigureAwait(false);
                        foreach (var one in wanted.Where((_, i) => i % AtOnce == part))
                        {
                            await camera.TakeAsync(page, look, one.Name, one.Path).ConfigureAwait(false);
                        }
                    })).ConfigureAwait(false);
                }
            }

            var scenes = new ScreenScenes(camera, app.Services, address, empty.Services, Address(empty), owner);
            await scenes.PrepareAsync().ConfigureAwait(false);
            foreach (var look in looks)
            {
                await scenes.TakeAsync(look).ConfigureAwait(false);
            }

            await scenes.TourAsync(looks).ConfigureAwait(false);
            await scenes.FailAsync(looks).ConfigureAwait(false);
            await app.StopAsync().ConfigureAwait(false);
            await empty.StopAsync().ConfigureAwait(false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{camera.Taken} pictures{(camera.Kept > 0 ? $" beside {camera.Kept} that were there" : "")}; look at {ContactSheet.Write(to, ScreenLook.All)}"));
            camera.Faults.ForEach(fault => Console.Error.WriteLine($"not taken: {fault}"));
            return camera.Faults.Count == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
            Directory.Delete(fresh, recursive: true);
        }
    }

    private static async Task<WebApplication> StartAsync(string data)
    {
        var app = ServerApp.Build(new ServeOptions { Data = data, Listen = ["http://127.0.0.1:0"], OwnerPassword = ScreenScenes.Password, PrivateRequests = true, LogLevel = LogLevel.Error, CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)] });
        await app.StartAsync().ConfigureAwait(false);
        return app;
    }

    private static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http://127", StringComparison.Ordinal));
}
