using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;
using Sightline.Server.Features.Accounts;
using Sightline.ServerTests.Tracker;

namespace Sightline.ServerTests.Pages;

/// <summary>What holds for every page of the route table, in a real browser: accessible in light and dark, no wider than any screen, within its policy, all of it in the order of Tab.</summary>
[Collection(BrowserTests.Name)]
public sealed class EveryPageTests(Chromium chromium) : IAsyncLifetime
{
    private ServerUnderTest _server = null!;
    private PageRoutes _pages = null!;

    public async ValueTask InitializeAsync()
    {
        var data = Directory.CreateTempSubdirectory("sightline-every-page-").FullName;
        PageRoutes.Prepare(data, TimeProvider.System.GetUtcNow(), 40);
        _server = await ServerUnderTest.StartAsync(data: data);
        _pages = await PageRoutes.FindAsync(_server.Services, _server.Address, Browser.Password);
        await _server.DrainAsync();
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Every_page_is_accessible_fits_every_screen_and_keeps_to_its_policy()
    {
        Assert.Superset(new HashSet<string> { "/", "/design", "/sign-in", "/projects/1", "/projects/2", "/projects/3/realtime", "/projects/1/segments", "/projects/1/members", "/projects/1/imports/1", "/public/1", "/public/1/chart", "/public/1/details/page", "/projects/1/dashboards/1", "/projects/1/dashboards/1?edit=1", "/projects/1/explorer?q=cpu+avg+by+core+from+-3h" }, _pages.All.Select(p => p.Path).ToHashSet());
        var axe = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "web/node_modules/axe-core/axe.min.js"), TestContext.Current.CancellationToken);
        ConcurrentBag<string> faults = [];
        foreach (var signedIn in (bool[])[true, false])
        {
            await using var profile = await chromium.NewProfileAsync();
            var page = await OpenAsync(profile, signedIn);
            var path = "";
            page.Console += (_, message) =>
            {
                // The browser itself reports answers of 400 and 404.
                if (message.Type is "error" or "warning" && !message.Text.Contains("the server responded with a status", StringComparison.Ordinal))
                {
                    faults.Add($"{path}: {message.Text}");
                }
            };
            page.PageError += (_, fault) => faults.Add($"{path}: {fault}");
            foreach (var address in _pages.All.Where(p => p.SignedIn == signedIn))
            {
                path = address.Path;
                await page.SetViewportSizeAsync(1280, 900);
                await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
                await page.GotoAsync(new Uri(_server.Address, path).ToString(), new() { WaitUntil = WaitUntilState.Load });
                // What opens is part of a page, too.
                await page.EvaluateAsync("document.querySelectorAll('details.data').forEach(d => d.open = true)");
                await page.EvaluateAsync(axe);
                foreach (var colours in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
                {
                    await page.EmulateMediaAsync(new() { ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce });
                    var found = await page.EvaluateAsync<JsonElement>("axe.run(document, { resultTypes: ['violations'] })");
                    foreach (var violation in found.GetProperty("violations").EnumerateArray())
                    {
                        var node = violation.GetProperty("nodes")[0];
                        faults.Add($"{path} ({colours}): {violation.GetProperty("id").GetString()}: {node.GetProperty("html").GetString()} {node.GetProperty("failureSummary").GetString()}");
                    }
                }

                foreach (var width in (int[])[390, 768, 2560])
                {
                    await page.SetViewportSizeAsync(width, 900);
                    // A graph takes a frame to follow.
                    var over = await page.EvaluateAsync<string?>(
                        """
                        new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => {
                          const e = document.documentElement;
                          done(e.scrollWidth <= e.clientWidth ? null : [...document.querySelectorAll('main *')].find(x => x.getBoundingClientRect().right > e.clientWidth)?.outerHTML.slice(0, 200) ?? 'it');
                        }))))
                        """);
                    if (over is not null)
                    {
                        faults.Add($"{path} is wider than {width}: {over}");
                    }
                }

                if (await page.EvaluateAsync<int>("document.getAnimations().filter(a => a.playState === 'running').length") > 0)
                {
                    faults.Add($"{path} moves though no motion is wanted");
                }
            }
        }

        Assert.True(faults.IsEmpty, string.Join("\n\n", faults));
    }

