using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Playwright;
using Sightline.Server.Features.Accounts;
using Sightline.ServerTests.Accounts;
using Sightline.ServerTests.EndToEnd;
using Sightline.ServerTests.Tracker;

namespace Sightline.ServerTests.Packaging;

/// <summary>What must hold behind each proxy whose configuration is shipped.</summary>
public abstract class FrontTests(Front front)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_are_sent_to_https_and_stay_there()
    {
        var cookies = new CookieContainer();
        using var client = front.NewClient(cookies: cookies);
        using (var sent = await client.GetAsync(new Uri($"http://{Front.Host}/sign-in?returnUrl=%2Fprojects%2F"), Cancel))
        {
            Assert.Equal(HttpStatusCode.PermanentRedirect, sent.StatusCode);
            Assert.Equal($"https://{Front.Host}/sign-in?returnUrl=%2Fprojects%2F", sent.Headers.Location?.OriginalString);
        }

        Assert.Equal(HttpStatusCode.Found, await SignInAsync(client));
        Assert.All(cookies.GetAllCookies(), cookie => Assert.True(cookie.Secure && cookie.Name.StartsWith("__Host-", StringComparison.Ordinal), cookie.Name));
        Assert.NotEmpty(cookies.GetAllCookies());
        using var activity = await client.GetAsync("/account", Cancel);
        Assert.Equal(HttpStatusCode.OK, activity.StatusCode);
        // Their network, not the proxy's.
        Assert.Equal(["127.7.7.0/24"], front.Server.Path.Settings.Read(c => c.Query<string>("SELECT DISTINCT address FROM user_sessions WHERE address LIKE '127.7.%'")));
    }

    [Fact]
    public async Task A_form_of_another_site_and_another_host_name_are_refused()
    {
        using var client = front.NewClient();
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent([new("email", FirstOwner.Email)]) };
        foreign.Headers.Add("Origin", "https://evil.example");
        using var refused = await client.SendAsync(foreign, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var direct = new HttpRequestMessage(HttpMethod.Get, new Uri(front.Server.Address, "/sign-in"));
        direct.Headers.Host = "other.example";
        using var misdirected = await front.Server.Client.SendAsync(direct, Cancel);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, misdirected.StatusCode);
    }

    [Fact]
    public async Task The_servers_own_numbers_are_not_for_the_world()
    {
        using var client = front.NewClient();
        foreach (var (path, status) in new[] { ("/metrics", HttpStatusCode.NotFound), ("/readyz", HttpStatusCode.OK), ("/control/warnings", HttpStatusCode.NotFound) })
        {
            using var answer = await client.GetAsync(path, Cancel);
            Assert.Equal((path, status), (path, answer.StatusCode));
        }

        using var near = await front.Server.Client.GetAsync("/metrics", Cancel);
        Assert.Equal(HttpStatusCode.OK, near.StatusCode);
    }

    [Fact]
    public async Task A_visitors_address_is_believed_from_the_proxy_only()
    {
        var project = front.Server.AddProject();
        using var one = front.NewClient("127.7.7.8");
        using var other = front.NewClient("127.7.7.9");
        // What visitors say of themselves counts for nothing, whatever they say.
        await SendAsync(one, project.PublicKey, forwarded: null);
        await SendAsync(one, project.PublicKey, "198.51.100.1");
        await SendAsync(one, project.PublicKey, "198.51.100.2, 127.0.0.1");
        await SendAsync(other, project.PublicKey, "198.51.100.3");
        // Past the proxy, from an address that is none.
        using var past = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (connection, cancel) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse("127.7.7.10"), 0));
                await socket.ConnectAsync(IPAddress.Loopback, connection.DnsEndPoint.Port, cancel);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = front.Server.Address };
        await SendAsync(past, project.PublicKey, "198.51.100.4");
        await SendAsync(past, project.PublicKey, "198.51.100.5");
        await front.Server.DrainAsync();
        Assert.Equal(["3 6"], await QueryRows.AskAsync(front.Server, front.Server.AddToken(), project.Id, "visitors page_views", ""));
    }

    /// <summary>The server answers 413 and closes before it has read everything; Caddy, still sending, may notice only the latter: a 502, or an end of the stream.</summary>
    private async Task RefusesTooLargeAsync(HttpClient client)
    {
        try
        {
            using var large = await client.PostAsync("/api/event", new StringContent(new string(' ', 1_100_000)), Cancel);
            Assert.True(large.StatusCode == HttpStatusCode.RequestEntityTooLarge || (this is CaddyFrontTests && large.StatusCode == HttpStatusCode.BadGateway), large.StatusCode.ToString());
        }
        catch (HttpRequestException) when (this is CaddyFrontTests)
        {
            // Refused all the same.
        }
    }

    [Fact]
    public async Task Other_sites_may_send_events()
    {
        var project = front.Server.AddProject();
        using var client = front.NewClient();
        using (var ask = new HttpRequestMessage(HttpMethod.Options, "/api/event"))
        {
            ask.Headers.Add("Origin", "https://shop.example");
            ask.Headers.Add("Access-Control-Request-Method", "POST");
            ask.Headers.Add("Access-Control-Request-Headers", "content-type");
            using var answer = await client.SendAsync(ask, Cancel);
            Assert.True(answer.IsSuccessStatusCode, answer.StatusCode.ToString());
            Assert.Equal("https://shop.example", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        }

        using var sent = await SendAsync(client, project.PublicKey, forwarded: null, origin: "https://shop.example");
        Assert.Equal("https://shop.example", Assert.Single(sent.Headers.GetValues("Access-Control-Allow-Origin")));
        using var script = await client.GetAsync("/sl.js", Cancel);
        Assert.Contains("javascript", script.Content.Headers.ContentType?.MediaType, StringComparison.Ordinal);
        await RefusesTooLargeAsync(client);
        // A batch as large as the server takes reaches it: what it says is not the proxy's refusal.
        using var full = await client.PostAsync("/api/event", new StringContent(new string(' ', 1_040_000)), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, full.StatusCode);
    }

    [Fact]
    public async Task Live_numbers_come_at_once()
    {
        var project = front.Server.AddProject();
        using var client = front.NewClient();
        using var ask = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/projects/{project.Id}/live") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", front.Server.AddToken());
        using var answer = await client.SendAsync(ask, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal(0, await ViewsAsync(stream));
        await SendAsync(client, project.PublicKey, forwarded: null);
        while (await ViewsAsync(stream) == 0)
        {
            // One that was under way.
        }
    }

    [Fact]
    public async Task Logs_of_many_megabytes_can_be_uploaded()
    {
        var project = front.Server.AddProject();
        var cookies = new CookieContainer();
        using var client = front.NewClient(cookies: cookies);
        Assert.Equal(HttpStatusCode.Found, await SignInAsync(client));
        var page = await client.GetStringAsync($"/projects/{project.Id}/imports", Cancel);
        var form = System.Text.RegularExpressions.Regex.Match(page, "action=\"([^\"]+/imports/upload[?]form=[^\"]+)\"").Groups[1].Value;
        var line = "203.0.113.7 - - [02/Mar/2026:10:00:00 +0000] \"GET /page HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36\"\n";
        var log = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, (24 << 20) / line.Length)));
        using var body = new MultipartFormDataContent { { new ByteArrayContent(log), "file", "access.log" } };
        using var upload = new HttpRequestMessage(HttpMethod.Post, WebUtility.HtmlDecode(form)) { Content = body };
        upload.Headers.Add("Origin", $"https://{Front.Host}");
        using var answer = await client.SendAsync(upload, Cancel);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Contains("Format: combined.", await client.GetStringAsync(answer.Headers.Location!.OriginalString, Cancel), StringComparison.Ordinal);
        Assert.Equal(log.Length, Assert.Single(front.Server.Path.Settings.Read(c => c.Query<long>("SELECT size FROM import_jobs WHERE project = @Id", new { project.Id }))));
    }

    [Fact]
    public async Task A_passkey_is_made_and_used_at_the_public_address()
    {
        front.Server.AddProject();
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
                $"--host-resolver-rules=MAP {Front.Host}:443 127.0.0.1:{front.HttpsPort},MAP {Front.Host}:80 127.0.0.1:{front.HttpPort}",
                $"--ignore-certificate-errors-spki-list={front.Certificate.KeyHash}",
            ],
        });
        var page = await chromium.NewPageAsync();
        page.SetDefaultTimeout(15_000);
        await VirtualAuthenticator.AddAsync(page);
        await page.GotoAsync($"http://{Front.Host}/");
        await page.FillAsync("input[name=email]", FirstOwner.Email);
        await page.FillAsync("input[name=password]", Browser.Password);
        await page.ClickAsync("form[action='/sign-in'] button[type=submit]");
        await Assertions.Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("Sightline"));
        await page.GotoAsync($"https://{Front.Host}/account/second-factor");
        await page.ClickAsync("text=Add a passkey");
        await page.FillAsync("input[name=name]", "My laptop");
        await page.ClickAsync("form[data-passkey] button[type=submit]");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Recovery codes");
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync($"https://{Front.Host}/sign-in");
        await page.ClickAsync("text=Sign in with a passkey");
        await page.WaitForURLAsync(url => url.StartsWith($"https://{Front.Host}/", StringComparison.Ordinal) && !url.Contains("sign-in", StringComparison.Ordinal));
        Assert.Equal(1, front.Server.Path.Settings.Write(c =>
        {
            var made = c.ExecuteScalar<int>("SELECT count(*) FROM user_passkeys");
            // The owner of the other tests signs in with a password alone.
            c.Execute("DELETE FROM user_passkeys; DELETE FROM user_recovery_codes");
            return made;
        }));
    }

    private static async Task<HttpStatusCode> SignInAsync(HttpClient client)
    {
        using var form = await client.GetAsync("/sign-in", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent(
            [
                new("__RequestVerificationToken", Browser.Token(await form.Content.ReadAsStringAsync(Cancel))),
                new("email", FirstOwner.Email), new("password", Browser.Password), new("returnUrl", "/"),
            ]),
        };
        request.Headers.Add("Origin", $"https://{Front.Host}");
        using var answer = await client.SendAsync(request, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Found, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.StartsWith("/", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string key, string? forwarded, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent($$"""{"key":"{{key}}","name":"pageview","url":"https://shop.example/"}""") };
        request.Headers.UserAgent.ParseAdd(Chromium.UserAgent);
        if (forwarded is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwarded);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        var answer = await client.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancel)}");
        return answer;
    }

    private static async Task<int> ViewsAsync(StreamReader stream)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (await stream.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var tick = JsonDocument.Parse(line[6..]);
                return tick.RootElement.GetProperty("views").GetInt32();
            }
        }

        throw new EndOfStreamException("the stream ended without another tick");
    }
}

/// <summary>packaging/nginx.conf in a real nginx.</summary>
public sealed class NginxFrontTests(NginxFront front) : FrontTests(front), IClassFixture<NginxFront>;

/// <summary>packaging/Caddyfile in a real Caddy.</summary>
public sealed class CaddyFrontTests(CaddyFront front) : FrontTests(front), IClassFixture<CaddyFront>;
