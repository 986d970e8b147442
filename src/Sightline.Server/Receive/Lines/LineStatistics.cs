namespace Sightline.Server.Receive.Lines;

/// <summary>What a line protocol's listeners have seen since start, for <c>/metrics</c>. Written by several threads.</summary>
internal sealed class LineStatistics(string protocol)
{
    private long _bytes;
    private long _datagrams;
    private long _connections;
    private long _open;
    private long _repeated;
    private long _notRepeated;
    private readonly List<UdpReceiver> _udp = [];

    public string Protocol => protocol;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long Datagrams => Interlocked.Read(ref _datagrams);

    public long Connections => Interlocked.Read(ref _connections);

    public long Open => Interlocked.Read(ref _open);

    /// <summary>Packets sent on to others, once for each.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Packets that could not be sent on: nobody there, or too slow.</summary>
    public long NotRepeated => Interlocked.Read(ref _notRepeated);

    /// <summary>Datagrams the kernel threw away because the socket's buffer was full.</summary>
    public long LostDatagrams => _udp.Sum(static receiver => receiver.Lost());

    /// <summary>Receive buffer the kernel granted, bytes; the smallest, when there are several sockets.</summary>
    public long ReceiveBuffer => _udp.Count == 0 ? 0 : _udp.Min(static receiver => receiver.BufferBytes);

    public void Add(UdpReceiver receiver) => _udp.Add(receiver);

    public void Read(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Datagram(int bytes)
    {
        Interlocked.Increment(ref _datagrams);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void SentOn() => Interlocked.Increment(ref _repeated);

    public void NotSentOn() => Interlocked.Increment(ref _notRepeated);

    public void Opened()
    {
        Interlocked.Increment(ref _connections);
        Interlocked.Increment(ref _open);
    }

    public void Closed() => Interlocked.Decrement(ref _open);
}
