using Sightline.Store.Settings;

namespace Sightline.Server.Settings;

/// <summary>Keeps the <see cref="ProjectDirectory"/> in step with changes that other processes (the command line) make.</summary>
internal sealed partial class SettingsWorker(ProjectDirectory directory, TimeProvider time, ILogger<SettingsWorker> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var failing = false;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    directory.RunOnce();
                    failing = false;
                }
                catch (Exception e)
                {
                    // Said once, not twice a second; the last good state stays in force.
                    if (!failing)
                    {
                        LogFailed(e);
                    }

                    failing = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "cannot read the settings; going on with those read before")]
    private partial void LogFailed(Exception error);
}
