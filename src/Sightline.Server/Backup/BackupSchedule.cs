namespace Sightline.Server.Backup;

/// <summary>Makes a backup when the newest in <c>backup-to</c> is older than <c>backup-every</c>, so a restart neither forgets one nor makes one too many.</summary>
internal sealed class BackupSchedule(BackupDesk desk, ServeOptions options, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    /// <summary>A disk that is full now will be for some time; the system page and the log say so meanwhile.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(15);

    /// <summary>When the next is due; the past: now.</summary>
    public DateTimeOffset NextDue(string directory)
    {
        var newest = Newest(directory) is { } made ? made + options.BackupEvery : DateTimeOffset.MinValue;
        var retry = desk.LastScheduled is { Fault: not null } failed ? failed.At + Min(RetryAfter, options.BackupEvery) : DateTimeOffset.MinValue;
        return newest > retry ? newest : retry;
    }

    /// <summary>When the newest whole backup there was begun.</summary>
    public static DateTimeOffset? Newest(string directory)
    {
        try
        {
            var folder = BackupFolder.OpenExisting(directory);
            return folder.Names() is [var name, ..] ? folder.Read(name).CreatedAt : null;
        }
        catch (Exception failure) when (failure is BackupException or IOException or UnauthorizedAccessException)
        {
            // Making the next one will say what is wrong, where the operator sees it.
            return null;
        }
    }

    /// <returns>Whether one was due.</returns>
    public bool RunOnce(CancellationToken cancel)
    {
        if (options.BackupTo is not { } directory || NextDue(directory) > time.GetUtcNow())
        {
            return false;
        }

        try
        {
            desk.Run(directory, options.BackupKeep, isScheduled: true, tell: null, cancel);
        }
        catch (BackupException)
        {
            // The desk has logged it and keeps it for the system page.
        }

        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (options.BackupTo is not null && await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Task.Run(() => RunOnce(stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
