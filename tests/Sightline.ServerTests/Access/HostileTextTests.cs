using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Access;

/// <summary>Markup and script in every text that people and browsers give; headers; names and paths that are not ours.</summary>
public sealed partial class HostileTextTests
{
    private const string Hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";

    [Fact]
    public async Task Text_of_people_and_visitors_is_shown_and_does_nothing()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var owner = server.NewBrowser();
        owner.Client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Hostile);
        await owner.SignInAsync();
        Assert.Equal("/projects/1/start", (await owner.SubmitAsync("/projects/new", "/projects/new", ("name", Hostile), ("domain", "shop.example.com"), ("zone", "UTC"))).Location);
        Assert.Equal("/account?done=name", (await owner.SubmitAsync("/account", "/account/name", ("name", Hostile))).Location);
        Assert.Contains("slt_", (await owner.SubmitAsync("/projects/1/tokens", "/projects/1/tokens", ("name", Hostile), ("scope", "read"))).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.SubmitAsync("/projects/1/members", "/projects/1/members/invite", ("email", Hostile + "@example.com"), ("role", "viewer"))).Status);
        using var visit = new HttpRequestMessage(HttpMethod.Post, "/api/event")
        {
            Content = new StringContent(JsonSerializer.Serialize(new
            {
                key = new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!.PublicKey,
                name = "pageview",
                url = "https://other.example.com/" + Hostile,
                title = Hostile,
                referrer = "https://ref.example.com/" + Hostile,
            })),
        };
        visit.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        using var taken = await server.Client.SendAsync(visit, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        await server.DrainAsync();
        var shown = 0;
        foreach (var path in new[] { "/", "/account", "/projects/1", "/projects/1/start", "/projects/1/members", "/projects/1/tokens", "/projects/1/activity", "/people", "/tokens", "/activity" })
        {
            var page = await owner.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            shown += page.Text.Contains("&lt;script&gt;alert(1)", StringComparison.Ordinal) ? 1 : 0;
            Assert.DoesNotContain("<script>", page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", page.Text, StringComparison.OrdinalIgnoreCase);
        }

        Assert.True(shown >= 9, $"{shown} pages show the text");
        var fault = await owner.SubmitAsync("/sign-out", "/projects/1/start/check", ("address", Hostile));
        Assert.DoesNotContain("<script>", fault.Text, StringComparison.OrdinalIgnoreCase);
        using var stranger = server.NewBrowser();
        Assert.DoesNotContain("<script>", (await stranger.GetAsync("/sign-in?returnUrl=" + Uri.EscapeDataString("/" + Hostile))).Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script>", (await stranger.TrySignInAsync(Hostile, "wrong wrong wrong")).Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Every_page_has_strict_headers_and_nothing_inline_and_forms_are_not_kept()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        using var stranger = server.NewBrowser();
        foreach (var page in new[]
        {
            await stranger.GetAsync("/sign-in"), await stranger.GetAsync("/invite/none"), await owner.GetAsync("/"), await owner.GetAsync("/account"), await owner.GetAsync("/projects/new"),
            await owner.GetAsync("/projects/1"), await owner.GetAsync("/projects/1/start"), await owner.GetAsync("/projects/1/members"), await owner.GetAsync("/projects/9"), await owner.GetAsync("/people"),
        })
        {
            var policy = page.Header("Content-Security-Policy");
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("form-action 'self'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
            Assert.Equal("same-origin", page.Header("Referrer-Policy"));
            Assert.Equal("same-origin", page.Header("Cross-Origin-Opener-Policy"));
            Assert.DoesNotMatch(Inline(), page.Text);
            if (page.Text.Contains("__RequestVerificationToken", StringComparison.Ordinal))
            {
                Assert.Contains("no-store", page.Header("Cache-Control"), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Another_host_and_paths_out_of_the_house_are_refused()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { PublicUrl = "http://stats.example.com" });
        async Task<HttpResponseMessage> GetAsync(string path, string host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;
            return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/sign-in", "stats.example.com")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/sign-in", "localhost:8600")).StatusCode);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await GetAsync("/sign-in", "evil.example.com")).StatusCode);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await GetAsync("/sign-in", "stats.example.com.evil.example.com")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/healthz", "10.0.0.7")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/sl.js", "first-party.example.org")).StatusCode);
        foreach (var path in new[] { "/assets/..%2f..%2fsettings.db", "/assets/%2e%2e/settings.db", "/..%2fsettings.db", "/assets/....//settings.db", "/settings.db" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(path, "localhost")).StatusCode);
        }
    }

    [GeneratedRegex("(?i)<script(?![^>]*\\ssrc=)|<style|\\sstyle=|\\son[a-z]+=|javascript:")]
    private static partial Regex Inline();
}
