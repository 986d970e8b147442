using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Features.Dashboards;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Pages;

/// <summary>
/// Every page of a server, found by asking every GET route of its route table as its owner and as nobody: a new page is tested and photographed
/// without anybody writing it down. The data directory has been through <see cref="Prepare"/>.
/// </summary>
internal sealed class PageRoutes
{
    private PageRoutes(IReadOnlyList<PageAddress> all) => All = all;

    public IReadOnlyList<PageAddress> All { get; }

    private const string AccessLog = """
        203.0.113.7 - - [20/Nov/2026:10:00:00 +0000] "GET /a-page HTTP/1.1" 200 512 "https://www.example.org/" "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0"
        203.0.113.7 - - [20/Nov/2026:10:00:01 +0000] "GET /style.css HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0"
        not a request at all

        """;

    /// <summary>A project with much, one with nothing and one with a single event: 1, 2 and 3. The first is shared in every way there is, and a file waits to be imported into it.</summary>
    public static void Prepare(string data, DateTimeOffset now, int visitsADay)
    {
        ShopData.Fill(data, now, visitsADay);
        var settings = SettingsDb.Open(data, TimeProvider.System);
        var projects = new ProjectStore(settings, TimeProvider.System);
        projects.Add("An empty project");
        projects.Add("One event");
        projects.Update(1, new ProjectChange { IsPublic = true, HasBadge = true, EmbedOrigins = ["*"], ExcludedPaths = ["/admin*"] });
        var links = new SharedLinkStore(settings, TimeProvider.System);
        links.Add(1, "Agency", null, "?f=is,page:path,/", null, FirstOwner.Email, null);
        links.Add(1, "With a password", "hash", "", null, FirstOwner.Email, null);
        var job = new ImportJobStore(settings, TimeProvider.System).Add(1, ImportOrigin.Upload, "access.log", FirstOwner.Email, AccessLog.Length);
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(data, "uploads", job.Id.ToString(CultureInfo.InvariantCulture))).FullName;
        File.WriteAllText(System.IO.Path.Combine(folder, "access.log"), AccessLog);
        FillMetrics(data, now);
        var dashboard = new Dashboard { From = "-6h", RefreshSeconds = 0, Variables = [new("server", "servers.*")] };
        foreach (var (title, kind, query, look, width) in Panels)
        {
            dashboard = dashboard.Add(new DashboardPanel { Title = title, Kind = kind, Query = query, Look = look, Width = width });
        }

