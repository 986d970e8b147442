using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sightline.Core.Model;
using Sightline.Server;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Features.Tour;
using Sightline.Server.Receive;
using Sightline.Server.Receive.Carbon;
using Sightline.Store.Settings;

namespace Sightline.Benchmarks;

/// <summary>States of pages that no address has: something is open, was sent, was refused, or somebody else looks.</summary>
internal sealed class ScreenScenes(ScreenCamera camera, IServiceProvider services, string main, IServiceProvider fresh, string first, string owner)
{
    public const string Password = "four words that hold 7";

    private const string Viewer = "a-viewer-with-a-long-address@marketing.example.com";

    private static readonly (string Name, string Path, string Opens)[] Opened =
    [
        ("overview+filter", "/projects/1", "#add-filter > summary"), ("overview+chip", "/projects/1?f=is,visit:country,DE", ".chip summary"),
        ("overview+range", "/projects/1", "summary:has-text('Last 30 days')"), ("overview+compare", "/projects/1", "summary:has-text('Period before')"),
        ("overview+views", "/projects/1", "summary:has-text('Views')"), ("overview+metrics", "/projects/1", ".graph-head summary"), ("overview+table", "/projects/1", ".data > summary"),
        ("overview+account", "/projects/1", ".user-menu > summary"), ("overview+colours", "/projects/1", "[title=Colours]"), ("goals+edit", "/projects/1/goals", "td .menu > summary"),
        ("notes+edit", "/projects/1/notes", ".menu:not(.top *) > summary"), ("dropped+sample", "/projects/1/dropped", ".reasons details > summary"),
        ("dashboards-dashboard+edit", "/projects/1/dashboards/1?edit=1", ".pane .menu > summary"), ("explorer+targets", "/projects/1/explorer?q=cpu+from+-3h", ".of-graphs > .card > .data > summary"),
        ("start+more", "/projects/1/start", "main details > summary"),
    ];

    /// <param name="Name">Of its pictures.</param>
    /// <param name="Path">Where the form is.</param>
    /// <param name="Fields">What is typed: a selector and a text.</param>
    /// <param name="Button">What is pressed.</param>
    private sealed record Sent(string Name, string Path, (string Field, string Text)[] Fields, string Button);

    private readonly Sent[] _sent =
    [
        new("settings+fault", "/projects/1/settings", [("textarea[name=ips]", "10.0.0.0/8\nthe office")], "#exclusions button"),
        new("settings+saved", "/projects/1/settings", [], "#general button"),
        new("settings+loss", "/projects/1/settings", [("input[name=days]", "20")], "#retention button"),
        new("new+fault", "/projects/new", [("input[name=name]", "Shop"), ("input[name=domain]", "not a host!")], "main button"),
        new("members+invited", "/projects/1/members", [("input[name=email]", "grace@example.com")], "form[action$='/invite'] button"),
        new("members+fault", "/projects/1/members", [("input[name=email]", FirstOwner.Email)], "form[action$='/invite'] button"),
        new("tokens+made", "/projects/1/tokens", [("input[name=name]", "Nightly report")], "main form[action$='/tokens'] button"),
        new("people+invited", "/people", [("input[name=email]", "ada@example.com")], "form[action$='/invite'] button"),
        new("sharing+fault", "/projects/1/sharing", [("#make input[name=name]", "Agency"), ("input[name=view]", "https://elsewhere.example/")], "#make button"),
        new("account+fault", "/account", [("input[name=present]", "wrong"), ("input[name=new]", "a new one of these"), ("input[name=repeated]", "another one of these")], "form[action$='/password'] button"),
        new("dashboards+fault", "/projects/1/dashboards", [("textarea[name=json]", "{ \"panels\": 7 }")], "#import button"),
        new("goals+fault", "/projects/1/goals", [("#add input[name=name]", "Bought"), ("#add select", "path"), ("#add input[name=what]", "thank-you")], "#add button"),
        new("start+findings", "/projects/1/start", [("input[name=address]", main + "/sign-in")], "form[action*='/check'] button"),
        new("metrics+fault", "/projects/1/metrics", [("textarea[name=schemas]", "[default]\npattern = ^servers\nretentions = 10x:6h")], "main form button.primary"),
        new("metrics+cost", "/projects/1/metrics", [("textarea[name=schemas]", "[default]\npattern = .*\nretentions = 1m:10m")], "main form button.primary"),
        new("metrics+rules-fault", "/projects/1/metrics", [("textarea[name=aggregation]", "[counts]\npattern = \\.count$\naggregationMethod = most"), ("textarea[name=rewrites]", "[pre]\n^(\\w+ = x"), ("textarea[name=aggregates]", "all.requests = sum")], "main form button.primary"),
        new("metrics+saved", "/projects/1/metrics", [], "main form button.primary"),
        new("explorer-rules+fault", "/projects/1/explorer/rules", [("textarea[name=rules]", "shop.{node}.queue x")], "main form button"),
    ];

