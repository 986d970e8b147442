using System.Net;
using Sightline.Core.Model;
using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Receive.Carbon;

/// <summary>Carbon's receivers: plaintext on TCP and UDP of one port, pickle on TCP of another.</summary>
internal sealed partial class CarbonListener : IHostedService, IDisposable
{
    /// <summary>Datagrams of carbon cannot be held back: while nothing can be appended they are tried this long, and then refused.</summary>
    private static readonly TimeSpan DatagramPatience = TimeSpan.FromSeconds(2);

    private readonly PointSender _sender;
    private readonly CarbonBatch _datagrams;
    private bool _hasDatagrams;
    private readonly LineAggregation _aggregation;
    private readonly List<StreamListener> _streams = [];
    private readonly List<UdpReceiver> _udp = [];
    private readonly ServeOptions _options;
    private readonly ILogger<CarbonListener> _logger;

    public CarbonListener(ServeOptions options, Gate gate, LineAggregation aggregation, TimeProvider time, ILogger<CarbonListener> logger)
    {
        (_options, _aggregation, _logger) = (options, aggregation, logger);
        _sender = new PointSender(gate, options.MetricsProject, time);
        _datagrams = new CarbonBatch(aggregation, _sender);
    }

    public LineStatistics Statistics { get; } = new("carbon");

    /// <summary>Where plaintext is taken, in the order of the options.</summary>
    public IReadOnlyList<IPEndPoint> Plaintext => [.. _udp.Select(receiver => (IPEndPoint)receiver.Address)];

    /// <summary>Where pickles are taken.</summary>
    public IReadOnlyList<IPEndPoint> Pickle => [.. _streams.Skip(_udp.Count).Select(listener => (IPEndPoint)listener.Address)];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var address in _options.CarbonListen)
        {
            var stream = new StreamListener(address, CarbonStream.LineBuffer, _ => new CarbonStream(_aggregation, _sender, pickle: false), Statistics, _logger);
            _streams.Add(stream);
            var udp = new UdpReceiver(stream.Address, Datagram, BatchEnded);
            _udp.Add(udp);
            Statistics.Add(udp);
            LogListening("plaintext", stream.Address);
        }

        foreach (var address in _options.CarbonPickleListen)
        {
            var stream = new StreamListener(address, CarbonStream.PickleBuffer, _ => new CarbonStream(_aggregation, _sender, pickle: true), Statistics, _logger);
            _streams.Add(stream);
            LogListening("pickle", stream.Address);
        }

        _streams.ForEach(stream => stream.Start());
        _udp.ForEach(udp => udp.Start());
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _udp.ForEach(udp => udp.Stop());
        foreach (var stream in _streams)
        {
            await stream.StopAsync();
        }
    }

    public void Dispose()
    {
        _udp.ForEach(udp => udp.Dispose());
        _streams.ForEach(stream => stream.Dispose());
    }

    private void Datagram(ReadOnlySpan<byte> datagram)
    {
        Statistics.Datagram(datagram.Length);
        lock (_datagrams)
        {
            if (!_hasDatagrams)
            {
                // Not as the one before ends: that may be hours ago, under other rules.
                _datagrams.Begin();
                _hasDatagrams = true;
            }

            _datagrams.AddLines(datagram, _sender.NowSeconds, last: true);
        }
    }

    private void BatchEnded()
    {
        lock (_datagrams)
        {
            // The thread is the socket's own and has nothing else to do; the kernel's buffer takes what comes meanwhile.
            if (_hasDatagrams)
            {
                _sender.SendAsync(_datagrams.Writer, ReceivedBy.Carbon, DatagramPatience, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                _hasDatagrams = false;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Carbon {Protocol} on {Address}")]
    private partial void LogListening(string protocol, EndPoint address);
}
