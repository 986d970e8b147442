using System.Net.Sockets;
using System.Threading.Channels;
using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Receive.StatsD;

/// <summary>
/// Sends each packet on as it came, as statsd's repeater does: a datagram a datagram, over TCP with a line end behind it. Receiving never waits for it:
/// each target has a queue, and what does not fit is counted.
/// </summary>
internal sealed partial class StatsdRepeater : IAsyncDisposable
{
    private const int Queue = 10_000;
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    private readonly List<Channel<byte[]>> _queues = [];
    private readonly List<Task> _sending = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly LineStatistics _statistics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public StatsdRepeater(IReadOnlyList<RepeaterTarget> targets, LineStatistics statistics, TimeProvider time, ILogger logger)
    {
        (_statistics, _time, _logger) = (statistics, time, logger);
        foreach (var target in targets)
        {
            var queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Queue) { SingleReader = true });
            _queues.Add(queue);
            _sending.Add(Task.Run(() => SendAsync(target, queue.Reader)));
        }
    }

    public void Send(ReadOnlySpan<byte> packet)
    {
        var copy = packet.ToArray();
        foreach (var queue in _queues)
        {
            if (!queue.Writer.TryWrite(copy))
            {
                _statistics.NotSentOn();
            }
        }
    }

    /// <summary>Sends what waits for those that are there, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queues.ForEach(static queue => queue.Writer.TryComplete());
        _stopping.CancelAfter(TryAgain);
        await Task.WhenAll(_sending);
        _stopping.Dispose();
    }

    private async Task SendAsync(RepeaterTarget target, ChannelReader<byte[]> packets)
    {
        Socket? socket = null;
        try
        {
            while (await packets.WaitToReadAsync(_stopping.Token))
            {
                while (packets.TryRead(out var packet))
                {
                    try
                    {
                        // Connected anew after a fault, so a name that has moved is asked for again.
                        socket ??= await ConnectAsync(target);
                        await WriteAsync(socket, packet, target.IsTcp);
                        _statistics.SentOn();
                    }
                    catch (SocketException fault)
                    {
                        _statistics.NotSentOn();
                        LogFailed(target.Host, target.Port, fault.Message);
                        socket?.Dispose();
                        socket = null;
                        if (target.IsTcp)
                        {
                            await Task.Delay(TryAgain, _time, _stopping.Token);
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping; whoever was not there gets no more.
        }
        finally
        {
            socket?.Dispose();
        }
    }

    private async Task<Socket> ConnectAsync(RepeaterTarget target)
    {
        var socket = target.IsTcp ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true } : new Socket(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(target.Host, target.Port, _stopping.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task WriteAsync(Socket socket, byte[] packet, bool isTcp)
    {
        if (!isTcp)
        {
            await socket.SendAsync(packet, _stopping.Token);
            return;
        }

        for (ReadOnlyMemory<byte> rest = (byte[])[.. packet, (byte)'\n']; rest.Length > 0;)
        {
            rest = rest[await socket.SendAsync(rest, _stopping.Token)..];
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "StatsD could not be sent on to {Host}:{Port}: {Fault}")]
    private partial void LogFailed(string host, int port, string fault);
}
