using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sightline.Core.Model;
using Sightline.Server.Features.Setup;
using Sightline.Server.Outgoing;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Setup;

public sealed class SiteCheckTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("ff02::1", false)]
    public void Private_addresses_are_known(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("script-src 'self'; connect-src 'self'", "script-src https://s.test|connect-src https://s.test")]
    [InlineData("default-src 'self'", "script-src https://s.test|connect-src https://s.test")]
    [InlineData("default-src 'none'; script-src https://s.test; connect-src https://s.test", "")]
    [InlineData("default-src https:", "")]
    [InlineData("script-src *.test; connect-src *", "")]
    [InlineData("script-src s.test:443", "")]
    [InlineData("script-src http://s.test", "script-src https://s.test")]
    [InlineData("script-src https://s.test:8443", "script-src https://s.test")]
    [InlineData("script-src https://s.test/other.js", "script-src https://s.test")]
    [InlineData("SCRIPT-SRC-ELEM 'none'; script-src *", "script-src https://s.test")]
    [InlineData("script-src 'nonce-abc'", "")]
    [InlineData("script-src *, script-src 'self'", "script-src https://s.test")]
    [InlineData("img-src 'self'", "")]
    [InlineData("", "")]
    public void A_policy_that_keeps_the_tracker_out_is_seen(string policy, string obstacles) =>
        Assert.Equal(
            obstacles,
            string.Join('|', ContentPolicy.Obstacles([policy], new Uri("https://shop.test/"), new Uri("https://s.test"))));

    [Fact]
    public void Hosts_belong_to_domains()
    {
        Assert.True(SiteCheck.IsWithin("shop.test", "shop.test"));
        Assert.True(SiteCheck.IsWithin("a.shop.test", "*.shop.test"));
        Assert.False(SiteCheck.IsWithin("notshop.test", "*.shop.test"));
        Assert.False(SiteCheck.IsWithin("shop.test.evil.test", "shop.test"));
    }

    [Fact]
    public async Task A_server_is_not_made_to_knock_at_its_neighbours()
    {
        var knocks = 0;
        await using var neighbour = await StartAsync(context =>
        {
            Interlocked.Increment(ref knocks);
            return context.Response.WriteAsync("secret");
        });
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        var port = new Uri(neighbour.Urls.Single()).Port;
        foreach (var address in new[] { $"http://127.0.0.1:{port}/", $"http://localhost:{port}/", $"http://[::ffff:127.0.0.1]:{port}/", $"http://2130706433:{port}/" })
        {
            var page = await owner.SubmitAsync("/projects/1/start", "/projects/1/start/check", ("address", address));
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Contains("no requests into private networks", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", page.Text, StringComparison.Ordinal);
        }

        foreach (var address in new[] { "file:///etc/passwd", "ftp://example.com/", "https://user:pass@example.com/", "not an address" })
        {
            Assert.Contains("not the address of a page", (await owner.SubmitAsync("/projects/1/start", "/projects/1/start/check", ("address", address))).Text, StringComparison.Ordinal);
        }

        new ProjectStore(server.Path.Settings, TimeProvider.System).Update(1, new ProjectChange { Domains = ["shop.example.com"] });
        Assert.Contains(
            "not among the project", (await owner.SubmitAsync("/projects/1/start", "/projects/1/start/check", ("address", "https://other.example.com/"))).Text, StringComparison.Ordinal);
        Assert.Equal(0, knocks);
    }

    [Fact]
    public async Task A_page_is_looked_at_for_snippet_key_and_policy()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { PrivateRequests = true });
        var project = server.AddProject();
        using var owner = await server.SignInAsync();
        var html = "";
        await using var site = await StartAsync(context =>
        {
            context.Response.Headers.ContentSecurityPolicy = context.Request.Path == "/closed" ? "default-src 'self'" : "";
            return context.Request.Path == "/moved" ? Task.Run(() => context.Response.Redirect("/")) : context.Response.WriteAsync(html);
        });
        async Task<string> CheckAsync(string path) =>
            WebUtility.HtmlDecode((await owner.SubmitAsync("/projects/1/start", "/projects/1/start/check", ("address", site.Urls.Single() + path))).Text);

        Assert.Contains("does not hold the snippet", await CheckAsync("/"), StringComparison.Ordinal);
        html = $"<script defer src=\"{server.Address}sl.js\" data-project=\"somebodyelses\"></script>";
        Assert.Contains("not this project's key", await CheckAsync("/"), StringComparison.Ordinal);
        html = $"<head><script defer src=\"{server.Address}sl.js\" data-project=\"{project.PublicKey}\"></script>";
        var good = await CheckAsync("/moved");
        Assert.Contains("holds the snippet", good, StringComparison.Ordinal);
        Assert.Contains("It names this project", good, StringComparison.Ordinal);
        Assert.DoesNotContain("Look at this", good, StringComparison.Ordinal);
        Assert.Contains("keeps the tracker out: add script-src http://127.0.0.1", await CheckAsync("/closed"), StringComparison.Ordinal);
        html += "<meta http-equiv=\"Content-Security-Policy\" content=\"connect-src 'none'\">";
        Assert.Contains("add connect-src", await CheckAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_came_and_was_not_counted_is_said_while_waiting()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject(change: new ProjectChange { Domains = ["shop.example.com"] });
        using var owner = await server.SignInAsync();
        await SendAsync(server, project, "https://other.example.com/<b>x</b>", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        await SendAsync(server, project, "https://shop.example.com/", "Googlebot/2.1");
        await SendAsync(server, project with { PublicKey = "0000000000000000" }, "https://shop.example.com/", "x");
        await server.DrainAsync();
        var page = WebUtility.HtmlDecode((await owner.GetAsync("/projects/1/start")).Text);
        Assert.Contains("1 not counted: from a page whose host is not among the project's domains (shop.example.com)", page, StringComparison.Ordinal);
        Assert.Contains("1 not counted: from a browser that calls itself a bot", page, StringComparison.Ordinal);
        Assert.Contains("1 requests had a key of no project", page, StringComparison.Ordinal);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/projects/1/live/first");
        using var stream = await owner.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType!.MediaType);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("event: waiting", await lines.ReadLineAsync(Cancel));
        Assert.Equal(2, JsonDocument.Parse((await lines.ReadLineAsync(Cancel))!["data: ".Length..]).RootElement.GetProperty("dropped").GetArrayLength());
        await lines.ReadLineAsync(Cancel);
        await SendAsync(server, project, "https://shop.example.com/", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        Assert.Equal("event: first", await lines.ReadLineAsync(Cancel));
        Assert.Equal(1, JsonDocument.Parse((await lines.ReadLineAsync(Cancel))!["data: ".Length..]).RootElement.GetProperty("stored").GetInt32());
        await lines.ReadLineAsync(Cancel);
        Assert.Null(await lines.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task A_project_that_cannot_be_is_refused_with_what_was_typed_kept()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var owner = await server.SignInAsync();
        var answer = await owner.SubmitAsync("/projects/new", "/projects/new", ("name", "Shop \"<b>\""), ("domain", "not a domain!"), ("zone", "Europe/Berlin"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("is not a domain", answer.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"Shop &quot;&lt;b&gt;&quot;\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("<option value=\"Europe/Berlin\" selected", answer.Text, StringComparison.Ordinal);
        Assert.Equal("/projects/1/start", (await owner.SubmitAsync("/projects/new", "/projects/new", ("name", "Shop"), ("domain", "https://Shop.example.com/x, *.shop.example.com"), ("zone", "Europe/Berlin"), ("week", "sunday"))).Location);
        var made = new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!;
        Assert.Equal(["shop.example.com", "*.shop.example.com"], made.Domains);
        Assert.Equal(DayOfWeek.Sunday, made.WeekStart);
    }

    private static async Task SendAsync(ServerUnderTest server, Project project, string url, string browser)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent(JsonSerializer.Serialize(new { key = project.PublicKey, name = "pageview", url })) };
        request.Headers.TryAddWithoutValidation("User-Agent", browser);
        using var answer = await server.Client.SendAsync(request, Cancel);
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(Cancel);
        return app;
    }
}
