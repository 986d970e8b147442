using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Sightline.Server.Demo;
using Sightline.Server.Features.Explorer;
using Sightline.ServerTests.EndToEnd;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Demo;

/// <summary>History and visitors on a clock of their own, moved by hand.</summary>
public sealed class DemoRestartTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    // An afternoon three days ago: the server's own clock runs, and nothing may lie in its future.
    private static readonly DateTimeOffset Start =
        new(DemoPlan.DayOf(TimeProvider.System.GetUtcNow()).AddDays(-3).ToDateTime(new TimeOnly(15, 30)), TimeSpan.Zero);

    [Fact]
    public async Task A_restart_writes_nothing_twice_and_fills_what_was_missed()
    {
        var clock = new FakeTimeProvider(Start);
        await using var server = await ServerUnderTest.StartAsync();
        var plan = NewPlan();
        Assert.True(await FillAsync(server, plan, clock) > 1000);
        Assert.Equal(0, await FillAsync(server, plan, clock));
        await server.RestartAsync();
        Assert.Equal(0, await FillAsync(server, plan, clock));

        clock.Advance(TimeSpan.FromHours(50));
        await server.RestartAsync();
        Assert.True(await FillAsync(server, plan, clock) > 100);

        await using var atOnce = await ServerUnderTest.StartAsync();
        await FillAsync(atOnce, plan, clock);
        Assert.Equal(await DaysAsync(atOnce), await DaysAsync(server));
        Assert.Equal(9, (await DaysAsync(server)).Count(day => !day.Contains(": 0 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Visitors_of_the_moment_make_20_to_60_page_views_a_minute_and_are_not_written_again_at_a_restart()
    {
        var clock = new FakeTimeProvider(Start);
        await using var server = await ServerUnderTest.StartAsync();
        var plan = NewPlan() with { Events = 60_000 };
        var project = DemoProject.Ensure(server.Path.Settings, clock);
        await FillAsync(server, plan, clock);
        var token = server.AddToken();
        var before = await PageViewsAsync();
        var traffic = new DemoTraffic(plan, project, server.Client, clock);
        for (var second = 0; second < 600; second++)
        {
            await traffic.RunOnceAsync(clock.GetUtcNow(), Cancel);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange((await PageViewsAsync() - before) / 10.0, 20, 60);
        await NewHistory(server, plan, clock).MarkAsync(Cancel);
        Assert.Equal(0, await FillAsync(server, plan, clock));

        async Task<double> PageViewsAsync()
        {
            await server.DrainAsync();
            return double.Parse(Assert.Single(await QueryRows.AskAsync(server, token, project.Id, "page_views", "")), System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task A_directory_of_somebody_s_own_projects_is_not_taken_for_a_demo()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject("Real shop");
        Assert.Throws<SettingsException>(() => DemoProject.Ensure(server.Path.Settings, TimeProvider.System));
    }

    [Fact]
    public async Task Series_go_on_where_they_were_and_their_dashboard_is_made_once()
    {
        var clock = new FakeTimeProvider(Start);
        await using var server = await ServerUnderTest.StartAsync();
        var (plan, project) = (NewPlan(), DemoProject.Ensure(server.Path.Settings, clock));
        var dashboards = server.Services.GetRequiredService<DashboardStore>();
        var made = Ensure();
        Assert.Equal(made, Ensure());
        Assert.True(await FillSeriesAsync() > 10_000);
        Assert.Equal(0, await FillSeriesAsync());
        clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(3 * DemoSeries.All.Count, await FillSeriesAsync());
        // Who removes it does not want it back.
        dashboards.Remove(project.Id, made!.Value);
        Assert.Null(Ensure());

        long? Ensure() => DemoDashboard.Ensure(plan, project, server.Path.Store, server.Path.StorageRules, server.Services.GetRequiredService<ExplorerRules>(), dashboards);

        async Task<int> FillSeriesAsync()
        {
            var count = await new DemoMetrics(plan, project, server.Path.Gate, server.Path.Store, clock).FillAsync(Cancel);
            await server.DrainAsync();
            return count;
        }
    }

    private static DemoPlan NewPlan() => new(5, DemoPlan.DayOf(Start).AddDays(-6), 7, 3000, "http://shop.example");

    private static DemoHistory NewHistory(ServerUnderTest server, DemoPlan plan, TimeProvider clock) =>
        new(plan, DemoProject.Ensure(server.Path.Settings, clock), server.Path.Gate, server.Path.Log, server.Path.Store, clock);

    private static async Task<int> FillAsync(ServerUnderTest server, DemoPlan plan, FakeTimeProvider clock)
    {
        await server.DrainAsync();
        var count = await NewHistory(server, plan, clock).FillAsync(Cancel);
        await server.DrainAsync();
        return count;
    }

    private static Task<IReadOnlyList<string>> DaysAsync(ServerUnderTest server) =>
        QueryRows.AskAsync(server, server.AddToken(), 1, "visitors visits events revenue", "time:day");
}
