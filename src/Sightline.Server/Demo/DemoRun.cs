using System.Diagnostics;

namespace Sightline.Server.Demo;

/// <summary>What the demo does beside serving: history up to now, then visitors of the moment, until the server stops.</summary>
internal sealed partial class DemoRun(DemoHistory history, DemoMetrics metrics, DemoTraffic? traffic, TimeProvider time, ILogger<DemoRun> logger)
{
    private static readonly TimeSpan MarkEvery = TimeSpan.FromMinutes(1);

    /// <param name="filled">Called when history is complete, with the number of data written.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(Action<int> filled, CancellationToken stopping)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var written = await history.FillAsync(stopping);
            await metrics.FillAsync(stopping);
            await history.StoredAsync(stopping);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            LogFilled(written, seconds);
            filled(written);
            if (traffic is not null)
            {
                await LiveAsync(traffic, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops; a day half written is written whole at the next start.
        }
        catch (Exception exception)
        {
            // The server goes on serving what is there.
            LogFailed(exception);
        }
    }

    private async Task LiveAsync(DemoTraffic visitors, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(DemoTraffic.Interval, time);
        var marked = time.GetTimestamp();
        var failing = false;
        do
        {
            try
            {
                await visitors.RunOnceAsync(time.GetUtcNow(), stopping);
                if (time.GetElapsedTime(marked) >= MarkEvery)
                {
                    marked = time.GetTimestamp();
                    await history.MarkAsync(stopping);
                    await metrics.FillAsync(stopping);
                }

                failing = false;
            }
            catch (Exception exception) when (exception is HttpRequestException or InvalidOperationException)
            {
                // A full disk, a busy server: visitors of such a moment are lost, as real ones are; series go on where they were. Said once.
                if (!failing)
                {
                    LogRefused(exception);
                }

                failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The demo's history is complete: {Written} data written in {Seconds:F1} s")]
    private partial void LogFilled(int written, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo's visitors are not taken in")]
    private partial void LogRefused(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The demo stops making visitors")]
    private partial void LogFailed(Exception exception);
}
