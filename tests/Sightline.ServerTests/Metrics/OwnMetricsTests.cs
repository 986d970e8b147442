using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Server.Features.Dashboards;
using Sightline.Server.Health;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Metrics;

/// <summary>The server's own metrics as series of the built-in project.</summary>
public sealed class OwnMetricsTests
{
    private const string Own = "4000000000";

    [Theory]
    [InlineData("sightline_log_bytes_total", "", "sightline.log.bytes_total")]
    [InlineData("sightline_series", "", "sightline.series.count")]
    [InlineData("sightline_accepted_total", "protocol=\"event_api\"", "sightline.accepted.event_api.total")]
    [InlineData("sightline_rejected_total", "protocol=\"stats_d\",reason=\"disk_full\"", "sightline.rejected.stats_d.disk_full.total")]
    [InlineData("sightline_line_lost_datagrams_total", "protocol=\"statsd\"", "sightline.line.statsd.lost_datagrams_total")]
    [InlineData("sightline_store_bytes", "file=\"a.b\"", "sightline.store.a_b.bytes")]
    public void A_metric_of_prometheus_has_a_name_of_graphite(string name, string labels, string expected) => Assert.Equal(expected, MetricPoints.NameOf(name, labels));

    [Fact]
    public async Task Everything_that_metrics_tells_is_kept_in_a_project_that_no_list_has_and_no_sender_can_name()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(1_900_000_003));
        await using var server = await ServerUnderTest.StartAsync(time, configure: static options => options with { OwnMetricsEvery = TimeSpan.FromSeconds(10) });
        var own = await StoppedAsync(server);
        await own.RunOnceAsync();
        Assert.Null(server.Path.Projects.BuiltIn);

        Assert.Equal(1u, server.AddProject().Id);
        var appends = server.Path.Log.Statistics.Appends;
        for (var i = 0; i < 6; i++)
        {
            await own.RunOnceAsync();
            time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(appends, server.Path.Log.Statistics.Appends);
        // An idle server writes once a minute, one record.
        await own.RunOnceAsync();
        Assert.Equal(appends + 1, server.Path.Log.Statistics.Appends);
        await server.DrainAsync();
        using var owner = await server.SignInAsync();
        Assert.Equal(
            [(1_900_000_000, 0), (1_900_000_010, 0), (1_900_000_020, 0), (1_900_000_030, 0), (1_900_000_040, 0), (1_900_000_050, 0), (1_900_000_060, 0)],
            await RenderAsync(owner, "sightline.log.appends_total", 1_899_999_999, 1_900_000_069));

        // Who writes gives company: the next sample goes at once, and shows it.
        server.Client.DefaultRequestHeaders.Add("User-Agent", "Mozilla/5.0");
        using (var sent = await server.Client.PostAsync("/api/event", new StringContent($$"""{"key":"{{server.Path.Projects.All[0].PublicKey}}","name":"pageview","url":"https://shop.example/"}"""), TestContext.Current.CancellationToken))
        {
            Assert.True(sent.IsSuccessStatusCode, await sent.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        time.Advance(TimeSpan.FromSeconds(10));
        await own.RunOnceAsync();
        await server.DrainAsync();
        Assert.Equal((1_900_000_070, 2), (await RenderAsync(owner, "sightline.log.appends_total", 1_900_000_060, 1_900_000_079))[^1]);
        Assert.Equal((1_900_000_070, 1), (await RenderAsync(owner, "sightline.accepted.event_api.total", 1_900_000_060, 1_900_000_079))[^1]);

        // Each number of /metrics has its series.
        var told = (await server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n').Where(static line => line.StartsWith("sightline_", StringComparison.Ordinal)).ToList();
        var found = JsonNode.Parse((await owner.GetAsync($"/metrics/index.json?project={Own}")).Text)!.AsArray().Select(static name => (string)name!).ToHashSet();
        Assert.True(told.Count > 50);
        Assert.All(told, line =>
        {
            var name = line[..line.LastIndexOf(' ')];
            var brace = name.IndexOf('{', StringComparison.Ordinal);
            Assert.Contains(brace < 0 ? MetricPoints.NameOf(name, "") : MetricPoints.NameOf(name[..brace], name[brace..]), found);
        });

        // Other projects are numbered as if it were not there, and no list has it.
        Assert.Equal(2u, server.AddProject("Blog").Id);
        Assert.DoesNotContain(server.Path.Projects.All, static project => project.IsBuiltIn);
        Assert.Equal([1, 2], new ProjectStore(server.Path.Settings, time).List().Select(static project => (int)project.Id));
        Assert.False(server.Path.Gate.TryFindProjectById(Project.BuiltInId, out _));
        Assert.False(server.Path.Gate.TryFindProject(server.Path.Projects.BuiltIn!.PublicKey, out _));
        Assert.True(server.Path.Gate.TryFindProjectOfLines(null, out var lines) && lines.Id == 1);

        // Owners find it; whoever has a role in a project only does not.
        Assert.Contains($"/projects/{Own}/dashboards", (await owner.GetAsync("/")).Text, StringComparison.Ordinal);
        Assert.Equal($"/projects/{Own}/dashboards", (await owner.GetAsync($"/projects/{Own}")).Location);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync($"/projects/{Own}/explorer")).Status);
        // What is about visits would be empty for ever.
        foreach (var page in (string[])["realtime", "goals", "dropped", "notes", "start", "sharing", "settings", "details/pages"])
        {
            Assert.Equal($"/projects/{Own}/dashboards", (await owner.GetAsync($"/projects/{Own}/{page}")).Location);
        }

        foreach (var page in (string[])["metrics", "members", "activity", "explorer/rules"])
        {
            Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync($"/projects/{Own}/{page}")).Status);
        }

        Assert.Contains("[own] keeps a value every 10 seconds for 2 days", WebUtility.HtmlDecode((await owner.GetAsync($"/projects/{Own}/metrics?name=sightline.series.count")).Text), StringComparison.Ordinal);
        server.AddUser("viewer@shop.example", Role.Admin, 1);
        using var viewer = await server.SignInAsync("viewer@shop.example");
        Assert.DoesNotContain(Own, (await viewer.GetAsync("/")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync($"/projects/{Own}/dashboards")).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await viewer.GetAsync($"/render?target=sightline.series.count&format=json&project={Own}")).Status);
    }

    [Fact]
    public async Task Its_dashboard_is_whole_and_what_the_last_minute_gathered_outlives_the_stop()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(1_900_000_000));
        await using var server = await ServerUnderTest.StartAsync(time, configure: static options => options with { OwnMetricsEvery = TimeSpan.FromSeconds(10), LocalAccess = true });
        server.AddProject();
        var own = await StoppedAsync(server);
        for (var i = 0; i < 3; i++)
        {
            await own.RunOnceAsync();
            time.Advance(TimeSpan.FromSeconds(10));
        }

        await server.RestartAsync();
        await server.DrainAsync();
        Assert.NotNull(server.Path.Projects.BuiltIn);
        var stored = server.Services.GetRequiredService<DashboardStore>().Of(Project.BuiltInId).Single();
        Assert.Equal(OwnDashboard.Name, stored.Name);
        var service = server.Services.GetRequiredService<DashboardsService>();
        var model = await service.LoadAsync(server.Path.Projects.BuiltIn, stored, new Microsoft.AspNetCore.Http.QueryCollection(), TestContext.Current.CancellationToken);
        Assert.All(model.Panels, static panel => Assert.Null(panel.Fault));
        // Nothing was refused yet: that one is empty.
        Assert.All(model.Panels.Where(static panel => !panel.Panel.Title.StartsWith("Refused", StringComparison.Ordinal)), static panel => Assert.NotEmpty(panel.Lines!.Lines));
        using var browser = server.NewBrowser();
        Assert.Equal([1_900_000_000L, 1_900_000_010, 1_900_000_020], (await RenderAsync(browser, "sightline.series.count", 1_899_999_999, 1_900_000_029)).Select(static point => point.Time));
    }

    [Fact]
    public void What_cannot_be_written_for_long_makes_room_for_what_is_newer()
    {
        var points = new MetricPoints(3);
        for (uint i = 1; i <= 5; i++)
        {
            points.Begin(i * 10);
            points.Value("sightline_series", "", i);
        }

        Assert.Equal((3, 30u), (points.Samples, points.Oldest));
        var batch = new PointBatchWriter();
        batch.Begin(ReceivedBy.Own, 1, 10);
        points.WriteTo(batch);
        Assert.Equal(3, batch.Points);
        points.Clear();
        points.Begin(60);
        Assert.Equal((1, 60u), (points.Samples, points.Oldest));
    }

    /// <summary>Not driven by its timer any more.</summary>
    private static async Task<OwnMetrics> StoppedAsync(ServerUnderTest server)
    {
        var own = server.Services.GetServices<IHostedService>().OfType<OwnMetrics>().Single();
        await own.StopAsync(TestContext.Current.CancellationToken);
        return own;
    }

    private static async Task<List<(long Time, double Value)>> RenderAsync(Browser owner, string target, long from, long until)
    {
        var answer = JsonNode.Parse((await owner.GetAsync($"/render?target={target}&from={from}&until={until}&format=json&project={Own}")).Text)!.AsArray();
        return [.. answer[0]!["datapoints"]!.AsArray().Where(static point => point![0] is not null).Select(static point => ((long)point![1]!, (double)point[0]!))];
    }
}
