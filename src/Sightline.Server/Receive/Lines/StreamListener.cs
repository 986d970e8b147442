using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Sightline.Server.Receive.Lines;

/// <summary>Reads one connection's bytes. Each call is awaited before more is read: a receiver that waits holds the sender back.</summary>
internal interface IStreamReader
{
    /// <summary>Takes what it can from the front.</summary>
    /// <returns>Bytes taken; a negative number closes the connection.</returns>
    ValueTask<int> TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}

/// <summary>
/// Accepts connections of a line protocol. A connection that has nothing to say holds no buffer; one that sends more than a buffer without a whole
/// message is reset. These protocols answer nothing, but the end of a connection can: a sender that ends its half and then reads an orderly end knows
/// that everything it sent was taken; whatever else happens to the server, it reads an error.
/// </summary>
internal sealed partial class StreamListener : IDisposable
{
    private const int MaxConnections = 10_000;

    private readonly Socket _listening;
    private readonly Func<Socket, IStreamReader> _newReader;
    private readonly LineStatistics _statistics;
    private readonly int _bufferBytes;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<Task> _connections = [];
    private Task _accepting = Task.CompletedTask;

    /// <param name="address">Where to listen; nothing is accepted before <see cref="Start"/>.</param>
    /// <param name="bufferBytes">Most that is read at once, and the longest message.</param>
    /// <param name="newReader">Makes a reader for each connection; it may answer on it.</param>
    /// <param name="statistics">Counts.</param>
    /// <param name="logger">Told of faults.</param>
    public StreamListener(EndPoint address, int bufferBytes, Func<Socket, IStreamReader> newReader, LineStatistics statistics, ILogger logger)
    {
        (_bufferBytes, _newReader, _statistics, _logger) = (bufferBytes, newReader, statistics, logger);
        _listening = new Socket(address.AddressFamily, SocketType.Stream, address.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            _listening.DualMode = true;
        }

        // Connections inherit it: closed by anything but ServeAsync, the end of a killed process too, they are reset. So an orderly end is an answer.
        _listening.LingerState = new LingerOption(true, 0);
        try
        {
            _listening.Bind(address);
            _listening.Listen(512);
        }
        catch
        {
            _listening.Dispose();
            throw;
        }
    }

    public EndPoint Address => _listening.LocalEndPoint!;

    public void Start() => _accepting = AcceptAsync();

    /// <summary>Returns when every connection has stored what it had read.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        _listening.Dispose();
        await _accepting;
        Task[] open;
        lock (_connections)
        {
            open = [.. _connections];
        }

        await Task.WhenAll(open);
    }

    public void Dispose()
    {
        _listening.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket connection;
            try
            {
                connection = await _listening.AcceptAsync(_stopping.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException || _stopping.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception)
            {
                // Out of descriptors, mostly: connections that end make room.
                LogAcceptFailed(exception, _statistics.Protocol);
                await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
                continue;
            }

            lock (_connections)
            {
                if (_connections.Count >= MaxConnections)
                {
                    connection.Dispose();
                    continue;
                }

                var serving = Task.Run(() => ServeAsync(connection));
                _connections.Add(serving);
                _ = serving.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    private void Forget(Task serving)
    {
        lock (_connections)
        {
            _connections.Remove(serving);
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        _statistics.Opened();
        try
        {
            if (await ReadAsync(connection, _newReader(connection)))
            {
                connection.LingerState = new LingerOption(false, 0);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The sender vanished, or the server stops: what was read whole is stored.
        }
        catch (Exception exception)
        {
            LogFailed(exception, _statistics.Protocol);
        }
        finally
        {
            connection.Dispose();
            _statistics.Closed();
        }
    }

    /// <returns>The sender has ended its half, and all it sent was taken.</returns>
    private async Task<bool> ReadAsync(Socket connection, IStreamReader reader)
    {
        var buffer = Array.Empty<byte>();
        var length = 0;
        try
        {
            while (true)
            {
                if (length == 0)
                {
                    // Nothing begun: no buffer while waiting.
                    Return(ref buffer);
                    await connection.ReceiveAsync(Memory<byte>.Empty, _stopping.Token);
                    buffer = ArrayPool<byte>.Shared.Rent(_bufferBytes);
                }

                var read = await connection.ReceiveAsync(buffer.AsMemory(length, _bufferBytes - length), _stopping.Token);
                if (read == 0)
                {
                    return true;
                }

                _statistics.Read(read);
                length += read;
                var taken = await reader.TakeAsync(buffer.AsMemory(0, length), _stopping.Token);
                if (taken < 0 || (taken == 0 && length == _bufferBytes))
                {
                    return false;
                }

                buffer.AsSpan(taken, length - taken).CopyTo(buffer);
                length -= taken;
            }
        }
        finally
        {
            Return(ref buffer);
        }
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A {Protocol} connection could not be accepted")]
    private partial void LogAcceptFailed(Exception exception, string protocol);

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Protocol} connection failed")]
    private partial void LogFailed(Exception exception, string protocol);
}