    public static async Task<string> SignInAsync(ScreenCamera camera, string address, string email, ScreenLook? look = null)
    {
        await using var profile = await camera.OpenAsync(look ?? ScreenLook.Quick[0], address).ConfigureAwait(false);
        var page = await profile.NewPageAsync().ConfigureAwait(false);
        await page.GotoAsync("/sign-in").ConfigureAwait(false);
        await FillSignInAsync(page, email, Password).ConfigureAwait(false);
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal)).ConfigureAwait(false);
        return await profile.StorageStateAsync().ConfigureAwait(false);
    }

    /// <summary>People whose pages are pictured.</summary>
    public async Task PrepareAsync()
    {
        var hash = services.GetRequiredService<Passwords>().Hash(Password);
        var users = services.GetRequiredService<UserStore>();
        users.Add(Viewer, null, isOwner: false, hash, roles: new Dictionary<uint, Role> { [1] = Role.Viewer });
        foreach (var look in ScreenLook.All)
        {
            users.Add($"careful-{look.Name}@example.com", null, isOwner: false, hash, roles: new Dictionary<uint, Role> { [1] = Role.Editor });
            users.Add($"new-{look.Name}@example.com", null, isOwner: false, hash, mustChangePassword: true);
        }

        // What an owner has to see to: keys of no project, and more names of metrics than a project may have.
        var unknown = services.GetRequiredService<Gate>().UnknownKeys;
        unknown.Seen("k-of-the-old-server", "https://shop.wheelwright.example/basket");
        unknown.Seen("", "https://wheelwright.example/");
        new ProjectStore(services.GetRequiredService<SettingsDb>(), TimeProvider.System).Update(1, new ProjectChange { MaxSeries = 15 });
        var path = services.GetRequiredService<DataPath>();
        path.Projects.RunOnce();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(services.GetRequiredService<CarbonListener>().Plaintext[0]).ConfigureAwait(false);
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 400).Select(n => $"app.requests.{n}.{(n % 9 == 0 ? "size" : "count")} 1 {now}\n")))).ConfigureAwait(false);
        }

        for (var i = 0; i < 100 && path.Store.Series.GuardReport(1).Refused < 400; i++)
        {
            await Task.Delay(100).ConfigureAwait(false);
        }
    }

    public async Task TakeAsync(ScreenLook look)
    {
        await TakeAsOwnerAsync(look).ConfigureAwait(false);
        await TakeAsViewerAsync(look).ConfigureAwait(false);
        await TakeAsNobodyAsync(look).ConfigureAwait(false);
        await TakeSecondFactorAsync(look).ConfigureAwait(false);
        await TakeFreshAsync(look).ConfigureAwait(false);
    }

    /// <summary>The demo's cards, which would stand on every picture of their project: last of all.</summary>
    public async Task TourAsync(IReadOnlyList<ScreenLook> looks)
    {
        services.GetRequiredService<Tours>().Set(1,
        [
            new(".tiles", "How it is going", "Visitors, visits, bounce rate: each with its course and what it was before. Choose one and the graph shows it.", []),
            new(".graph", "What happened when", "The peak is a blog post that was passed around. Marks on the time line are notes.", [("Show that day by the hour", "/projects/1?range=day"), ("Realtime", "/projects/1/realtime")]),
        ]);
        foreach (var look in looks)
        {
            await using var profile = await camera.OpenAsync(look, main, owner).ConfigureAwait(false);
            await camera.TakeAsync(await profile.NewPageAsync().ConfigureAwait(false), look, "overview+tour", "/projects/1").ConfigureAwait(false);
        }
    }

    /// <summary>A page that fails, for which something has to be broken.</summary>
    public async Task FailAsync(IReadOnlyList<ScreenLook> looks)
    {
        services.GetRequiredService<SettingsDb>().Write(connection =>
        {
            using var drop = connection.CreateCommand();
            drop.CommandText = "DROP TABLE activity";
            return drop.ExecuteNonQuery();
        });
        foreach (var look in looks)
        {
            await using var profile = await camera.OpenAsync(look, main, owner).ConfigureAwait(false);
            await camera.TakeAsync(await profile.NewPageAsync().ConfigureAwait(false), look, "failed", "/activity").ConfigureAwait(false);
        }
    }

    private async Task TakeAsOwnerAsync(ScreenLook look)
    {
        await using var profile = await camera.OpenAsync(look, main, owner).ConfigureAwait(false);
        var page = await profile.NewPageAsync().ConfigureAwait(false);
        foreach (var (name, path, opens) in Opened)
        {
            await camera.TakeAsync(page, look, name, path, p => p.Locator(opens).First.ClickAsync(new() { Timeout = 5_000 })).ConfigureAwait(false);
        }

        foreach (var sent in _sent)
        {
            await camera.TakeAsync(page, look, sent.Name, sent.Path, p => SendAsync(p, sent)).ConfigureAwait(false);
        }

        foreach (var place in (string[])["dashboards", "explorer", "metrics", "members", "activity"])
        {
            await camera.TakeAsync(page, look, $"own-{place}", $"/projects/{Project.BuiltInId}/{place}").ConfigureAwait(false);
        }

        await camera.TakeAsync(page, look, "own-dashboard", $"/projects/{Project.BuiltInId}/dashboards", p => p.Locator("main td a").First.ClickAsync(new() { Timeout = 5_000 })).ConfigureAwait(false);
        await camera.TakeAsync(page, look, "nowhere", "/projects/1/nowhere").ConfigureAwait(false);
        await camera.TakeAsync(page, look, "dropped+much", "/projects/1/dropped").ConfigureAwait(false);
        await camera.TakeAsync(page, look, "system+warnings", "/system").ConfigureAwait(false);
        await camera.TakeAsync(page, look, "metrics+tried", "/projects/1/metrics?name=servers.db1.load").ConfigureAwait(false);
        await camera.TakeAsync(page, look, "form-too-old", "/projects/1/notes", async p =>
        {
            await p.Locator("main form input[name=__RequestVerificationToken]").First.EvaluateAsync("e => e.value = 'old'").ConfigureAwait(false);
            await SendAsync(p, new("", "", [("input[name=text]", "New prices")], "main form button.primary")).ConfigureAwait(false);
        }).ConfigureAwait(false);
        if (look.Script)
        {
            await camera.TakeAsync(page, look, "overview+shortcuts", "/projects/1", p => p.Keyboard.PressAsync("?")).ConfigureAwait(false);
            await camera.TakeAsync(page, look, "design+dialog", "/design", p => p.Locator("[data-dialog]").First.ClickAsync(new() { Timeout = 5_000 })).ConfigureAwait(false);
        }

        await camera.TakeAsync(page, look, "imports-job+done", "/projects/1/imports/1", async p =>
        {
            var start = p.Locator("button:has-text('Start the import')");
            if (await start.CountAsync().ConfigureAwait(false) > 0)
            {
                await start.ClickAsync().ConfigureAwait(false);
            }

            for (var i = 0; i < 40 && await p.Locator("h1 + .badge.good, .head .badge.good").CountAsync().ConfigureAwait(false) == 0; i++)
            {
                await p.ReloadAsync().ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    private async Task TakeAsViewerAsync(ScreenLook look)
    {
        var session = await SignInAsync(camera, main, Viewer).ConfigureAwait(false);
        await using var profile = await camera.OpenAsync(look, main, session).ConfigureAwait(false);
        var page = await profile.NewPageAsync().ConfigureAwait(false);
        foreach (var (name, path) in ((string, string)[])
            [("projects+viewer", "/"), ("overview+viewer", "/projects/1"), ("goals+viewer", "/projects/1/goals"), ("notes+viewer", "/projects/1/notes"), ("dashboards-dashboard+viewer", "/projects/1/dashboards/1"), ("refused+viewer", "/projects/1/settings"), ("refused-system+viewer", "/system")])
        {
            await camera.TakeAsync(page, look, name, path).ConfigureAwait(false);
        }
    }

    private async Task TakeAsNobodyAsync(ScreenLook look)
    {
        await using var profile = await camera.OpenAsync(look, main).ConfigureAwait(false);
        var page = await profile.NewPageAsync().ConfigureAwait(false);
        await camera.TakeAsync(page, look, "sign-in+fault", "/sign-in", p => FillSignInAsync(p, $"nobody-{look.Name}@example.com", "wrong password")).ConfigureAwait(false);
        await camera.TakeAsync(page, look, "shared-password+fault", $"/s/{services.GetRequiredService<SharedLinkStore>().Of(1).Single(link => link.PasswordHash is not null).Word}", p => SendAsync(p, new("", "", [("input[name=password]", "wrong")], "main button"))).ConfigureAwait(false);
        await camera.TakeAsync(page, look, "invite-gone", "/invite/nothing").ConfigureAwait(false);
        await camera.TakeAsync(page, look, "nowhere+nobody", "/nowhere").ConfigureAwait(false);
        if (camera.Wants("new-password"))
        {
            await page.GotoAsync("/sign-in").ConfigureAwait(false);
            await FillSignInAsync(page, $"new-{look.Name}@example.com", Password).ConfigureAwait(false);
            await camera.TakeAsync(page, look, "new-password", "/").ConfigureAwait(false);
            await camera.TakeAsync(page, look, "new-password+fault", "/", p => SendAsync(p, new("", "", [("input[name=new]", "a new one of these"), ("input[name=repeated]", "another one of these")], "main button"))).ConfigureAwait(false);
        }
    }

    private async Task TakeSecondFactorAsync(ScreenLook look)
    {
        if ((!camera.Wants("second-factor") && !camera.Wants("second-step")) || camera.HasAll(look, "second-factor+wrong-code", "second-factor+codes", "second-factor+on", "second-step"))
        {
            return;
        }

        var email = $"careful-{look.Name}@example.com";
        await using var profile = await camera.OpenAsync(look, main, await SignInAsync(camera, main, email).ConfigureAwait(false)).ConfigureAwait(false);
        var page = await profile.NewPageAsync().ConfigureAwait(false);
        await camera.TakeAsync(page, look, "second-factor+wrong-code", "/account/second-factor/app", p => SendAsync(p, new("", "", [("input[name=code]", "000000")], "main button.primary"))).ConfigureAwait(false);
        await camera.TakeAsync(page, look, "second-factor+codes", "/account/second-factor/app", async p =>
        {
            var secret = Secret(await p.Locator("#secret").InnerTextAsync().ConfigureAwait(false));
            await SendAsync(p, new("", "", [("input[name=code]", Totp.Code(secret, Totp.StepAt(TimeProvider.System.GetUtcNow())))], "main button.primary")).ConfigureAwait(false);
        }).ConfigureAwait(false);
        await camera.TakeAsync(page, look, "second-factor+on", "/account/second-factor").ConfigureAwait(false);
        await using var again = await camera.OpenAsync(look, main).ConfigureAwait(false);
        await camera.TakeAsync(await again.NewPageAsync().ConfigureAwait(false), look, "second-step", "/sign-in", p => FillSignInAsync(p, email, Password)).ConfigureAwait(false);
    }

    private async Task TakeFreshAsync(ScreenLook look)
    {
        if (!camera.Wants("first"))
        {
            return;
        }

        await using var profile = await camera.OpenAsync(look, first, await SignInAsync(camera, first, FirstOwner.Email).ConfigureAwait(false)).ConfigureAwait(false);
        var page = await profile.NewPageAsync().ConfigureAwait(false);
        foreach (var (name, path) in ((string, string)[])[("first-projects", "/"), ("first-system", "/system"), ("first-people", "/people")])
        {
            await camera.TakeAsync(page, look, name, path).ConfigureAwait(false);
        }

        await camera.TakeAsync(page, look, "first-start", "/projects/new", p => SendAsync(p, new("", "", [("input[name=name]", "My shop")], "main button.primary"))).ConfigureAwait(false);
        // The next look begins with none, too.
        var projects = new ProjectStore(fresh.GetRequiredService<SettingsDb>(), TimeProvider.System);
        foreach (var project in projects.List())
        {
            projects.Remove(project.Id);
        }
    }

    private static async Task SendAsync(IPage page, Sent sent)
    {
        foreach (var (field, text) in sent.Fields)
        {
            var at = page.Locator(field).First;
            await (field.EndsWith("select", StringComparison.Ordinal) ? at.SelectOptionAsync(text, new() { Timeout = 5_000 }) : at.FillAsync(text, new() { Timeout = 5_000 })).ConfigureAwait(false);
        }

        await PressAsync(page, sent.Button).ConfigureAwait(false);
    }

    private static async Task FillSignInAsync(IPage page, string email, string password)
    {
        await page.Locator("input[name=email]").FillAsync(email).ConfigureAwait(false);
        await page.Locator("input[name=password]").FillAsync(password).ConfigureAwait(false);
        await PressAsync(page, "main button.primary").ConfigureAwait(false);
    }

    /// <summary>Presses it, and returns when what was sent has been answered by a page.</summary>
    private static async Task PressAsync(IPage page, string button)
    {
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Loaded(object? sender, IPage at) => loaded.TrySetResult();
        page.Load += Loaded;
        try
        {
            await page.Locator(button).First.ClickAsync(new() { Timeout = 5_000 }).ConfigureAwait(false);
            await loaded.Task.WaitAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        }
        finally
        {
            page.Load -= Loaded;
        }
    }

    private static byte[] Secret(string words)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(words.Where(char.IsAsciiLetterOrDigit).Select(c => Convert.ToString(Alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Select(part => Convert.ToByte(new string(part), 2))];
    }
}