    [Fact]
    public async Task Everything_that_can_be_clicked_is_reached_by_tab_and_shows_it()
    {
        List<string> faults = [];
        foreach (var signedIn in (bool[])[true, false])
        {
            await using var profile = await chromium.NewProfileAsync();
            var page = await OpenAsync(profile, signedIn);
            foreach (var address in _pages.All.Where(p => p.SignedIn == signedIn && !p.Name.EndsWith("-one", StringComparison.Ordinal)))
            {
                await page.GotoAsync(new Uri(_server.Address, address.Path).ToString(), new() { WaitUntil = WaitUntilState.Load });
                // Shapes of the map are doubled by the list of countries; of radio buttons Tab reaches the chosen one, and the live list is another each second.
                var wanted = await page.EvaluateAsync<int>(
                    """
                    (() => { document.activeElement?.blur(); window.focus();
                      const all = [...document.querySelectorAll('a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled), select, textarea, summary, [tabindex="0"]')]
                        .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.map, .feed, template') && !(e.type === 'radio' && !e.checked) && !e.closest('dialog:not([open])'));
                      all.forEach((e, i) => e.dataset.order = i); document.body.tabIndex = -1; document.body.focus(); return all.length; })()
                    """);
                // What only a pointer could do: something that looks as if it were to be clicked without being reached, a drag that no field, button or key stands for.
                faults.AddRange((await page.EvaluateAsync<string[]>(
                    """
                    (() => { const keys = 'a[href], button, input, select, textarea, summary, label, option, [tabindex="0"]', shown = e => e.checkVisibility({ visibilityProperty: true });
                      const first = e => e.outerHTML.slice(0, 120);
                      return [
                        ...[...document.querySelectorAll('body *')].filter(e => shown(e) && getComputedStyle(e).cursor === 'pointer' && !e.closest(keys)).map(e => 'only a pointer reaches ' + first(e)),
                        ...[...document.querySelectorAll('html[data-chart] .plot[data-graph][data-zoom]')].filter(() => !document.querySelector('#range input[name=from]')).map(e => 'only a drag chooses a part of ' + first(e)),
                        ...[...document.querySelectorAll('.plot[data-series]')].filter(e => !e.querySelector('svg[tabindex="0"]')).map(e => 'no key reads ' + first(e)),
                        ...[...document.querySelectorAll('[draggable=true]')].filter(e => !e.querySelector('button[name=place]') && document.querySelectorAll('[draggable=true]').length > 1).map(e => 'only a drag moves ' + first(e)),
                      ]; })()
                    """)).Select(fault => $"{address.Path}: {fault}"));
                HashSet<string> reached = [];
                for (var i = 0; i < wanted * 2 + 60 && reached.Count < wanted; i++)
                {
                    await page.Keyboard.PressAsync("Tab");
                    var at = await page.EvaluateAsync<string?>(
                        """
                        (() => { const e = document.activeElement; if (!e?.dataset?.order) return null; const s = getComputedStyle(e);
                          return e.dataset.order + (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 1 ? '!' + e.outerHTML.slice(0, 120) : ''); })()
                        """);
                    if (at is not null)
                    {
                        if (at.Contains('!', StringComparison.Ordinal))
                        {
                            faults.Add($"{address.Path}: no mark of the focus on {at}");
                        }

                        reached.Add(at.Split('!')[0]);
                    }
                }

                if (reached.Count < wanted)
                {
                    var first = await page.EvaluateAsync<string>("reached => [...document.querySelectorAll('[data-order]')].find(e => !reached.includes(e.dataset.order))?.outerHTML.slice(0, 160) ?? 'what the page has replaced'", reached.ToArray());
                    faults.Add($"{address.Path}: {wanted - reached.Count} of {wanted} are not reached, first {first}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults.Distinct()));
    }

    [Theory]
    [InlineData("overview-filtered")]
    [InlineData("goals")]
    [InlineData("notes")]
    [InlineData("dashboards-dashboard-edit")]
    [InlineData("details-tab")]
    public async Task Every_menu_opens_by_enter_is_walked_by_tab_and_closes_by_escape(string name)
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, signedIn: true);
        await page.GotoAsync(new Uri(_server.Address, _pages.All.Single(p => p.Name == name).Path).ToString(), new() { WaitUntil = WaitUntilState.Load });
        var menus = await page.Locator("details.menu > summary:visible").CountAsync();
        Assert.True(menus > 2, $"{menus} menus");
        for (var menu = 0; menu < menus; menu++)
        {
            var summary = page.Locator("details.menu > summary:visible").Nth(menu);
            await summary.FocusAsync();
            // The script puts the focus on a form's first field when the menu tells that it has opened, and hears that before the menu's own listeners do.
            await summary.EvaluateAsync("summary => { window.opened = new Promise(done => summary.parentElement.addEventListener('toggle', done, { once: true })).then(() => true); }");
            await page.Keyboard.PressAsync("Enter");
            Assert.True(await page.EvaluateAsync<bool>("window.opened"));
            var wanted = await summary.EvaluateAsync<int>(
                """
                summary => { if (!summary.parentElement.open) return -1;
                  document.querySelectorAll('[data-inside]').forEach(e => delete e.dataset.inside);
                  const all = [...summary.parentElement.querySelectorAll(':scope > .pop :is(a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled), select, textarea, summary)')].filter(e => e.checkVisibility({ visibilityProperty: true }));
                  all.forEach((e, i) => e.dataset.inside = i); return all.length; }
                """);
            Assert.True(wanted > 0, $"menu {menu} of {name} has {wanted} things to choose");
            HashSet<string> reached = [];
            for (var i = 0; i < (wanted * 2) + 20 && reached.Count < wanted; i++)
            {
                if (await page.EvaluateAsync<string?>("document.activeElement?.dataset?.inside ?? null") is { } at)
                {
                    reached.Add(at);
                }

                await page.Keyboard.PressAsync("Tab");
            }

            Assert.True(reached.Count == wanted, $"menu {menu} of {name}: {reached.Count} of {wanted} are reached");
            await summary.EvaluateAsync("summary => (summary.parentElement.querySelector('.pop [data-inside]') ?? summary).focus()");
            await page.Keyboard.PressAsync("Escape");
            Assert.True(await summary.EvaluateAsync<bool>("summary => !summary.parentElement.open && document.activeElement === summary"), $"menu {menu} of {name} stays open or loses the focus");
        }
    }

    [Fact]
    public async Task A_report_paints_without_its_scripts_which_are_small_and_prints_as_paper()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, signedIn: true);
        await page.GotoAsync(new Uri(_server.Address, "/projects/1").ToString());
        await page.Locator(".plot.on").WaitForAsync();
        var bytes = await page.EvaluateAsync<int>("performance.getEntriesByType('resource').filter(e => e.name.includes('.js')).reduce((sum, e) => sum + e.encodedBodySize, 0)");
        Assert.InRange(bytes, 50_000, 250_000);

        await page.RouteAsync("**/*.js*", route => route.AbortAsync());
        await page.GotoAsync(new Uri(_server.Address, "/projects/1").ToString());
        await Assertions.Expect(page.Locator(".tile-value").First).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('.plot .g-line').getTotalLength() > 100"));
        Assert.True(await page.EvaluateAsync<bool>("new Promise(done => new PerformanceObserver(list => done(list.getEntriesByName('first-contentful-paint').length > 0)).observe({ type: 'paint', buffered: true }))"));

        await page.EmulateMediaAsync(new() { Media = Media.Print });
        foreach (var gone in (string[])["header.top", "#add-filter", ".find"])
        {
            await Assertions.Expect(page.Locator(gone).First).ToBeHiddenAsync();
        }

        await Assertions.Expect(page.Locator("#panel-pages tbody tr").First).ToBeVisibleAsync();
        Assert.Equal("rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task The_sheet_of_shortcuts_lists_every_key_there_is()
    {
        await using var profile = await chromium.NewProfileAsync();
        var page = await OpenAsync(profile, signedIn: true);
        await page.GotoAsync(new Uri(_server.Address, "/projects/1?range=custom&from=2026-01-05&to=2026-01-11&f=is,visit:country,DE").ToString());
        var keys = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('[data-key]')].map(e => e.dataset.key)");
        var listed = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('#help kbd')].map(e => e.textContent)");
        var told = listed.Select(key => key switch { "←" => "ArrowLeft", "→" => "ArrowRight", "Esc" => "Escape", _ => key.ToLowerInvariant() }).ToHashSet();
        Assert.Subset(told, keys.ToHashSet());
        // The script's own two, and nothing else.
        Assert.Equal(["/", "f"], told.Except(keys).Order(StringComparer.Ordinal));
    }

    private async Task<IPage> OpenAsync(IBrowserContext profile, bool signedIn)
    {
        var page = await profile.NewPageAsync();
        if (signedIn)
        {
            await page.GotoAsync(new Uri(_server.Address, "/sign-in").ToString());
            await page.Locator("input[name=email]").FillAsync(FirstOwner.Email);
            await page.Locator("input[name=password]").FillAsync(Browser.Password);
            await page.Keyboard.PressAsync("Enter");
            await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        }

        return page;
    }
}
