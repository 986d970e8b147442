using System.Net;

namespace Sightline.ServerTests.Crash;

/// <summary>A real disk that is full for a while.</summary>
public sealed class DiskFullTests
{
    [Theory]
    // The server keeps so much free that it stops taking before anything fails.
    [InlineData("16M", 8 << 20)]
    // Nothing is kept free: writing itself fails, in the middle of whatever is being written.
    [InlineData("0", 0)]
    public async Task While_the_disk_is_full_senders_are_asked_to_come_again_and_nothing_acknowledged_is_lost(string minFree, long left)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var filling = await FillingServer.MountAsync(minFree, limit.Token);
        using var server = filling.Start();
        await server.ReadyAsync(limit.Token);
        await filling.LoadAsync(server, connections: 6, abandon: false, async () =>
        {
            await FillingServer.UntilAsync(server, () => filling.AcknowledgedEvents >= 1000, limit.Token);
            filling.Disk.FillTo(left);
            while (!filling.HasRefused)
            {
                filling.Disk.FillTo(left);
                await Task.Delay(10, limit.Token);
            }

            using (var ready = await server.Client.GetAsync("/readyz", limit.Token))
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                Assert.Contains("disk", await ready.Content.ReadAsStringAsync(limit.Token), StringComparison.Ordinal);
            }

            filling.Disk.Clear();
            await server.ReadyAsync(limit.Token);
            var before = filling.AcknowledgedEvents;
            await FillingServer.UntilAsync(server, () => filling.AcknowledgedEvents >= before + 1000, limit.Token);
        });
        await server.DrainAsync(limit.Token);
        Assert.Equal(0, await server.StopAsync(limit.Token));
        Assert.Empty(filling.Audit());
    }
}
