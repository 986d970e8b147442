using Sightline.Store.DuckDb;

namespace Sightline.Server;

/// <summary>
/// Runs the feeder beside the listeners. It is registered before the web server, so it stops after it: everything acknowledged is in the
/// log by then, and what fits into the drain time goes into the store.
/// </summary>
internal sealed partial class DataPathWorker(DataPath path, IHostApplicationLifetime lifetime, ILogger<DataPathWorker> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _feeding = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (path.Log.Recovery is { TornBytes: > 0 } or { DamagedBytes: > 0 })
        {
            LogRecovered(path.Log.Recovery.TornBytes, path.Log.Recovery.DamagedBytes);
        }

        _ = path.Engine.Failure.ContinueWith(failure => Stop(failure.Result), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _feeding = Task.Factory.StartNew(Feed, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        path.Gate.Close();
        await _stopping.CancelAsync();
        await _feeding;
        var drained = !path.Engine.HasFailed && await Task.Run(() => path.Feeder.Drain(path.Options.DrainTimeout), CancellationToken.None);
        LogStopped(drained, path.Feeder.GapBytes);
    }

    public void Dispose() => _stopping.Dispose();

    private void Feed()
    {
        try
        {
            path.Feeder.Run(_stopping.Token);
        }
        catch (DuckDbException exception) when (exception.IsFatal)
        {
            path.Engine.Fail(exception);
        }
    }

    // Everything acknowledged is in the log: whoever opens the store anew goes on from there.
    private void Stop(DuckDbException failure)
    {
        LogFatal(failure);
        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log was not closed cleanly: {TornBytes} bytes of an unfinished record cut off, {DamagedBytes} damaged bytes passed over")]
    private partial void LogRecovered(long tornBytes, long damagedBytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped; everything stored: {Drained}, {GapBytes} bytes wait in the log")]
    private partial void LogStopped(bool drained, long gapBytes);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The store's engine has failed and must be opened anew; nothing acknowledged is lost")]
    private partial void LogFatal(Exception exception);
}
