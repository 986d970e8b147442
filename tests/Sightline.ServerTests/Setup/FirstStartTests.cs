using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sightline.ServerTests.Crash;
using Sightline.ServerTests.Tracker;

namespace Sightline.ServerTests.Setup;

/// <summary>What a new user does, in a real browser: an empty directory, the printed password, a project, the snippet, a visit, the numbers.</summary>
[Collection(BrowserTests.Name)]
public sealed partial class FirstStartTests(Chromium chromium, ITestOutputHelper output)
{
    [Fact]
    public async Task From_an_empty_directory_to_the_first_visit_on_the_screen()
    {
        var data = Directory.CreateTempSubdirectory("sightline-first-").FullName;
        var clock = Stopwatch.StartNew();
        try
        {
            var port = CrashServer.FreePort();
            using var server = CrashServer.Start(System.IO.Path.Combine(data, "data"), port);
            await server.ReadyAsync(TestContext.Current.CancellationToken);
            var password = await PasswordAsync(server);
            var address = server.Client.BaseAddress!.ToString().TrimEnd('/');
            await using var profile = await chromium.NewProfileAsync();
            var page = await profile.NewPageAsync();
            var errors = new List<string>();
            page.Console += (_, message) =>
            {
                if (message.Type == "error")
                {
                    errors.Add(message.Text);
                }
            };
            await page.GotoAsync(address);
            await page.FillAsync("input[name=email]", "owner@localhost");
            await page.FillAsync("input[name=password]", password);
            await page.ClickAsync("main button[type=submit]");
            await page.FillAsync("input[name=new]", "a password of my own");
            await page.FillAsync("input[name=repeated]", "a password of my own");
            await page.ClickAsync("main button[type=submit]");

            // Nothing there yet, so the way leads to the first project.
            await page.WaitForURLAsync("**/projects/new");
            Assert.Equal(await page.EvaluateAsync<string>("Intl.DateTimeFormat().resolvedOptions().timeZone"), await page.InputValueAsync("select[name=zone]"));
            await page.FillAsync("input[name=name]", "My shop");
            await page.ClickAsync("main button[type=submit]");
            // The page holds a stream open: to wait for it to have loaded may miss that it has.
            await page.WaitForURLAsync("**/projects/1/start", new PageWaitForURLOptions { WaitUntil = WaitUntilState.Commit });
            await page.WaitForSelectorAsync("details#check");
            var snippet = (await page.TextContentAsync("#snippet"))!;
            Assert.True(await page.IsVisibleAsync("button[data-copy]"));
            Assert.True(await page.IsVisibleAsync("text=Waiting for the first event"));
            Assert.False(await page.IsVisibleAsync("text=The first event is here"));

            var key = KeyPattern().Match(snippet).Groups[1].Value;
            await using var site = await TestSite.StartAsync(address, key: key);
            await using (var visitor = await chromium.NewProfileAsync())
            {
                var visit = await visitor.NewPageAsync();
                await visit.GotoAsync(site.Url + "/about");
                await page.WaitForSelectorAsync("text=The first event is here", new PageWaitForSelectorOptions { State = WaitForSelectorState.Visible });
            }

            Assert.False(await page.IsVisibleAsync("text=Waiting for the first event"));
            // It asks no more whether something is wrong: by script at once, and drawn without it.
            Assert.False(await page.Locator("details#check").EvaluateAsync<bool>("e => e.open"));
            await page.ReloadAsync();
            Assert.Equal("Is something missing?", await page.TextContentAsync("details#check:not([open]) h2"));
            // A policy that stops a script or a style of ours says so in the console.
            Assert.Empty(errors);
            await page.ClickAsync("text=See the numbers");
            await page.WaitForSelectorAsync("text=/about");
            output.WriteLine($"from an empty directory to the first visit on the screen: {clock.Elapsed.TotalSeconds:0.0} s");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<string> PasswordAsync(CrashServer server)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (PasswordPattern().Match(server.Said) is { Success: true } match)
            {
                return match.Groups[1].Value;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    [GeneratedRegex("one-time password, which is not shown again: (\\S+)")]
    private static partial Regex PasswordPattern();

    [GeneratedRegex("data-project=\"(\\w+)\"")]
    private static partial Regex KeyPattern();
}
