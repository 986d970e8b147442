using System.Net.Http.Json;

namespace Sightline.ServerTests.Settings;

/// <summary>Page views of a browser.</summary>
internal static class Visits
{
    private const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

    public static async Task SendAsync(ServerUnderTest server, string key, string url, DateTimeOffset? at = null, string agent = Chrome)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = Body(key, url, at) };
        request.Headers.UserAgent.ParseAdd(agent);
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static JsonContent Body(string key, string url, DateTimeOffset? at = null) =>
        JsonContent.Create(at is { } time ? new Dictionary<string, object> { ["key"] = key, ["name"] = "pageview", ["url"] = url, ["time"] = time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) } : new() { ["key"] = key, ["name"] = "pageview", ["url"] = url });
}
