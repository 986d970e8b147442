using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Tls;

namespace Sightline.ServerTests.Tls;

public sealed class TlsTests : IAsyncLifetime
{
    private readonly TestCertificate _files = new();
    private readonly List<string> _shown = [];
    private ServerUnderTest _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerUnderTest.StartAsync(configure: options => options with
    {
        Listen = ["http://127.0.0.1:0", "https://127.0.0.1:0"],
        TlsCertificate = _files.CertificatePath,
        TlsKey = _files.KeyPath,
    });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task People_who_come_by_http_are_sent_to_https_where_cookies_and_browsers_stay()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var browser = _server.NewBrowser();
        var sent = await browser.GetAsync("/sign-in?returnUrl=%2F");
        Assert.Equal(HttpStatusCode.PermanentRedirect, sent.Status);
        Assert.StartsWith($"{Secure()}sign-in?returnUrl=", sent.Location, StringComparison.Ordinal);
        using var client = _files.NewClient(_shown.Add);
        using var page = await client.GetAsync(new Uri(sent.Location), cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("max-age=31536000", Assert.Single(page.Headers.GetValues("Strict-Transport-Security")));
        Assert.All(page.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("secure", cookie, StringComparison.Ordinal));
        Assert.Contains(page.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("__Host-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trackers_and_supervisors_are_served_by_http_and_by_https()
    {
        var cancel = TestContext.Current.CancellationToken;
        var project = _server.AddProject();
        using var client = _files.NewClient(_shown.Add);
        client.DefaultRequestHeaders.Add("User-Agent", Backup.NumberedSenders.UserAgent);
        foreach (var address in new[] { _server.Address, Secure() })
        {
            using var body = new StringContent($$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"https://shop.example/"}""");
            using var answer = await client.PostAsync(new Uri(address, "/api/event"), body, cancel);
            Assert.True(answer.IsSuccessStatusCode, $"{address}: {answer.StatusCode}");
            Assert.Equal("ok", await client.GetStringAsync(new Uri(address, "/healthz"), cancel));
        }

        Assert.Equal(2, await _server.StoredEventsAsync());
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart_and_half_a_renewal_changes_nothing()
    {
        var certificate = _server.Services.GetRequiredService<CertificateFile>();
        var first = await ShownAsync();
        _files.Renew(TimeSpan.FromDays(60), withKey: false);
        Age(_files.CertificatePath, 1);
        Assert.Throws<FormatException>(() => certificate.RunOnce());
        Assert.Equal(first, await ShownAsync());
        Assert.False(certificate.RunOnce(), "told once");
        var second = _files.Renew(TimeSpan.FromDays(60));
        Age(_files.CertificatePath, 2);
        Assert.True(certificate.RunOnce());
        Assert.Equal(second, await ShownAsync());
        Assert.NotEqual(first, second);
        Assert.InRange(certificate.Expires, DateTimeOffset.UtcNow.AddDays(59), DateTimeOffset.UtcNow.AddDays(61));
    }

    /// <summary>Two writings within the grain of the clock must not look like one.</summary>
    private static void Age(string path, int hours) => File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(hours));

    private async Task<string> ShownAsync()
    {
        using var client = _files.NewClient(_shown.Add);
        await client.GetStringAsync(new Uri(Secure(), "/healthz"), TestContext.Current.CancellationToken);
        return _shown[^1];
    }

    private Uri Secure() => new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(address => address.StartsWith("https://127", StringComparison.Ordinal)));
}
