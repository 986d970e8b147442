using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Receive.Carbon;

namespace Sightline.ServerTests.Metrics;

/// <summary>Debian's collectd, a real daemon with its write_graphite plugin, unmodified.</summary>
public sealed class CollectdTests
{
    [Fact]
    public async Task Collectds_values_arrive_as_series()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)] });
        server.AddProject();
        server.Path.Projects.RunOnce();
        var port = server.Services.GetRequiredService<CarbonListener>().Plaintext[0].Port;
        var directory = Directory.CreateTempSubdirectory("sl-collectd-").FullName;
        var configuration = Path.Combine(directory, "collectd.conf");
        // It sends when a buffer of about 1,400 bytes is full; a short interval fills it soon.
        await File.WriteAllTextAsync(configuration,
            $$"""
            Hostname "web1"
            FQDNLookup false
            BaseDir "{{directory}}"
            PIDFile "{{directory}}/pid"
            TypesDB "/usr/share/collectd/types.db"
            Interval 0.1
            LoadPlugin load
            LoadPlugin memory
            LoadPlugin uptime
            LoadPlugin write_graphite
            <Plugin write_graphite>
              <Node "sightline">
                Host "127.0.0.1"
                Port "{{port}}"
                Protocol "tcp"
                Prefix "collectd."
              </Node>
            </Plugin>

            """, TestContext.Current.CancellationToken);
        using var daemon = Process.Start(new ProcessStartInfo("/usr/sbin/collectd", ["-f", "-C", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (server.Path.Store.Series.Count < 5)
            {
                Assert.False(daemon.HasExited, daemon.HasExited ? $"collectd ended with {daemon.ExitCode}: {await daemon.StandardError.ReadToEndAsync(timeout.Token)} {await daemon.StandardOutput.ReadToEndAsync(timeout.Token)}" : "");
                await Task.Delay(20, timeout.Token);
            }
        }
        finally
        {
            daemon.Kill();
            await daemon.WaitForExitAsync(TestContext.Current.CancellationToken);
            Directory.Delete(directory, recursive: true);
        }

        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", server.AddToken());
        var names = await server.Client.GetStringAsync("/metrics/index.json", TestContext.Current.CancellationToken);
        Assert.Contains("collectd.web1.load.load.shortterm", names, StringComparison.Ordinal);
        Assert.Contains("collectd.web1.memory.memory-free", names, StringComparison.Ordinal);
        var raw = await server.Client.GetStringAsync("/render?target=collectd.web1.memory.memory-free&from=-5min&format=raw", TestContext.Current.CancellationToken);
        Assert.Matches(@"\|.*\d{5,}", raw);
        Assert.Empty(server.Path.Store.Drops(1, DateOnly.MinValue, DateOnly.MaxValue));
    }
}