        using var dashboards = new DashboardStore(settings, TimeProvider.System);
        dashboards.Add(1, "Shop and its servers", dashboard.Write());
        dashboards.Add(1, "Nothing on it yet", new Dashboard().Write());
    }

    private static readonly (string Title, PanelKind Kind, string Query, PanelLook Look, int Width)[] Panels =
    [
        ("Visitors", PanelKind.Visits, "visitors", PanelLook.Lines, 4), ("Load now", PanelKind.Graphite, "servers.$server.load", PanelLook.Number, 2),
        ("Processors", PanelKind.Explorer, "cpu server=$server avg by core", PanelLook.Lines, 3), ("Network", PanelKind.Explorer, "network sum by server", PanelLook.Stack, 3),
        ("Pages", PanelKind.Visits, "page_views by page:path", PanelLook.Lines, 2), ("What to do when it is red", PanelKind.Text, "Look at the queue first.\nThen call whoever is on duty: the list is in the wiki.", PanelLook.Lines, 2),
        ("", PanelKind.Graphite, "aliasByNode(movingAverage(servers.*.load,5),1)", PanelLook.Lines, 2), ("A query that is wrong", PanelKind.Graphite, "nope(a)", PanelLook.Lines, 2), ("Nothing there", PanelKind.Graphite, "no.such.series", PanelLook.Lines, 4),
    ];

    /// <summary>Six hours of three servers, by the minute.</summary>
    private static void FillMetrics(string data, DateTimeOffset now)
    {
        using var store = EventStore.Open(data, new EventStoreOptions(), TimeProvider.System);
        using var writer = new StoreWriter(store);
        var batch = new StoreBatch { UpTo = new LogPosition(store.StoredPosition().Value + 100) };
        var last = now.ToUnixTimeSeconds() / 60 * 60;
        var random = new Random(7);
        foreach (var (server, base_) in (ReadOnlySpan<(string, double)>)[("web1", 22), ("web2", 30), ("db1", 55)])
        {
            foreach (var (name, scale) in (ReadOnlySpan<(string, double)>)[("load", 0.05), ("cpu.cpu0.user", 1), ("cpu.cpu1.user", 0.8), ("network.eth0.rx_byte", 90_000), ("network.eth0.tx_byte", 40_000)])
            {
                var series = store.Series.Want(1, System.Text.Encoding.UTF8.GetBytes($"servers.{server}.{name}"), 60)!;
                for (var minute = 360; minute > 0; minute--)
                {
                    batch.Points.Add(series, new Point((uint)(last - (minute * 60)), scale * (base_ + (8 * Math.Sin(minute / 25.0)) + (random.NextDouble() * 6))));
                }
            }
        }

        writer.Write(batch);
    }

    /// <summary>Sends the one event, and asks every route.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="password">The first owner's.</param>
    public static async Task<PageRoutes> FindAsync(IServiceProvider services, Uri address, string password)
    {
        using var owner = NewClient(address);
        await SignInAsync(owner, password);
        using var nobody = NewClient(address);
        var key = new ProjectStore(services.GetRequiredService<SettingsDb>(), TimeProvider.System).Find(3)!.PublicKey;
        using (var sent = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent($$"""{"key":"{{key}}","name":"pageview","url":"https://one.example/hello","visitor_id":"v1"}""") })
        {
            sent.Headers.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36");
            using var answer = await nobody.SendAsync(sent);
            answer.EnsureSuccessStatusCode();
        }

        var links = new SharedLinkStore(services.GetRequiredService<SettingsDb>(), TimeProvider.System).Of(1);
        var open = links.Single(link => link.PasswordHash is null).Word;
        var invitation = services.GetRequiredService<InvitationStore>().Add("invited@example.com", 1, Role.Viewer, FirstOwner.Email);
        List<PageAddress> pages = [];
        foreach (var route in services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var rule = route.Metadata.GetMetadata<AccessRule>();
            if (rule is null || rule.Kind is AccessKind.IngestKey or AccessKind.ControlSocket or AccessKind.TokenInEndpoint
                || route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == false)
            {
                continue;
            }

            var ofProject = route.RoutePattern.GetParameter("id") is not null;
            foreach (var (project, state) in ofProject ? [(1, ""), (2, "-empty"), (3, "-one")] : ((int, string)[])[(1, "")])
            {
                var path = Path(route.RoutePattern, project, invitation, open);
                var signedIn = rule.Kind is not (AccessKind.Everyone or AccessKind.Shared);
                if (await IsPageAsync(signedIn ? owner : nobody, path))
                {
                    pages.Add(new PageAddress(Name(route.RoutePattern) + state, path, signedIn));
                }
            }
        }

        // States that an address chooses.
        pages.AddRange(
        [
            new("overview-today", "/projects/1?range=day", true),
            new("overview-filtered", "/projects/1?range=90d&f=is,visit:country,DE&f=or1.is_not,visit:channel,Direct&f=or1.did.is,goal,Purchase&metric=bounce_rate&tab=utm_campaign&tab=entry&tab=browser&tab=event", true),
            new("overview-region", "/projects/1?f=is,visit:country,DE&f=is,visit:region,Bavaria&compare=none", true),
            new("overview-nothing", "/projects/1?f=is,page:path,/nowhere", true),
            new("overview-bad-filter", "/projects/1?f=matches,page:path,(", true),
            new("details-searched", "/projects/1/details/page?q=bikes&sort=page_views,asc", true),
            new("explorer-graphs", "/projects/1/explorer?q=cpu+avg+by+core+from+-3h", true),
            new("explorer-stack", "/projects/1/explorer?q=stack+network+sum+by+server+unit%3DMb%2Fs+from+-6h", true),
            new("explorer-list", "/projects/1/explorer?q=list+servers", true),
            new("explorer-nothing", "/projects/1/explorer?q=no-such-word", true),
            new("explorer-fault", "/projects/1/explorer?q=cpu+%28", true),
            new("dashboards-dashboard-edit", "/projects/1/dashboards/1?edit=1", true),
            new("dashboards-dashboard-alone", "/projects/1/dashboards/1?panel=3", true),
            new("dashboards-dashboard-bare", "/projects/1/dashboards/2?edit=1", true),
            new("dashboards-dashboard-bad-range", "/projects/1/dashboards/1?from=someday", true),
            new("segments-save", "/projects/1/segments?q=%3Ff%3Dis%2Cvisit%3Acountry%2CDE", true),
            new("no-such-project", "/projects/99", true),
            new("shared-password", $"/s/{links.Single(link => link.PasswordHash is not null).Word}", false),
            new("shared-none", "/s/no-such-link", false),
            new("public-bad-filter", "/public/1?f=matches,page:path,(", false),
        ]);
        return new PageRoutes(pages);
    }

    private static async Task<bool> IsPageAsync(HttpClient client, string path)
    {
        // Streams never end: the head is enough. What is not there is no page of its own.
        using var answer = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        return answer.IsSuccessStatusCode && answer.Content.Headers.ContentType?.MediaType == "text/html";
    }

    private static HttpClient NewClient(Uri address) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address, DefaultRequestHeaders = { { "Accept", "text/html" } } };

    private static async Task SignInAsync(HttpClient client, string password)
    {
        var page = await client.GetStringAsync("/sign-in");
        using var answer = await client.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["email"] = FirstOwner.Email,
            ["password"] = password,
            ["__RequestVerificationToken"] = Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value,
        }));
        if (answer.StatusCode != HttpStatusCode.Found)
        {
            throw new InvalidOperationException($"the owner cannot sign in: {answer.StatusCode}");
        }
    }

    private static string Name(RoutePattern pattern)
    {
        var words = pattern.PathSegments.SelectMany(segment => segment.Parts).OfType<RoutePatternLiteralPart>().Select(part => part.Content);
        var name = string.Join('-', words).Replace("projects-", "", StringComparison.Ordinal);
        // One of a list is another page than the list.
        var one = pattern.PathSegments is [.., { Parts: [RoutePatternParameterPart { Name: not "id" } last] }] ? "-" + last.Name : "";
        return name switch { "" => "projects", "projects" => "overview", _ => name + one };
    }

    private static string Path(RoutePattern pattern, int project, string invitation, string link)
    {
        var path = string.Concat(pattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart { Name: "id" } => project.ToString(CultureInfo.InvariantCulture),
            RoutePatternParameterPart { Name: "tab" } => "page",
            RoutePatternParameterPart { Name: "code" } => invitation,
            RoutePatternParameterPart { Name: "link" } => link,
            _ => "1",
        }))));
        return path.Length == 0 ? "/" : path;
    }
}

/// <summary>A page in a state: a name for its pictures, its address, and whether its owner looks at it or nobody known.</summary>
internal sealed record PageAddress(string Name, string Path, bool SignedIn)
{
    /// <summary>Of a project with nothing, or with a single event.</summary>
    public bool IsNearlyEmpty => Name.EndsWith("-empty", StringComparison.Ordinal) || Name.EndsWith("-one", StringComparison.Ordinal);

    public override string ToString() => Path;
}
