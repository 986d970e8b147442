using Microsoft.Playwright;

namespace Sightline.ServerTests.Tracker;

/// <summary>An empty page in a profile of its own, a site to visit with it, and the server that the site's tracker reports to.</summary>
internal sealed class TrackedVisit : IAsyncDisposable
{
    private readonly RecordingServer _server;
    private readonly TestSite _site;
    private readonly IPage _page;

    private TrackedVisit(RecordingServer server, TestSite site, IBrowserContext profile, IPage page)
    {
        _server = server;
        _site = site;
        _page = page;
        Profile = profile;
    }

    public IBrowserContext Profile { get; }

    /// <param name="attributes">Further attributes of the snippet.</param>
    public static async Task<TrackedVisit> StartAsync(Chromium chromium, string attributes = "")
    {
        var server = await RecordingServer.StartAsync();
        var site = await TestSite.StartAsync(server.Url, attributes);
        var profile = await chromium.NewProfileAsync();
        return new TrackedVisit(server, site, profile, await profile.NewPageAsync());
    }

    public void Deconstruct(out RecordingServer server, out TestSite site, out IPage page) => (server, site, page) = (_server, _site, _page);

    public async ValueTask DisposeAsync()
    {
        await Profile.DisposeAsync();
        await _site.DisposeAsync();
        await _server.DisposeAsync();
    }
}
