using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Access;

/// <summary>Every route of the real server, taken from its route table, asked by everybody.</summary>
public sealed class RouteAccessTests
{
    /// <summary>Questions with a body; everything else that is not GET writes.</summary>
    private static readonly HashSet<string> Questions = ["/api/v1/query", "/render", "/metrics/find", "/metrics/expand", "/metrics/index.json",
        "/tags/findSeries", "/tags/autoComplete/tags", "/tags/autoComplete/values", "/tags/tagSeries", "/tags/tagMultiSeries", "/events/get_data"];

    [Fact]
    public async Task Every_route_declares_who_may_use_it()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var routes = Routes(server);
        Assert.True(routes.Count > 20);
        Assert.All(routes, route => Assert.True(route.Metadata.GetOrderedMetadata<AccessRule>().Count == 1, $"{route.DisplayName} declares {route.Metadata.GetOrderedMetadata<AccessRule>().Count} rules"));
    }

    [Fact]
    public async Task Routes_of_a_project_are_bound_to_it_and_writes_ask_for_more_than_reading()
    {
        await using var server = await ServerUnderTest.StartAsync();
        foreach (var route in Routes(server))
        {
            var rule = Rule(route);
            var pattern = route.RoutePattern.RawText!;
            if (pattern.Contains("/projects/{id}", StringComparison.Ordinal))
            {
                Assert.True(rule is { Kind: AccessKind.Right, ProjectParameter: "id" }, pattern);
            }

            if (Methods(route).Any(method => method is not ("GET" or "HEAD" or "OPTIONS")) && !Questions.Contains(pattern) && rule.Kind is AccessKind.Right or AccessKind.TokenInEndpoint && rule.Right == Right.SeeNumbers)
            {
                Assert.Fail($"{pattern} writes and asks for no more than reading");
            }
        }
    }

    [Fact]
    public async Task Each_route_lets_in_whom_it_should_and_nobody_else()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject("Own");
        server.AddProject("Other");
        var sessions = server.Services.GetRequiredService<SessionStore>();
        var people = new Dictionary<string, (User User, Browser Browser, string Form)>();
        foreach (var role in Enum.GetValues<Role>())
        {
            var user = server.AddUser($"{role}@example.com", role, role == Role.Owner ? null : 1);
            var browser = server.NewBrowser();
            Renew(server, sessions, browser, user);
            people[role.ToString()] = (user, browser, Browser.Token((await browser.GetAsync("/account")).Text));
        }

        var tokens = new List<(string Name, TokenScopes Scopes, uint? Project, HttpClient Client)>();
        foreach (var scopes in new[] { TokenScopes.Read, TokenScopes.Write, TokenScopes.Ingest, TokenScopes.Admin })
        {
            foreach (var project in new uint?[] { 1, null })
            {
                var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
                client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.AddToken(scopes, project));
                tokens.Add(($"token {scopes} of {project?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all"}", scopes, project, client));
            }
        }

        using var stranger = server.NewBrowser();
        var asked = 0;
        foreach (var route in Routes(server).Where(route => Rule(route).Kind is AccessKind.SignedIn or AccessKind.Right))
        {
            foreach (var method in Methods(route))
            {
                foreach (var project in route.RoutePattern.GetParameter("id") is null ? new uint[] { 1 } : [1, 2, 3])
                {
                    var rule = Rule(route);
                    var path = Path(route, project);
                    var what = $"{method} {path} by ";
                    foreach (var (name, (user, browser, form)) in people)
                    {
                        // Writes may end sessions.
                        Renew(server, sessions, browser, user);
                        using var answer = await SendAsync(browser.Client, method, path, form);
                        await CheckAsync(Expected(rule, project, right => user.RoleIn(project) >= Rights.LeastRole(right), right => user.IsOwner || right == Right.SeeNumbers || (!Rights.IsOfServer(right) && user.RoleIn(1) >= Rights.LeastRole(right)), sees: user.RoleIn(project) is not null, isPerson: true), answer, what + name);
                        asked++;
                    }

                    foreach (var (name, scopes, only, client) in tokens)
                    {
                        using var answer = await SendAsync(client, method, path, null);
                        bool Has(Right right) => (scopes & (Rights.Scope(right) | TokenScopes.Admin)) != 0 && (only is null || !Rights.IsOfServer(right));
                        var expected = Expected(rule, project, right => Has(right), Has, sees: only is null || only == project, isPerson: false);
                        // To a page, a token without the scope is no token.
                        await CheckAsync(expected == HttpStatusCode.Forbidden && !path.StartsWith("/api/", StringComparison.Ordinal) && rule.Right == Right.SeeNumbers ? HttpStatusCode.Unauthorized : expected, answer, what + name);
                        asked++;
                    }

                    using var refused = await SendAsync(stranger.Client, method, path, null);
                    Assert.True(
                        path.StartsWith("/api/", StringComparison.Ordinal) ? refused.StatusCode == HttpStatusCode.Unauthorized : refused.Headers.Location?.OriginalString.StartsWith("/sign-in", StringComparison.Ordinal) == true,
                        $"{what}nobody: {refused.StatusCode}");
                }
            }
        }

        Assert.True(asked > 200, $"only {asked}");
        foreach (var client in tokens.Select(token => token.Client).Concat(people.Values.Select(person => person.Browser.Client)))
        {
            client.Dispose();
        }
    }

    [Fact]
    public async Task Routes_of_the_control_socket_do_not_exist_elsewhere_and_questions_need_a_token()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        var form = Browser.Token((await owner.GetAsync("/account")).Text);
        foreach (var route in Routes(server).Where(route => Rule(route).Kind is AccessKind.ControlSocket or AccessKind.TokenInEndpoint))
        {
            foreach (var method in Methods(route))
            {
                using var answer = await SendAsync(owner.Client, method, Path(route, 1), form);
                var expected = Rule(route).Kind == AccessKind.ControlSocket
                    ? answer.StatusCode is HttpStatusCode.NotFound
                    : answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound or HttpStatusCode.BadRequest;
                Assert.True(expected, $"{method} {route.RoutePattern.RawText}: {answer.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task Shared_routes_show_nothing_without_a_link_that_holds_or_a_public_project()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject("Private");
        server.AddProject("Public", new ProjectChange { IsPublic = true, HasBadge = true, EmbedOrigins = ["*"] });
        var links = server.Services.GetRequiredService<SharedLinkStore>();
        var good = links.Add(1, "good", null, "", null, "test", null);
        var locked = links.Add(1, "locked", "no hash of anything", "", null, "test", null);
        var revoked = links.Add(1, "revoked", null, "", null, "test", null);
        links.Remove(1, revoked.Id);
        using var owner = await server.SignInAsync();
        using var stranger = server.NewBrowser();
        var form = Browser.Token((await stranger.GetAsync("/s/" + locked.Word)).Text);
        var shared = Routes(server).Where(route => Rule(route).Kind == AccessKind.Shared).ToList();
        Assert.True(shared.Count >= 9, $"only {shared.Count}");
        foreach (var route in shared)
        {
            var pattern = route.RoutePattern.RawText!;
            // No other kind of route may be reached without an account, and no shared one may write but for the password.
            Assert.True(pattern.StartsWith("/s/{link}", StringComparison.Ordinal) || pattern.StartsWith("/public/{project}", StringComparison.Ordinal), pattern);
            foreach (var method in Methods(route))
            {
                Assert.True(method is "GET" or "HEAD" || pattern == "/s/{link}/password", $"{method} {pattern}");
                string At(string word) => pattern.Replace("{link}", word, StringComparison.Ordinal).Replace("{project}", word, StringComparison.Ordinal).Replace("{tab}", "page", StringComparison.Ordinal);
                foreach (var nothing in new[] { revoked.Word, "unknown", "1", "3", "0" })
                {
                    // Also for the owner: what is shared does not depend on who asks.
                    foreach (var browser in new[] { stranger, owner })
                    {
                        using var refused = await SendAsync(browser.Client, method, At(nothing), browser == stranger ? form : null);
                        Assert.True(refused.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.MethodNotAllowed, $"{method} {At(nothing)}: {refused.StatusCode}");
                    }
                }

                if (method == "GET")
                {
                    using var shown = await SendAsync(stranger.Client, method, At(pattern.StartsWith("/s/", StringComparison.Ordinal) ? good.Word : "2"), null);
                    Assert.True(shown.StatusCode == HttpStatusCode.OK, $"{pattern}: {shown.StatusCode}");
                    if (pattern.StartsWith("/s/", StringComparison.Ordinal))
                    {
                        using var closed = await SendAsync(stranger.Client, method, At(locked.Word), null);
                        Assert.True(closed.StatusCode == HttpStatusCode.Unauthorized, $"{pattern}: {closed.StatusCode}");
                    }
                }
            }
        }
    }

    // As the table of rights and the words of docs/accounts.md have it, written down a second time.
    private static HttpStatusCode? Expected(AccessRule rule, uint project, Func<Right, bool> inProject, Func<Right, bool> anywhere, bool sees, bool isPerson)
    {
        if (rule.Kind == AccessKind.SignedIn)
        {
            return isPerson ? null : HttpStatusCode.Unauthorized;
        }

        if (rule.ProjectParameter is null)
        {
            return anywhere(rule.Right) ? null : HttpStatusCode.Forbidden;
        }

        if (!isPerson && !anywhere(rule.Right))
        {
            return HttpStatusCode.Forbidden;
        }

        return !sees || project == 3 ? HttpStatusCode.NotFound : inProject(rule.Right) ? null : HttpStatusCode.Forbidden;
    }

    private static async Task CheckAsync(HttpStatusCode? expected, HttpResponseMessage answer, string what)
    {
        if (expected is { } refused)
        {
            Assert.True(answer.StatusCode == refused, $"{what}: {answer.StatusCode} instead of {refused}");
        }
        else
        {
            // The gate's own words: a page may miss something else that stands in the route.
            var refusedByGate = answer.StatusCode == HttpStatusCode.NotFound
                && (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains("There is nothing here, or it is not yours to see", StringComparison.Ordinal);
            Assert.True(
                !refusedByGate && answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.InternalServerError)
                && answer.Headers.Location?.OriginalString.StartsWith("/sign-in?", StringComparison.Ordinal) != true,
                $"{what}: {answer.StatusCode} {answer.Headers.Location}");
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, string? form)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (form is not null && method is not ("GET" or "HEAD" or "OPTIONS"))
        {
            request.Headers.Add("X-Form-Token", form);
            request.Content = new FormUrlEncodedContent([]);
        }

        // Streams never end: the head is enough.
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private static void Renew(ServerUnderTest server, SessionStore sessions, Browser browser, User user) => browser.Cookies.Add(
        server.Address, new Cookie("sightline", sessions.Begin(server.Services.GetRequiredService<UserStore>().Find(user.Id)!, TimeSpan.FromHours(1), TimeSpan.FromHours(1), "", "")));

    private static AccessRule Rule(RouteEndpoint route) => route.Metadata.GetMetadata<AccessRule>()!;

    private static IReadOnlyList<string> Methods(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];

    private static string Path(RouteEndpoint route, uint project) => string.Concat(route.RoutePattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(part => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "id" } => project.ToString(System.Globalization.CultureInfo.InvariantCulture),
        // Of nothing that is there: what is allowed here would be done.
        _ => "999999",
    }))));

    private static List<RouteEndpoint> Routes(ServerUnderTest server) => [.. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];
}
