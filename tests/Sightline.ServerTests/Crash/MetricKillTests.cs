namespace Sightline.ServerTests.Crash;

public sealed class MetricKillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Kills_under_metrics_lose_no_point_whose_sender_read_an_orderly_end_and_store_none_twice()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var run = new MetricKillRun(kills: 5, seed: 20150517, output.WriteLine);
        await run.RunAsync(limit.Token);
        output.WriteLine(run.ToString());
        Assert.Empty(run.Faults);
        Assert.True(run is { Acknowledged: > 5_000, CountsStored: > 20, Shown: > 0 }, run.ToString());
    }
}
