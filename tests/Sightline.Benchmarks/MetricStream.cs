using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sightline.Benchmarks;

/// <summary>What is sent to each program alike, made before a clock runs.</summary>
internal static class MetricStream
{
    /// <summary>Series of a stream, by their number.</summary>
    public static string Name(int series) => string.Create(CultureInfo.InvariantCulture, $"dc{series % 3}.host{series / 20:D4}.app.metric{series % 20:D2}");

    /// <summary>Plaintext of carbon, in order of time as senders make it: each step all series.</summary>
    /// <param name="kind"><c>counters</c> grow by about a hundred, <c>gauges</c> are noise of two decimals, <c>sparse</c> comes once in ten steps by chance.</param>
    /// <param name="series">How many.</param>
    /// <param name="steps">How many.</param>
    /// <param name="step">Seconds.</param>
    /// <param name="end">Unix seconds of the last step.</param>
    /// <returns>Pieces of about a megabyte, and the points in all of them.</returns>
    public static (List<byte[]> Pieces, long Points) Carbon(string kind, int series, int steps, int step, long end)
    {
        var random = new Random(7);
        var pieces = new List<byte[]>();
        var totals = new long[series];
        var text = new StringBuilder();
        var points = 0L;
        for (var at = 0; at < steps; at++)
        {
            var time = end - ((long)(steps - 1 - at) * step);
            for (var each = 0; each < series; each++)
            {
                totals[each] += 90 + random.Next(20);
                // The last are there: the very last is what is waited for, and those before it say the step.
                if (kind == "sparse" && at > 0 && at < steps - 8 && random.Next(10) > 0)
                {
                    continue;
                }

                text.Append(Name(each)).Append(' ');
                _ = kind == "gauges" ? text.Append(CultureInfo.InvariantCulture, $"{50 + (20 * (random.NextDouble() - random.NextDouble())):F2}") : text.Append(totals[each]);
                text.Append(' ').Append(time).Append('\n');
                points++;
                if (text.Length > 1 << 20)
                {
                    pieces.Add(Encoding.ASCII.GetBytes(text.ToString()));
                    text.Clear();
                }
            }
        }

        pieces.Add(Encoding.ASCII.GetBytes(text.ToString()));
        return (pieces, points);
    }

    /// <summary>Packets of StatsD: of ten metrics six counters, three timers and a gauge, over a hundred keys each.</summary>
    /// <param name="perPacket">Lines of each.</param>
    /// <returns>The packets, and the counts in one of them.</returns>
    public static (List<byte[]> Packets, int Counts) Statsd(int perPacket)
    {
        var random = new Random(7);
        var packets = new List<byte[]>();
        for (var packet = 0; packet < 500; packet++)
        {
            var lines = Enumerable.Range(0, perPacket).Select(line => (perPacket == 1 ? 0 : line % 10) switch
            {
                < 6 => string.Create(CultureInfo.InvariantCulture, $"bench.hits{random.Next(100)}:1|c"),
                < 9 => string.Create(CultureInfo.InvariantCulture, $"bench.took{random.Next(100)}:{random.Next(1000)}|ms"),
                _ => string.Create(CultureInfo.InvariantCulture, $"bench.depth{random.Next(100)}:{random.Next(1000)}|g"),
            });
            packets.Add(Encoding.ASCII.GetBytes(string.Join('\n', lines)));
        }

        return (packets, perPacket == 1 ? 1 : perPacket / 10 * 6);
    }

    /// <summary>Sends it all on one connection, ends its half, and returns when the other side has ended, too.</summary>
    public static async Task SendAsync(int port, IEnumerable<byte[]> pieces)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        foreach (var piece in pieces)
        {
            for (var sent = 0; sent < piece.Length;)
            {
                sent += await socket.SendAsync(piece.AsMemory(sent));
            }
        }

        socket.Shutdown(SocketShutdown.Send);
        try
        {
            await socket.ReceiveAsync(new byte[1]);
        }
        catch (SocketException)
        {
            // A peer may reset instead; what it has is counted, not believed.
        }
    }
}
