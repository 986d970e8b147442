using System.Net;

namespace Sightline.ServerTests.Crash;

/// <summary>A server that is started while its disk is full: it reads and refuses, or says in one line why it does not start.</summary>
public sealed class DiskFullStartTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(true, "0", 0)]
    [InlineData(false, "0", 0)]
    [InlineData(false, "16M", 8 << 20)]
    public async Task A_start_on_a_full_disk_serves_reads_and_refuses_data_or_ends_with_one_clear_line(bool killed, string minFree, long left)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var filling = await FillingServer.MountAsync(minFree, limit.Token);
        using (var server = filling.Start())
        {
            await server.ReadyAsync(limit.Token);
            await filling.LoadAsync(server, connections: 4, abandon: true, () => FillingServer.UntilAsync(server, () => filling.AcknowledgedEvents >= 2000, limit.Token));
            if (killed)
            {
                server.Kill();
            }
            else
            {
                Assert.Equal(0, await server.StopAsync(limit.Token));
            }
        }

        filling.Disk.FillTo(left);
        using (var server = filling.Start("--local-access", "on"))
        {
            if (await ServesAsync(server, limit.Token))
            {
                output.WriteLine("it serves");
                await filling.LoadAsync(server, connections: 4, abandon: true, () => FillingServer.UntilAsync(server, () => filling.HasRefused, limit.Token));
                using (var ready = await server.Client.GetAsync("/readyz", limit.Token))
                {
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                    Assert.Contains("disk", await ready.Content.ReadAsStringAsync(limit.Token), StringComparison.Ordinal);
                }

                using (var page = await server.Client.GetAsync($"/projects/{filling.Project}", limit.Token))
                {
                    Assert.Equal(HttpStatusCode.OK, page.StatusCode);
                }

                filling.Disk.Clear();
                await server.ReadyAsync(limit.Token);
                var before = filling.AcknowledgedEvents;
                await filling.LoadAsync(server, connections: 4, abandon: true, () => FillingServer.UntilAsync(server, () => filling.AcknowledgedEvents >= before + 500, limit.Token));
            }
            else
            {
                output.WriteLine(server.Said);
                Assert.Equal(0, left);
                Assert.Contains("full", Assert.Single(server.Said.Split('\n')), StringComparison.Ordinal);
                filling.Disk.Clear();
            }
        }

        using (var server = filling.Start())
        {
            await server.ReadyAsync(limit.Token);
            await server.DrainAsync(limit.Token);
            Assert.Equal(0, await server.StopAsync(limit.Token));
        }

        Assert.Empty(filling.Audit());
    }

    private static async Task<bool> ServesAsync(CrashServer server, CancellationToken cancel)
    {
        while (!server.HasExited)
        {
            try
            {
                using var answer = await server.Client.GetAsync("/healthz", cancel);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, cancel);
            }
        }

        return false;
    }
}
