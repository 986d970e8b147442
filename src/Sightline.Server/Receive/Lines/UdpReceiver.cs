using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sightline.Server.Receive.Lines;

/// <summary>
/// Reads datagrams (UDP, or of a Unix socket) on a thread of its own, as many as there are at once. Asks for a large receive buffer, since what does not fit is lost and the
/// sender never knows; tells how much it got, and what was lost all the same.
/// </summary>
internal sealed unsafe class UdpReceiver : IDisposable
{
    private const int WantedBuffer = 8 * 1024 * 1024;
    private const int SocketLevel = 1;
    private const int ForceReceiveBuffer = 33;
    private const int Batch = 32;
    private const int Largest = 65_536;
    private const int StopLooksMs = 250;

    private readonly Socket _socket;
    private readonly Action<ReadOnlySpan<byte>> _datagram;
    private readonly Action _batchEnded;
    private readonly Thread _thread;
    private readonly string? _inode;
    private volatile bool _stopping;
    private long _lost;

    /// <param name="address">Where to listen; nothing is read before <see cref="Start"/>.</param>
    /// <param name="datagram">Given each datagram, on the thread.</param>
    /// <param name="batchEnded">Called after each run of datagrams, on the thread; while it works the kernel's buffer fills.</param>
    public UdpReceiver(EndPoint address, Action<ReadOnlySpan<byte>> datagram, Action batchEnded)
    {
        (_datagram, _batchEnded) = (datagram, batchEnded);
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, address.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Udp);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            _socket.DualMode = true;
        }

        try
        {
            // Past the machine's limit, when the process may.
            _socket.SetRawSocketOption(SocketLevel, ForceReceiveBuffer, BitConverter.GetBytes(WantedBuffer));
        }
        catch (SocketException)
        {
            _socket.ReceiveBufferSize = WantedBuffer;
        }

        _socket.ReceiveTimeout = StopLooksMs;
        try
        {
            _socket.Bind(address);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _inode = new FileInfo($"/proc/self/fd/{_socket.Handle}").LinkTarget is { } link && link.StartsWith("socket:[", StringComparison.Ordinal) ? link[8..^1] : null;
        _thread = new Thread(Run) { IsBackground = true, Name = $"udp {address}" };
    }

    public EndPoint Address => _socket.LocalEndPoint!;

    /// <summary>What the kernel granted, bytes.</summary>
    public int BufferBytes => _stopping ? 0 : _socket.ReceiveBufferSize;

    public void Start() => _thread.Start();

    /// <summary>Datagrams thrown away by the kernel since start (the socket's drop counter).</summary>
    public long Lost()
    {
        // On a Unix socket the sender waits, or is told.
        if (_inode is null || _stopping || _socket.AddressFamily == AddressFamily.Unix)
        {
            return Interlocked.Read(ref _lost);
        }

        foreach (var line in File.ReadLines(_socket.AddressFamily == AddressFamily.InterNetworkV6 ? "/proc/net/udp6" : "/proc/net/udp"))
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 12 && columns[9] == _inode)
            {
                Interlocked.Exchange(ref _lost, long.Parse(columns[12], CultureInfo.InvariantCulture));
                break;
            }
        }

        return Interlocked.Read(ref _lost);
    }

    /// <summary>Returns when the thread has handed on its last datagram.</summary>
    public void Stop()
    {
        _stopping = true;
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    public void Dispose()
    {
        Stop();
        _socket.Dispose();
    }

    private void Run()
    {
        var buffers = (byte*)NativeMemory.Alloc(Batch * Largest);
        var vectors = stackalloc UdpNative.Vector[Batch];
        var messages = stackalloc UdpNative.Message[Batch];
        for (var i = 0; i < Batch; i++)
        {
            vectors[i] = new UdpNative.Vector { Base = buffers + (i * Largest), Length = Largest };
            messages[i] = new UdpNative.Message { Head = new UdpNative.Head { Vectors = vectors + i, VectorCount = 1 } };
        }

        try
        {
            var socket = (int)_socket.Handle;
            while (!_stopping)
            {
                // Waits no longer than the receive timeout. Errors of single datagrams (an ICMP answer) are no reason to end.
                var count = UdpNative.recvmmsg(socket, messages, Batch, UdpNative.WaitForOne, 0);
                for (var i = 0; i < count; i++)
                {
                    _datagram(new ReadOnlySpan<byte>(vectors[i].Base, (int)messages[i].Length));
                }

                if (count > 0)
                {
                    _batchEnded();
                }
            }
        }
        finally
        {
            NativeMemory.Free(buffers);
        }
    }
}
