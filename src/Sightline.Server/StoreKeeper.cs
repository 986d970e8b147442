using Sightline.Store.DuckDb;
using Sightline.Store.Settings;

namespace Sightline.Server;

/// <summary>Looks after the store beside the feeder: checkpoints, settling of past months, retention, and the data of projects that were removed.</summary>
internal sealed partial class StoreKeeper(DataPath path, ILogger<StoreKeeper> logger) : BackgroundService
{
    /// <summary>How often it is looked whether one is due: short enough that a restart replays little, long enough that live visits are written once and not at every change.</summary>
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(10);

    /// <summary>However little changed, the next start has it behind it after this.</summary>
    private static readonly TimeSpan CheckpointAtLeastEvery = TimeSpan.FromMinutes(30);

    /// <summary>The first round is early: what a crash left is replayed at each start until it is checkpointed, and months may have become due meanwhile.</summary>
    private static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RetainEvery = TimeSpan.FromHours(1);

    /// <summary>An event whose answer was lost is sent again within this time, as docs/event-api.md promises.</summary>
    private static readonly TimeSpan RetryKeysLive = TimeSpan.FromDays(1);

    /// <summary>Points younger than this still come in every series at once, and are read mostly by graphs that are open.</summary>
    private static readonly TimeSpan PackPointsAfter = TimeSpan.FromMinutes(10);

    /// <summary>While the store is further behind the log than this, it has better things to do than to settle months.</summary>
    private static readonly TimeSpan LagToSettleIn = TimeSpan.FromSeconds(2);

    /// <summary>Points that are this far behind would find that their step has become a coarser one without them: an hour is left to them, of which this leaves half.</summary>
    private static readonly TimeSpan LagToAgeIn = TimeSpan.FromMinutes(30);

    private long? _retainedAt;
    private long _checkpointedAt;

    /// <summary>None was made yet, or the last one did not come about: the next round tries, for what was erased may lie in the log.</summary>
    private bool _isCheckpointOwed = true;

    /// <summary>The long work under way, in words; <see langword="null"/>: none.</summary>
    public string? Doing { get; private set; }

    /// <summary>One round; what is due is decided by the monotonic clock.</summary>
    public void RunOnce(CancellationToken cancellationToken)
    {
        try
        {
            CheckpointWhenDue();
            Doing = "removing what belonged to removed projects";
            RemoveProjects();
            Doing = "settling a past month";
            Settle(cancellationToken);
            if (_retainedAt is { } last && path.Time.GetElapsedTime(last) < RetainEvery)
            {
                return;
            }

            Doing = "removing what is older than projects keep";
            _retainedAt = path.Time.GetTimestamp();
            AgePoints(cancellationToken);
            path.Store.Maintenance.PackPoints((path.Time.GetUtcNow() - PackPointsAfter).ToUnixTimeSeconds(), () => !cancellationToken.IsCancellationRequested);
            if (path.Store.DamagedSeries is { Count: > 0 } damaged)
            {
                LogDamaged(damaged.Count, string.Join(", ", damaged.Take(5)));
            }

            path.Store.Maintenance.ForgetRetryKeys((path.Time.GetUtcNow() - RetryKeysLive).ToUnixTimeMilliseconds());
            Retain(cancellationToken);
        }
        finally
        {
            Doing = null;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(FirstAfter, path.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var isFirst = timer.Period == FirstAfter;
                timer.Period = CheckpointEvery;
                try
                {
                    await Task.Run(() => RunOnce(stoppingToken), stoppingToken);
                }
                catch (DuckDbException exception) when (exception.IsFatal)
                {
                    path.Engine.Fail(exception);
                    return;
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    LogFailed(exception);
                }

                if (isFirst)
                {
                    // The first pages have been made ahead by now.
                    SpareMemory.GiveBack();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; the feeder's last batches are checkpointed when the store closes.
        }
    }

    private void CheckpointWhenDue()
    {
        if (_isCheckpointOwed || path.Time.GetElapsedTime(_checkpointedAt) >= CheckpointAtLeastEvery || path.Store.Maintenance.WantsCheckpoint)
        {
            Checkpoint();
        }
    }

    private void Checkpoint()
    {
        (_checkpointedAt, _isCheckpointOwed) = (path.Time.GetTimestamp(), true);
        _isCheckpointOwed = !path.Store.Maintenance.Checkpoint();
    }

    /// <summary>At most one month a round, and only while the feeder keeps up.</summary>
    private void Settle(CancellationToken cancellationToken)
    {
        bool GoOn()
        {
            if (path.Time.GetElapsedTime(_checkpointedAt) >= CheckpointEvery)
            {
                CheckpointWhenDue();
            }

            return !cancellationToken.IsCancellationRequested && path.Feeder.Lag < LagToSettleIn && !path.IsDiskLow;
        }

        if (GoOn() && path.Store.Maintenance.Settle(GoOn) is { } month)
        {
            LogSettled(month.Month, month.Events, month.FileBytes);
            Checkpoint();
        }
    }

    private void AgePoints(CancellationToken cancellationToken)
    {
        if (path.Feeder.Lag > LagToAgeIn)
        {
            return;
        }

        var aged = path.Store.Maintenance.AgePoints(path.Time.GetUtcNow().ToUnixTimeSeconds(), () => !cancellationToken.IsCancellationRequested);
        if (aged > 0)
        {
            LogAged(aged);
        }
    }

    private void Retain(CancellationToken cancellationToken)
    {
        var now = path.Time.GetUtcNow();
        var projects = path.Projects.All.Where(project => project.RetentionDays > 0).ToDictionary(project => project.Id, project => project.RetentionDays);
        var borders = projects.ToDictionary(project => project.Key, project => KeptFromMs(project.Value, now));
        foreach (var (project, removed) in path.Store.Maintenance.Retain(borders, cancellationToken))
        {
            if (removed > 0)
            {
                LogRetained(removed, project, projects[project]);
            }
        }
    }

    /// <summary>What is older than this a project of that retention does not keep, Unix milliseconds UTC.</summary>
    // A border that moved every hour would have the file of a settled month written anew every hour.
    internal static long KeptFromMs(int days, DateTimeOffset now) =>
        new DateTimeOffset(now.UtcDateTime.Date.AddDays(-Math.Min(days, (now.UtcDateTime - DateTime.UnixEpoch).Days)), TimeSpan.Zero).ToUnixTimeMilliseconds();

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

    [LoggerMessage(Level = LogLevel.Information, Message = "Settled {Month}: its {Events} events rest in a file of {Bytes} bytes")]
    private partial void LogSettled(string month, long events, long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Points} points of metrics became coarser ones, or were older than their schema keeps them")]
    private partial void LogAged(long points);

    [LoggerMessage(Level = LogLevel.Error, Message = "Points of {Count} series are damaged and stay as they are: {Names}")]
    private partial void LogDamaged(int count, string names);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Events} events of project {Project}: it keeps {Days} days")]
    private partial void LogRetained(long events, uint project, int days);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Events} events of project {Project}, which was removed")]
    private partial void LogRemoved(long events, uint project);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking after the store failed; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
