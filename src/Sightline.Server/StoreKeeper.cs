using Sightline.Store.Settings;

namespace Sightline.Server;

/// <summary>Looks after the store beside the feeder: checkpoints, retention, and the data of projects that were removed.</summary>
internal sealed partial class StoreKeeper(DataPath path, ILogger<StoreKeeper> logger) : BackgroundService
{
    /// <summary>Short enough that a restart replays little, long enough that live visits are written once and not at every change.</summary>
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetainEvery = TimeSpan.FromHours(1);

    /// <summary>An event whose answer was lost is sent again within this time, as docs/event-api.md promises.</summary>
    private static readonly TimeSpan RetryKeysLive = TimeSpan.FromDays(1);

    private long? _retainedAt;

    /// <summary>One round; what is due is decided by the monotonic clock.</summary>
    public void RunOnce(CancellationToken cancellationToken)
    {
        path.Store.Maintenance.Checkpoint();
        RemoveProjects();
        if (_retainedAt is { } last && path.Time.GetElapsedTime(last) < RetainEvery)
        {
            return;
        }

        _retainedAt = path.Time.GetTimestamp();
        path.Store.Maintenance.ForgetRetryKeys((path.Time.GetUtcNow() - RetryKeysLive).ToUnixTimeMilliseconds());
        foreach (var project in path.Projects.All)
        {
            if (project.RetentionDays > 0)
            {
                var before = path.Time.GetUtcNow().AddDays(-project.RetentionDays).ToUnixTimeMilliseconds();
                var removed = path.Store.Maintenance.DeleteBefore(project.Id, before, cancellationToken);
                if (removed > 0)
                {
                    LogRetained(removed, project.Id, project.RetentionDays);
                }
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CheckpointEvery, path.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Task.Run(() => RunOnce(stoppingToken), stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    LogFailed(exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; the feeder's last batches are checkpointed when the store closes.
        }
    }

    private void RemoveProjects()
    {
        var removed = new RemovedProjects(path.Settings);
        foreach (var project in removed.List())
        {
            var events = path.Store.Maintenance.RemoveProject(project);
            LogRemoved(events, project);
            removed.Forget(project);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Events} events of project {Project}: it keeps {Days} days")]
    private partial void LogRetained(long events, uint project, int days);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Events} events of project {Project}, which was removed")]
    private partial void LogRemoved(long events, uint project);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking after the store failed; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
