using Sightline.Log;
using Sightline.Store;

namespace Sightline.Server.Backup;

/// <summary>A backup that ended.</summary>
/// <param name="At">When.</param>
/// <param name="Directory">The directory of backups.</param>
/// <param name="Backup">What was made; <see langword="null"/>: nothing.</param>
/// <param name="Fault">Why not.</param>
internal sealed record BackupOutcome(DateTimeOffset At, string Directory, BackupManifest? Backup, string? Fault);

/// <summary>Makes the running server's backups, one at a time, and remembers how the last went.</summary>
internal sealed partial class BackupDesk(DataPath path, TimeProvider time, ILogger<BackupDesk> logger)
{
    private readonly Lock _one = new();
    private long _done;
    private long _failed;

    /// <summary>How far the one under work is; <see langword="null"/>: none is.</summary>
    public BackupTick? Running { get; private set; }

    /// <summary>How the last ended since start, by whomever it was asked for.</summary>
    public BackupOutcome? Last { get; private set; }

    /// <summary>How the last of the schedule ended.</summary>
    public BackupOutcome? LastScheduled { get; private set; }

    public long Done => Interlocked.Read(ref _done);

    public long Failed => Interlocked.Read(ref _failed);

    /// <param name="directory">The directory of backups.</param>
    /// <param name="keep">How many stay there; 0: all.</param>
    /// <param name="isScheduled">Nobody waits for the answer.</param>
    /// <param name="tell">Told how far it is.</param>
    /// <param name="cancel">Ends it; nothing is left.</param>
    /// <exception cref="BackupException">It could not be made.</exception>
    public BackupManifest Run(string directory, int keep, bool isScheduled, Action<BackupTick>? tell, CancellationToken cancel)
    {
        if (!_one.TryEnter())
        {
            throw new BackupException("another backup is being made; try again when it is done");
        }

        try
        {
            var made = Make(directory, keep, tell, cancel);
            Ended(new BackupOutcome(time.GetUtcNow(), directory, made, null), isScheduled);
            Interlocked.Increment(ref _done);
            LogMade(directory, made.Name, made.Bytes, made.Seconds, made.WriterWaitedMilliseconds);
            return made;
        }
        catch (BackupException failure)
        {
            Ended(new BackupOutcome(time.GetUtcNow(), directory, null, failure.Message), isScheduled);
            Interlocked.Increment(ref _failed);
            LogFailed(directory, failure.Message);
            throw;
        }
        finally
        {
            Running = null;
            _one.Exit();
        }
    }

    private BackupManifest Make(string directory, int keep, Action<BackupTick>? tell, CancellationToken cancel)
    {
        try
        {
            var folder = BackupFolder.OpenOrCreate(directory);
            using var taken = folder.Take();
            (EventStore, DurableLog)? running = (path.Store, path.Log);
            var made = new BackupJob(path.Options.Data, folder, running, time, tick =>
            {
                Running = tick;
                tell?.Invoke(tick);
            })
            { LeaveFree = path.Options.MinFreeDiskBytes }.Run(cancel);
            if (keep > 0)
            {
                folder.Prune(keep);
            }

            return made;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw BackupException.Of(directory, failure);
        }
    }

    private void Ended(BackupOutcome outcome, bool isScheduled)
    {
        Last = outcome;
        if (isScheduled)
        {
            LastScheduled = outcome;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Name} in {Directory}: {Bytes} bytes in {Seconds} s; the store's writer waited {Waited} ms")]
    private partial void LogMade(string directory, string name, long bytes, double seconds, double waited);

    [LoggerMessage(Level = LogLevel.Error, Message = "No backup in {Directory}: {Fault}")]
    private partial void LogFailed(string directory, string fault);
}
