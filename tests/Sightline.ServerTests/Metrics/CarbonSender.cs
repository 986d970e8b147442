using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sightline.ServerTests.Metrics;

/// <summary>Sends lines as a carbon client does, and waits until the server has read them all.</summary>
internal static class CarbonSender
{
    public static async Task SendAsync(IPEndPoint to, IEnumerable<string> lines)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(to, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(static line => line + "\n"))), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }
}
