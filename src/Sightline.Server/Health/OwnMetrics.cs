using Sightline.Core.Model;
using Sightline.Server.Receive;
using Sightline.Server.Receive.Lines;
using Sightline.Store.Settings;

namespace Sightline.Server.Health;

/// <summary>
/// Keeps what <c>/metrics</c> tells as series of the built-in project, by the way of every point: a batch, the gate, the log, the store. A batch goes as soon as
/// others have written anyway, and otherwise once a minute: an idle server's disk is not kept busy by its telling that it is idle.
/// </summary>
internal sealed partial class OwnMetrics(DataPath path, Gate gate, DashboardStore dashboards, IServiceProvider services, TimeProvider time, ILogger<OwnMetrics> logger) : BackgroundService
{
    public const string ProjectName = "Sightline itself";

    /// <summary>Samples held while nothing can be written.</summary>
    private const int MostSamples = 60;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _every = path.Options.OwnMetricsEvery;
    private readonly MetricPoints _points = new(MostSamples);
    private readonly PointSender _sender = new(gate, Project.BuiltInId, time);
    private readonly PointBatchWriter _batch = new();
    private long _appends;

    /// <summary>Takes a sample, and writes what has gathered when it is time. For one at a time.</summary>
    public async Task RunOnceAsync()
    {
        // Before anybody uses the server there is nothing to watch, and nobody to see it.
        if (path.Projects.All.Count == 0)
        {
            return;
        }

        var step = (uint)_every.TotalSeconds;
        _points.Begin(_sender.NowSeconds / step * step);
        HealthEndpoints.Tell(_points, path, services);
        if (path.Log.Statistics.Appends != _appends || _sender.NowSeconds - _points.Oldest >= LongestWait.TotalSeconds)
        {
            await WriteAsync();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_points.Samples > 0)
        {
            await WriteAsync();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_every <= TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(_every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunOnceAsync();
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    LogFailed(exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; what has gathered is written next.
        }
    }

    private async Task WriteAsync()
    {
        if (path.Projects.BuiltIn is null)
        {
            Make();
        }

        _batch.Begin(ReceivedBy.Own, _sender.NowMs, (uint)_every.TotalSeconds);
        _points.WriteTo(_batch);
        // What is refused goes with the next: nobody waits for it.
        if (await _sender.SendAsync(_batch, ReceivedBy.Own, TimeSpan.Zero, CancellationToken.None))
        {
            _points.Clear();
        }

        _appends = path.Log.Statistics.Appends;
    }

    private void Make()
    {
        if (!new ProjectStore(path.Settings, time).AddBuiltIn(ProjectName))
        {
            return;
        }

        path.StorageRules.Set(Project.BuiltInId, OwnDashboard.Rules((int)_every.TotalSeconds));
        dashboards.Add(Project.BuiltInId, OwnDashboard.Name, OwnDashboard.Document.Write());
        LogMade(Project.BuiltInId);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The server's own metrics are kept in the built-in project {Project}")]
    private partial void LogMade(uint project);

    [LoggerMessage(Level = LogLevel.Error, Message = "The server's own metrics could not be kept; the next interval tries again")]
    private partial void LogFailed(Exception exception);
}
