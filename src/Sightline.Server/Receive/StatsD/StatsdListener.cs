using System.Net;
using System.Net.Sockets;
using Sightline.Core.Wire.StatsD;
using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Receive.StatsD;

/// <summary>StatsD on UDP and TCP of one port and on Unix sockets, its administration, and the flush every interval.</summary>
internal sealed partial class StatsdListener : IHostedService, IDisposable
{
    private readonly ServeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<StatsdListener> _logger;
    private readonly List<StreamListener> _streams = [];
    private readonly List<StreamListener> _admins = [];
    private readonly List<UdpReceiver> _receivers = [];
    private readonly List<string> _bound = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeSpan _interval;
    private readonly StatsdAdmin _admin;
    private readonly StatsdRepeater? _repeater;
    private Task _flushing = Task.CompletedTask;

    public StatsdListener(ServeOptions options, Gate gate, LineAggregation aggregation, TimeProvider time, ILogger<StatsdListener> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        var statsd = options.Statsd ?? new StatsdOptions { DogStatsd = true };
        _interval = TimeSpan.FromMilliseconds(statsd.FlushIntervalMs);
        _repeater = options.StatsdRepeat.Count > 0 ? new StatsdRepeater(options.StatsdRepeat, Statistics, time, logger) : null;
        Intake = new StatsdIntake(statsd, new PointSender(gate, options.MetricsProject, time), aggregation, _repeater, time);
        _admin = new StatsdAdmin(Intake, statsd, time);
    }

    public LineStatistics Statistics { get; } = new("statsd");

    public StatsdIntake Intake { get; }

    /// <summary>Ports it listens on, in the order of the options.</summary>
    public IReadOnlyList<IPEndPoint> Addresses => [.. _receivers.Select(receiver => receiver.Address).OfType<IPEndPoint>()];

    /// <summary>Where its administration is answered.</summary>
    public IReadOnlyList<IPEndPoint> AdminAddresses => [.. _admins.Select(listener => (IPEndPoint)listener.Address)];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var address in _options.StatsdListen)
        {
            var stream = Stream(address);
            Receive(stream.Address);
        }

        foreach (var socket in _options.StatsdSockets)
        {
            socket.Clear();
            var address = new UnixDomainSocketEndPoint(socket.Path);
            if (socket.IsStream)
            {
                Stream(address);
                LogSocket(socket.Path);
            }
            else
            {
                Receive(address);
            }

            _bound.Add(socket.Path);
            socket.Open();
        }

        _admins.AddRange(_options.StatsdAdminListen.Select(address => new StreamListener(address, StatsdAdminStream.Buffer, connection => new StatsdAdminStream(_admin, connection), Statistics, _logger)));
        if (IsOn)
        {
            _streams.ForEach(stream => stream.Start());
            _receivers.ForEach(receiver => receiver.Start());
            _flushing = FlushAsync();
        }

        _admins.ForEach(admin => admin.Start());
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _receivers.ForEach(receiver => receiver.Stop());
        foreach (var stream in _streams.Concat(_admins))
        {
            await stream.StopAsync();
        }

        await _stopping.CancelAsync();
        await _flushing;
        if (IsOn)
        {
            // What came since the last flush, as statsd does when it ends.
            await Intake.FlushAsync(TimeSpan.Zero);
        }

        if (_repeater is not null)
        {
            await _repeater.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _receivers.ForEach(receiver => receiver.Dispose());
        _streams.ForEach(stream => stream.Dispose());
        _admins.ForEach(admin => admin.Dispose());
        // Only what was bound here: another server's socket may be at a path that this one could not have.
        _bound.ForEach(File.Delete);

        _stopping.Dispose();
    }

    private bool IsOn => _receivers.Count + _streams.Count > 0;

    private StreamListener Stream(EndPoint address)
    {
        var stream = new StreamListener(address, StatsdStream.Buffer, _ => new StatsdStream(Intake), Statistics, _logger);
        _streams.Add(stream);
        return stream;
    }

    private void Receive(EndPoint address)
    {
        var receiver = new UdpReceiver(address, Datagram, BatchEnded);
        _receivers.Add(receiver);
        Statistics.Add(receiver);
        LogListening(address, receiver.BufferBytes);
    }

    private void Datagram(ReadOnlySpan<byte> datagram)
    {
        Statistics.Datagram(datagram.Length);
        Intake.Take(datagram);
    }

    // The thread is the socket's own; the kernel's buffer takes what comes while an event, a rare thing, is made durable.
    private void BatchEnded()
    {
        var sending = Intake.SendEventsAsync(TimeSpan.Zero, isLast: false, CancellationToken.None);
        if (!sending.IsCompleted)
        {
            sending.AsTask().GetAwaiter().GetResult();
        }
    }

    private async Task FlushAsync()
    {
        using var timer = new PeriodicTimer(_interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                try
                {
                    await Intake.FlushAsync(_interval);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    LogFlushFailed(exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: the last flush follows.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "StatsD on {Address}, receive buffer {Bytes} bytes")]
    private partial void LogListening(EndPoint address, int bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "StatsD streams on {Path}")]
    private partial void LogSocket(string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "A StatsD interval could not be handed on")]
    private partial void LogFlushFailed(Exception exception);
}
