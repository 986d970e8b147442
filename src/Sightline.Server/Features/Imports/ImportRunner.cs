using Sightline.Server.Import;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Imports;

/// <summary>
/// Imports uploaded files, one after the other. Which are to be imported stands in the settings, and how far each is in the store: after a
/// restart it goes on behind the last line stored.
/// </summary>
internal sealed partial class ImportRunner(ImportJobStore jobs, ImportFiles files, ImportDesk desk, TimeProvider time, ILogger<ImportRunner> logger) : BackgroundService
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _lock = new();
    private (long Job, CancellationTokenSource Cancel)? _running;

    /// <summary>There may be something to do.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
    }

    /// <summary>Stops a job, running or not; what is stored stays. <see langword="false"/>: it is over already.</summary>
    public bool Cancel(ImportJob job)
    {
        var ended = jobs.End(job.Id, ImportState.Cancelled);
        lock (_lock)
        {
            if (_running is { } running && running.Job == job.Id)
            {
                running.Cancel.Cancel();
            }
            else
            {
                files.Forget(job);
            }
        }

        return ended;
    }

    /// <summary>Imports what waits, oldest first, and clears away what nobody needs.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var dayAgo = time.GetUtcNow().AddDays(-1).ToUnixTimeMilliseconds();
        foreach (var job in jobs.In(ImportState.Uploaded).Where(job => job.CreatedMs < dayAgo))
        {
            jobs.End(job.Id, ImportState.Cancelled, "it was not started within a day");
            files.Forget(job);
        }

        files.Sweep([.. jobs.In(ImportState.Uploaded).Concat(jobs.In(ImportState.Running)).Select(job => job.Id)]);
        while (jobs.In(ImportState.Running).FirstOrDefault(job => job.Origin == ImportOrigin.Upload) is { } next)
        {
            await RunAsync(next, cancellationToken);
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        jobs.InterruptCommandLine();
        try
        {
            while (true)
            {
                try
                {
                    await RunOnceAsync(stoppingToken);
                }
                catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SettingsException)
                {
                    LogFailed(fault);
                }

                await _wake.WaitAsync(LookEvery, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; running jobs go on when it is back.
        }
    }

    private async Task RunAsync(ImportJob job, CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        lock (_lock)
        {
            _running = (job.Id, cancel);
        }

        try
        {
            var path = files.Find(job) ?? throw new ImportException("the uploaded file is gone");
            var before = ImportCounts.None;
            var savedAt = time.GetTimestamp();
            await using var target = new DeskTarget(desk, time);
            var importer = new Importer(new CountedTarget(target, counts => before = Begin(job, counts)), time, () => Stream.Null, tick =>
            {
                if (time.GetElapsedTime(savedAt) >= SaveEvery)
                {
                    savedAt = time.GetTimestamp();
                    Save(job, tick.Position, before);
                }
            });
            var report = await importer.RunAsync(new ImportRequest { Project = job.Project, Files = [path], Reading = ImportReading.Parse(job.Options).ToOptions() }, cancel.Token);
            Save(job, job.Size, before);
            var file = report.Files[0];
            jobs.End(job.Id, file.Outcome == FileOutcome.Failed ? ImportState.Failed : ImportState.Done, file.Outcome switch
            {
                FileOutcome.Failed => file.Error,
                FileOutcome.NothingNew when file.StoredBefore > 0 => "everything in it was imported before",
                FileOutcome.NothingNew => "it holds no lines of requests",
                _ => null,
            });
            files.Forget(job);
        }
        catch (ImportException fault)
        {
            jobs.End(job.Id, ImportState.Failed, fault.Message);
            files.Forget(job);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            files.Forget(job);
        }
        finally
        {
            lock (_lock)
            {
                _running = null;
            }
        }
    }

    // An import that goes on after a restart counts from where it first began.
    private ImportCounts Begin(ImportJob job, ImportCounts now)
    {
        jobs.SetCounted(job.Id, CountText.Of(now));
        return jobs.Find(job.Project, job.Id) is { Counted.Length: > 0 } kept ? CountText.Parse(kept.Counted) : now;
    }

    private void Save(ImportJob job, long position, ImportCounts before)
    {
        var counts = desk.Counts(job.Project).Since(before);
        jobs.Progress(job.Id, job.Name, position, counts.Received, counts.Stored, CountText.Drops(counts));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Imports of uploads cannot go on now and will be tried again")]
    private partial void LogFailed(Exception fault);
}
