using System.Net;

namespace Sightline.ServerTests;

public sealed class HealthTests
{
    [Fact]
    public async Task A_started_server_is_healthy_and_ready()
    {
        await using var server = await ServerUnderTest.StartAsync();
        Assert.Equal("ok", await server.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Equal("ok", await server.Client.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Metrics_are_prometheus_text_that_counts_what_came()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var refused = await server.Client.PostAsync("/api/event", new StringContent("""{"key":"nobody","name":"pageview","url":"/"}"""), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var text = await server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("sightline_rejected_total{protocol=\"event_api\",reason=\"unknown_key\"} 1", text, StringComparison.Ordinal);
        Assert.All(
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'),
            line => Assert.Matches(@"^[a-z_0-9]+(\{[a-z_]+=""[^""]*""(,[a-z_]+=""[^""]*"")*\})? -?[0-9.E+-]+$", line));
    }

    [Fact]
    public async Task A_full_disk_makes_the_server_unready_and_refuses_with_retry_after()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { MinFreeDiskBytes = long.MaxValue / 2 });
        var project = server.AddProject();
        using var refused = await server.Client.PostAsync(
            "/api/event", new StringContent($$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"https://a.example/"}"""), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        using var ready = await server.Client.GetAsync("/readyz", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
    }
}
