using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Receive.Lines;
using Sightline.Server.Receive.StatsD;

namespace Sightline.ServerTests.Metrics;

/// <summary>What the kernel throws away because a socket's buffer is full is counted, to the datagram.</summary>
public sealed class LostDatagramTests
{
    [Fact]
    public void Every_datagram_is_read_or_counted_as_lost()
    {
        var read = 0L;
        using var receiver = new UdpReceiver(new IPEndPoint(IPAddress.Loopback, 0), _ => Interlocked.Increment(ref read), static () => { });
        Assert.Equal(0, receiver.Lost());
        using var sender = new UdpClient();
        sender.Connect((IPEndPoint)receiver.Address);
        var packet = new byte[60_000];
        // Nobody reads yet: more than the buffer holds, however large the kernel made it.
        var sent = (receiver.BufferBytes / packet.Length * 2) + 100;
        for (var i = 0; i < sent; i++)
        {
            Assert.Equal(packet.Length, sender.Send(packet));
        }

        var lost = receiver.Lost();
        Assert.InRange(lost, 50, sent - 1);
        receiver.Start();
        Assert.True(SpinWait.SpinUntil(() => Interlocked.Read(ref read) == sent - lost, TimeSpan.FromSeconds(20)), $"{read} read and {lost} lost of {sent}");
        receiver.Stop();
        Assert.Equal((sent - lost, lost), (read, receiver.Lost()));
    }

    [Fact]
    public async Task What_was_lost_is_on_metrics_and_on_the_system_page()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: static options => options with { StatsdListen = [new IPEndPoint(IPAddress.Loopback, 0)] });
        var statistics = server.Services.GetRequiredService<StatsdListener>().Statistics;
        // A socket more that nobody reads.
        using var full = new UdpReceiver(new IPEndPoint(IPAddress.Loopback, 0), static _ => { }, static () => { });
        statistics.Add(full);
        using var sender = new UdpClient();
        sender.Connect((IPEndPoint)full.Address);
        var packet = new byte[60_000];
        for (var i = (full.BufferBytes / packet.Length * 2) + 100; i > 0; i--)
        {
            await sender.SendAsync(packet, TestContext.Current.CancellationToken);
        }

        var lost = full.Lost();
        Assert.True(lost > 0);
        Assert.Contains(FormattableString.Invariant($"sightline_line_lost_datagrams_total{{protocol=\"statsd\"}} {lost}\n"), await server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var owner = await server.SignInAsync();
        Assert.Contains("Datagrams lost by statsd", (await owner.GetAsync("/system")).Text, StringComparison.Ordinal);
    }
}
