using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Sightline.ServerTests.Crash;

/// <summary>One connection's points: numbers from <paramref name="First"/> up to, not including, <paramref name="End"/>.</summary>
/// <param name="Sender">Whose numbers.</param>
/// <param name="First">The first that was sent.</param>
/// <param name="End">Behind the last that was handed to the kernel, perhaps in part.</param>
/// <param name="Fate">What the sender knows.</param>
internal readonly record struct SentPoints(int Sender, long First, long End, Fate Fate);

/// <summary>Senders of carbon and StatsD over TCP that go on through every end of the server. Each point of carbon has a series, a second and a value of its own.</summary>
internal sealed class MetricLoad(int carbonPort, int statsdPort, int seed)
{
    /// <summary>Series of a sender; its point n is the second n / Series of series n % Series.</summary>
    public const int Series = 40;

    /// <summary>Unix seconds of every sender's first points.</summary>
    public const uint FirstSecond = 1_790_000_000;

    private const int Acknowledged = 3;
    private const int Streaming = 2;

    private readonly ConcurrentQueue<SentPoints> _sent = new();
    private long _counted;

    public IReadOnlyCollection<SentPoints> Sent => _sent;

    /// <summary>Lines <c>kill.total:1|c</c> handed to the kernel.</summary>
    public long Counted => Interlocked.Read(ref _counted);

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        [
            .. Enumerable.Range(0, Acknowledged).Select(sender => Task.Run(() => AcknowledgedAsync(sender, stop), CancellationToken.None)),
            .. Enumerable.Range(Acknowledged, Streaming).Select(sender => Task.Run(() => StreamAsync(sender, stop), CancellationToken.None)),
            Task.Run(() => CountAsync(stop), CancellationToken.None),
        ]);

    /// <summary>Sends lines, ends its half and reads.</summary>
    /// <returns>Whether the end was an orderly one.</returns>
    public static async Task<bool> SendAsync(int port, ReadOnlyMemory<byte> lines)
    {
        using var connection = await ConnectAsync(port);
        if (connection is null)
        {
            return false;
        }

        try
        {
            await SendAllAsync(connection, lines);
            connection.Shutdown(SocketShutdown.Send);
            return await connection.ReceiveAsync(new byte[1]) == 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task AcknowledgedAsync(int sender, CancellationToken stop)
    {
        var random = new Random(seed + sender);
        for (var next = 0L; !stop.IsCancellationRequested;)
        {
            using var connection = await ConnectAsync(carbonPort);
            if (connection is null)
            {
                await Task.Delay(10, CancellationToken.None);
                continue;
            }

            var (first, fate) = (next, Fate.Unknown);
            next += random.Next(1, 3000);
            try
            {
                await SendAllAsync(connection, Lines(sender, first, next));
                connection.Shutdown(SocketShutdown.Send);
                fate = await connection.ReceiveAsync(new byte[1]) == 0 ? Fate.Acknowledged : Fate.Unknown;
            }
            catch (SocketException)
            {
                // Reset: it is not known what was taken.
            }

            _sent.Enqueue(new SentPoints(sender, first, next, fate));
        }
    }

    private async Task StreamAsync(int sender, CancellationToken stop)
    {
        var random = new Random(seed + sender);
        for (var next = 0L; !stop.IsCancellationRequested;)
        {
            using var connection = await ConnectAsync(carbonPort);
            if (connection is null)
            {
                await Task.Delay(10, CancellationToken.None);
                continue;
            }

            var first = next;
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    var from = next;
                    next += random.Next(1, 400);
                    await SendAllAsync(connection, Lines(sender, from, next));
                    await Task.Delay(5, CancellationToken.None);
                }
            }
            catch (SocketException)
            {
                // Reset.
            }

            _sent.Enqueue(new SentPoints(sender, first, next, Fate.Unknown));
        }
    }

    private async Task CountAsync(CancellationToken stop)
    {
        var line = Encoding.ASCII.GetBytes("kill.total:1|c\n");
        while (!stop.IsCancellationRequested)
        {
            using var connection = await ConnectAsync(statsdPort);
            try
            {
                while (connection is not null && !stop.IsCancellationRequested)
                {
                    Interlocked.Increment(ref _counted);
                    await SendAllAsync(connection, line);
                    await Task.Delay(1, CancellationToken.None);
                }
            }
            catch (SocketException)
            {
                // Reset.
            }

            await Task.Delay(10, CancellationToken.None);
        }
    }

    private static byte[] Lines(int sender, long first, long end)
    {
        var text = new StringBuilder();
        for (var n = first; n < end; n++)
        {
            text.Append(CultureInfo.InvariantCulture, $"kill.{sender}.{n % Series} {n} {FirstSecond + (n / Series)}\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static async Task SendAllAsync(Socket connection, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await connection.SendAsync(bytes)..];
        }
    }

    private static async Task<Socket?> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
