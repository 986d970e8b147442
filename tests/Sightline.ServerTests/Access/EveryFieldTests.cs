using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sightline.ServerTests.Accounts;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Access;

/// <summary>
/// Markup in every text field there is, found by going through the pages and not by a list, so that a new one cannot be forgotten; and what must
/// be in no page and in no line of the log.
/// </summary>
public sealed partial class EveryFieldTests
{
    private const string Hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";

    /// <summary>Streams, which never end, and the way out.</summary>
    private static readonly string[] NotPages = ["/live", "/sign-out", "/api/"];

    [Fact]
    public async Task Script_in_every_text_field_of_every_page_stays_text()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject("Shop");
        server.AddUser("ada@example.com", Role.Viewer, 1);
        using var owner = await server.SignInAsync();
        HashSet<string> tried = [];
        // What the first round makes has fields of its own: a goal is edited, a note renamed.
        for (var round = 0; round < 2; round++)
        {
            foreach (var (path, html) in await PagesAsync(server, owner))
            {
                // What asks for a name to remove something would remove it, were it called so by now.
                foreach (var form in HtmlForm.Read(html, path).Where(form => form.Texts.Any() && !form.Action.EndsWith("/remove", StringComparison.Ordinal)))
                {
                    foreach (var text in form.Texts.Distinct())
                    {
                        if (!tried.Add($"{form.Action} {text}"))
                        {
                            continue;
                        }

                        var fields = form.Fields.Where(field => field.Kind is not ("checkbox" or "radio" or "submit")).Select(field => (field.Name, field.Name == text ? Hostile : Filled(field))).ToArray();
                        var answer = form.IsPost
                            ? await owner.PostAsync(form.Action, fields)
                            : await owner.GetAsync(form.Action.Split('?')[0] + "?" + string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Item2)}")));
                        Assert.True((int)answer.Status < 500, $"{form.Action} {text}: {answer.Status}");
                        Inert(answer.Text, $"the answer to {form.Action} {text}");
                    }
                }
            }
        }

        var shown = 0;
        foreach (var (path, html) in await PagesAsync(server, owner))
        {
            Inert(html, path);
            shown += html.Contains("&lt;script&gt;alert(1)", StringComparison.Ordinal) ? 1 : 0;
        }

        // These are there for sure; the rest is found.
        foreach (var known in new[] { "/account/name name", "/projects/new name", "/projects/1/tokens name", "/tokens name", "/projects/1/start/check address" })
        {
            Assert.Contains(known, tried);
        }

        Assert.True(tried.Count >= 15, string.Join(", ", tried));
        Assert.True(shown >= 8, $"only {shown} pages show the text");
    }

    [Fact]
    public async Task Secrets_are_in_no_page_and_in_no_line_of_the_log()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { LogLevel = LogLevel.Trace });
        using var log = new KeptLog();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        server.AddProject("Shop");
        using var owner = await server.SignInAsync();
        using (var wrong = server.NewBrowser())
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await wrong.TrySignInAsync("owner@localhost", "a wrong password of mine")).Status);
        }

        var token = Between(await owner.SubmitAsync("/tokens", "/tokens", ("name", "reports"), ("scope", "read")), "slt_[0-9a-f]{64}");
        var invitation = Between(await owner.SubmitAsync("/people", "/people/invite", ("email", "new@example.com")), "(?<=/invite/)[0-9a-f]{40,}");
        using (var invited = server.NewBrowser())
        {
            Assert.Equal(HttpStatusCode.OK, (await invited.GetAsync("/invite/" + invitation)).Status);
        }

        var totp = await SecondFactorTests.SetUpAsync(owner, TimeProvider.System);
        var codes = RecoveryCode().Matches((await owner.SubmitAsync("/account/second-factor", "/account/second-factor/codes")).Text).Select(match => match.Value).ToList();
        Assert.Equal(10, codes.Count);
        using (var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/projects") { Headers = { Authorization = new("Bearer", token) } })
        {
            Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(asked, TestContext.Current.CancellationToken)).StatusCode);
        }

        var kept = server.Path.Settings.Read(c => (Password: c.ExecuteScalar<string>("SELECT password_hash FROM users WHERE id = 1")!, Stamp: c.ExecuteScalar<string>("SELECT security_stamp FROM users WHERE id = 1")!));
        string[] secrets = [Browser.Password, "a wrong password of mine", owner.Session, token, invitation, Convert.ToBase64String(totp), Convert.ToHexString(totp), .. codes, kept.Password, kept.Stamp];
        Assert.All(secrets, secret => Assert.True(secret.Length > 10));
        foreach (var (path, html) in await PagesAsync(server, owner))
        {
            Assert.All(secrets, secret => Assert.False(html.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{path} shows a secret"));
        }

        // The log was listened to: it has lines of this very server.
        var own = server.Services.GetRequiredService<ILogger<EveryFieldTests>>();
        LogMarked(own);
        Assert.Contains(log.Lines, line => line.Contains("marked", StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        var activity = string.Join('\n', new ActivityLog(server.Path.Settings, TimeProvider.System).List(null, 1000, 0));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, activity, StringComparison.OrdinalIgnoreCase));
    }

    // From the route table, and then wherever links of ours lead.
    private static async Task<IReadOnlyList<(string Path, string Html)>> PagesAsync(ServerUnderTest server, Browser browser)
    {
        var waiting = new Queue<string>(server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true && route.RoutePattern.Parameters.All(parameter => parameter.Name == "id"))
            .Select(route => "/" + string.Join('/', route.RoutePattern.RawText!.Trim('/').Split('/').Select(part => part == "{id}" ? "1" : part))));
        HashSet<string> seen = [.. waiting];
        List<(string, string)> pages = [];
        const int Most = 120;
        while (waiting.TryDequeue(out var path) && pages.Count < Most)
        {
            if (NotPages.Any(not => path.Contains(not, StringComparison.Ordinal)))
            {
                continue;
            }

            using var answer = await browser.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            if (answer.Content.Headers.ContentType?.MediaType != "text/html")
            {
                continue;
            }

            var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            pages.Add((path, html));
            foreach (Match link in Link().Matches(html))
            {
                // A page in each of its many views is one page.
                var to = WebUtility.HtmlDecode(link.Groups[1].Value).Split('#', '?')[0];
                if (to.Length > 0 && seen.Add(to))
                {
                    waiting.Enqueue(to);
                }
            }
        }

        Assert.True(pages.Count > 15, string.Create(CultureInfo.InvariantCulture, $"{pages.Count} pages"));
        return pages;
    }

    // What a person might give, so that the other field alone decides.
    private static string Filled((string Name, string Kind, string Value) field) => field.Value.Length > 0 ? field.Value : field.Kind switch
    {
        "email" => "grace@example.com",
        "password" => Browser.Password,
        "number" => "1",
        "date" => "2026-11-22",
        "hidden" or "select" => "",
        _ => "Text",
    };

    private static void Inert(string html, string where)
    {
        Assert.False(html.Contains("<script>", StringComparison.OrdinalIgnoreCase), $"{where} has a script");
        Assert.False(html.Contains("<img", StringComparison.OrdinalIgnoreCase) && html.Contains("onerror=alert(2)>", StringComparison.Ordinal), $"{where} has an image");
        Assert.False(html.Contains("\"'>", StringComparison.Ordinal), $"{where} ends an attribute");
    }

    private static string Between(Page page, string pattern) => Regex.Match(page.Text, pattern) is { Success: true } match ? match.Value : throw new InvalidOperationException(page.Text);

    [GeneratedRegex("\\shref=\"(/[^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("(?<=<code>)([a-z2-9]{4}-){3}[a-z2-9]{4}(?=</code>)")]
    private static partial Regex RecoveryCode();

    [LoggerMessage(Level = LogLevel.Trace, Message = "marked")]
    private static partial void LogMarked(ILogger logger);
}
