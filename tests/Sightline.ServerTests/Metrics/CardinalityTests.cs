using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Server.Features.SystemStatus;
using Sightline.Server.Receive.Carbon;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Metrics;

/// <summary>Names that hold an id: a new series with each point, more of them than the project may have.</summary>
public sealed class CardinalityTests
{
    private const int Limit = 5000;
    private const int Names = 60_000;

    [Fact]
    public async Task An_explosion_of_names_is_kept_out_told_of_and_does_not_stop_what_is_there()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)] });
        server.AddProject();
        new ProjectStore(server.Path.Settings, TimeProvider.System).Update(1, new ProjectChange { MaxSeries = Limit });
        server.Path.Projects.RunOnce();
        var cancel = TestContext.Current.CancellationToken;
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.AddToken());
        var carbon = server.Services.GetRequiredService<CarbonListener>().Plaintext[0];
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;
        await CarbonSender.SendAsync(carbon, [$"steady.load 1 {now - 120}"]);
        await server.DrainAsync();

        // The first answer of a fresh server is another matter.
        await server.Client.GetStringAsync($"/render?target=steady.load&from={now - 600}&format=json", cancel);

        // A million names a minute and more: as fast as they go.
        var sending = Task.Run(() => CarbonSender.SendAsync(carbon, Enumerable.Range(0, Names).Select(n => n % 10 == 0
            ? $"jobs;run={n.ToString("x8", CultureInfo.InvariantCulture)} 1 {now}"
            : $"app.requests.{n.ToString("x8", CultureInfo.InvariantCulture)}.time {n} {now}")), cancel);
        var waits = new List<double>();
        while (!sending.IsCompleted || waits.Count < 100)
        {
            foreach (var path in new[] { "/healthz", $"/render?target=steady.load&from={now - 600}&format=json" })
            {
                var clock = Stopwatch.GetTimestamp();
                using var answer = await server.Client.GetAsync(path, cancel);
                answer.EnsureSuccessStatusCode();
                waits.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            }
        }

        await sending;
        await CarbonSender.SendAsync(carbon, [$"steady.load 2 {now - 60}"]);
        await server.DrainAsync();
        waits.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine($"p95 {waits[waits.Count * 95 / 100]:F0} ms of {waits.Count} answers");
        Assert.True(waits[waits.Count * 95 / 100] < 1000, $"p95 {waits[waits.Count * 95 / 100]} ms");

        Assert.Equal(Limit, server.Path.Store.Series.Count);
        Assert.Equal($"steady.load,{now - 120},{now},60|1.0,2.0\n", await server.Client.GetStringAsync($"/render?target=steady.load&from={now - 121}&until={now - 30}&format=raw", cancel));
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var dropped = server.Path.Store.Drops(1, day.AddDays(-1), day).Where(drop => drop.Reason == DropReason.TooManySeries).Sum(drop => drop.Count);
        Assert.Equal(Names + 1 - Limit, dropped);
        var report = server.Path.Store.Series.GuardReport(1);
        Assert.Equal((Limit, Limit, (long)Limit, (long)dropped), (report.Series, report.Limit, report.New, report.Refused));
        Assert.Equal(["app.requests.", "jobs;run="], report.Worst.Select(prefix => prefix.Text));
        // Of ten names nine and one.
        Assert.InRange(report.Worst[0].Share, 0.85, 0.95);
        Assert.InRange(report.Worst[1].Share, 0.05, 0.15);

        var warning = Assert.Single(server.Services.GetRequiredService<SystemWarnings>().Now(), warning => warning.Text.Contains("series of metrics", StringComparison.Ordinal));
        Assert.Contains("app.requests. (", warning.Text, StringComparison.Ordinal);
        Assert.Contains($"sightline_series_refused_points_total {dropped}\n", await server.Client.GetStringAsync("/metrics", cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limit_is_set_on_the_settings_page_and_doubled_where_its_drops_are_shown()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)] });
        server.AddProject();
        server.Path.Projects.RunOnce();
        var owner = await server.SignInAsync();
        const string Settings = "/projects/1/settings";
        var form = new[] { ("second", ""), ("day", ""), ("month", ""), ("series", "2") };
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync(Settings, Settings + "/limits", form)).Status);
        server.Path.Projects.RunOnce();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await CarbonSender.SendAsync(server.Services.GetRequiredService<CarbonListener>().Plaintext[0], Enumerable.Range(0, 100).Select(n => $"app.users.{n}.clicks 1 {now}"));
        await server.DrainAsync();

        const string Dropped = "/projects/1/dropped";
        var page = (await owner.GetAsync(Dropped)).Text;
        Assert.Contains("app.users. (100 %)", page, StringComparison.Ordinal);
        Assert.Contains("Allow 4 series of metrics", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync(Dropped, Dropped + "/raise-series", ("to", "twice"))).Status);
        Assert.Equal(4, new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!.MaxSeries);
    }
}
