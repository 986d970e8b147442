using System.Net;
using Sightline.Core.Wire.StatsD;
using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Receive.StatsD;

/// <summary>StatsD on UDP and TCP of one port, and the flush every interval.</summary>
internal sealed partial class StatsdListener : IHostedService, IDisposable
{
    private readonly ServeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<StatsdListener> _logger;
    private readonly List<StreamListener> _streams = [];
    private readonly List<UdpReceiver> _udp = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeSpan _interval;
    private Task _flushing = Task.CompletedTask;

    public StatsdListener(ServeOptions options, Gate gate, TimeProvider time, ILogger<StatsdListener> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        var statsd = options.Statsd ?? new StatsdOptions();
        _interval = TimeSpan.FromMilliseconds(statsd.FlushIntervalMs);
        Intake = new StatsdIntake(statsd, new PointSender(gate, options.MetricsProject, time), time);
    }

    public LineStatistics Statistics { get; } = new("statsd");

    public StatsdIntake Intake { get; }

    /// <summary>Where it listens, in the order of the options.</summary>
    public IReadOnlyList<IPEndPoint> Addresses => [.. _udp.Select(receiver => receiver.Address)];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var address in _options.StatsdListen)
        {
            var stream = new StreamListener(address, StatsdStream.Buffer, () => new StatsdStream(Intake), Statistics, _logger);
            _streams.Add(stream);
            var udp = new UdpReceiver(stream.Address, Datagram, static () => { });
            _udp.Add(udp);
            Statistics.Add(udp);
            LogListening(stream.Address, udp.BufferBytes);
        }

        if (_udp.Count > 0)
        {
            _streams.ForEach(stream => stream.Start());
            _udp.ForEach(udp => udp.Start());
            _flushing = FlushAsync();
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _udp.ForEach(udp => udp.Stop());
        foreach (var stream in _streams)
        {
            await stream.StopAsync();
        }

        await _stopping.CancelAsync();
        await _flushing;
        if (_udp.Count > 0)
        {
            // What came since the last flush, as statsd does when it ends.
            await Intake.FlushAsync(TimeSpan.Zero);
        }
    }

    public void Dispose()
    {
        _udp.ForEach(udp => udp.Dispose());
        _streams.ForEach(stream => stream.Dispose());
        _stopping.Dispose();
    }

    private void Datagram(ReadOnlySpan<byte> datagram)
    {
        Statistics.Datagram(datagram.Length);
        Intake.Take(datagram);
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
    private partial void LogListening(IPEndPoint address, int bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "A StatsD interval could not be handed on")]
    private partial void LogFlushFailed(Exception exception);
}
