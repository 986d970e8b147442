namespace Sightline.ServerTests.Crash;

public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Twenty_kills_lose_nothing_acknowledged_and_store_nothing_twice()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        var report = await new CrashRun(kills: 20, seed: 20150517, output.WriteLine).RunAsync(limit.Token);
        output.WriteLine(report.ToString());
        Assert.Empty(report.Faults);
        Assert.True(report.Acknowledged > 1000, $"only {report.Acknowledged} events were acknowledged: there was no load to speak of");
        Assert.Equal(20, report.Kills.Values.Sum());
        // What a start costs does not depend on what else the machine does; how long it takes does.
        Assert.True(report.CostliestStart < TimeSpan.FromSeconds(4), report.ToString());
        Assert.True(report.SlowestStart < TimeSpan.FromSeconds(60), report.ToString());
    }

    [Fact]
    public async Task Kills_while_months_are_settled_lose_nothing_acknowledged_and_store_nothing_twice()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        var run = new SettleKillRun(kills: 4, seed: 7, output.WriteLine);
        var report = await run.RunAsync(limit.Token);
        output.WriteLine(report.ToString());
        Assert.Empty(report.Faults);
        Assert.True(report.Acknowledged > 200, $"only {report.Acknowledged} events were acknowledged: there was no load to speak of");
        Assert.InRange(run.Settled, 1, 6);
    }
}
