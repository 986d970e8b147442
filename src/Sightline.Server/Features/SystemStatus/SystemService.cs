using System.Globalization;
using System.Runtime.InteropServices;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Server.Backup;
using Sightline.Server.Cli;
using Sightline.Server.Import;
using Sightline.Server.Query;
using Sightline.Server.Receive.Carbon;
using Sightline.Server.Receive.Lines;
using Sightline.Server.Receive.StatsD;
using Sightline.Server.Show;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.SystemStatus;

/// <summary>Gathers what an operator wants to know. Counting rows of every file is dear, and is done once a minute at most.</summary>
internal sealed class SystemService(
    DataPath path, SystemSampler sampler, SystemWarnings warnings, QueryService queries, QueryJournal journal, BackupDesk backups, BackupSchedule schedule,
    ImportDesk imports, IEnumerable<IHostedService> workers, StatsdListener statsd, CarbonListener carbon, ProjectDirectory projects, TimeProvider time)
{
    private static readonly TimeSpan StorageAge = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private (long At, StorageReport Report, IReadOnlyDictionary<uint, RetentionEstimate> Freed)? _storage;

    public SystemModel Now()
    {
        var (report, freed) = Storage();
        var (accepted, stored) = sampler.Rates();
        return new SystemModel(
            warnings.Now(),
            Load(stored),
            Disk(report),
            [.. accepted.Select(entry => new SystemRow(NameOf(entry.Key), [Rate(entry.Value), Count(path.Counters.AcceptedBy(entry.Key)), Count(Rejected(entry.Key))]))],
            Queries(),
            [.. journal.Slow().Select(slow => new SystemQuery(slow, projects.TryGetById(slow.Project, out var project) ? project.Name : "removed"))],
            [.. report.Projects.OrderByDescending(project => project.ApproximateBytes).Select(project => Row(project, freed))],
            [.. report.Months.Reverse()],
            Jobs(),
            Versions());
    }

    private List<SystemFact> Load(double stored)
    {
        var log = path.Log.Statistics;
        return
        [
            new("Stored", Rate(stored), "events a second, over the last minute"),
            new("Behind", Format.Duration(path.Feeder.Lag.TotalSeconds), "age of the oldest event acknowledged and not yet in reports"),
            new("Waiting in the log", BackupScreen.Size(path.Feeder.GapBytes), $"at most {BackupScreen.Size(path.Options.MaxLogGapBytes)}, then senders are asked to wait"),
            new("Sync of the log", string.Create(CultureInfo.InvariantCulture, $"{log.SyncSecondsAt(0.99) * 1000:0.0} ms"), "99 of 100 were faster"),
            new("Memory", BackupScreen.Size(Environment.WorkingSet), $"{BackupScreen.Size(GC.GetTotalMemory(false))} of it managed"),
            .. new[] { statsd.Statistics, carbon.Statistics }.Where(static lines => lines.ReceiveBuffer > 0).Select(Lost),
            new("Up for", Format.Duration((time.GetUtcNow() - Started()).TotalSeconds)),
        ];
    }

    // The one loss nobody else would tell: the kernel's, before a datagram could be read.
    private static SystemFact Lost(LineStatistics lines) => new(
        $"Datagrams lost by {lines.Protocol}", Format.Count(lines.LostDatagrams), $"of {Format.Count(lines.Datagrams + lines.LostDatagrams)}; receive buffer {BackupScreen.Size(lines.ReceiveBuffer)}");

    private List<SystemFact> Disk(StorageReport report)
    {
        var drive = new DriveInfo(path.Options.Data);
        var growth = sampler.GrowthPerDay();
        var left = growth is > 1 and { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{drive.AvailableFreeSpace / bytes:#,0} days") : Format.None;
        return
        [
            new("Free", BackupScreen.Size(drive.AvailableFreeSpace), $"of {BackupScreen.Size(drive.TotalSize)}"),
            new("Full in", left, growth is null ? "known after an hour" : $"at {BackupScreen.Size((long)Math.Max(0, growth.Value))} a day"),
            new("Store", BackupScreen.Size(report.Sizes.MainBytes), "what is not settled, visits and texts"),
            new("Settled months", BackupScreen.Size(report.Sizes.FileBytes - report.Sizes.MainBytes), report.Sizes.SettledMonths == 1 ? "1 file" : $"{report.Sizes.SettledMonths} files"),
            new("Log", BackupScreen.Size(BytesIn("log")), "emptied as the store takes it"),
            new("Settings", BackupScreen.Size(SizeOf(DataDirectory.SettingsOf(path.Options.Data)))),
        ];
    }

    private List<SystemFact> Queries() =>
    [
        new("Answered", Count(journal.Answered), "since start"),
        new("From the cache", journal.Answered == 0 ? Format.None : Format.Share((double)journal.FromCache / journal.Answered), "without asking the engine"),
        new("Slow", Count(journal.SlowCount), $"over {QueryJournal.SlowMs} ms"),
        new("Running", Count(queries.Running)),
    ];

    private List<SystemFact> Jobs()
    {
        var jobs = new List<SystemFact>();
        if (backups.Running is { } tick)
        {
            jobs.Add(new("Backup", $"{tick.Step}, {Format.Share((double)tick.Done / tick.Total)}"));
        }

        jobs.AddRange(imports.Running().Select(project => new SystemFact("Import", projects.TryGetById(project, out var found) ? found.Name : "")));
        if (workers.OfType<StoreKeeper>().FirstOrDefault()?.Doing is { } doing)
        {
            jobs.Add(new("Store", doing));
        }

        if (path.Options.BackupTo is { } directory)
        {
            jobs.Add(new("Last backup", BackupSchedule.Newest(directory) is { } newest ? Ago(newest) : "none yet", directory));
            var due = schedule.NextDue(directory);
            jobs.Add(new("Next backup", due <= time.GetUtcNow() ? "in a moment" : "in " + Format.Duration((due - time.GetUtcNow()).TotalSeconds)));
        }

        return jobs;
    }

    private static List<SystemFact> Versions() =>
    [
        new("Sightline", VersionVerb.Version.Split('+')[0], VersionVerb.Version.Split('+') is [_, var commit] ? commit[..Math.Min(12, commit.Length)] : null),
        new("DuckDB", EventStore.EngineVersion),
        new(".NET", RuntimeInformation.FrameworkDescription.Replace(".NET ", "", StringComparison.Ordinal)),
        new("System", RuntimeInformation.OSDescription),
        new("Processors", Count(Environment.ProcessorCount)),
    ];

    private SystemRow Row(ProjectStorage storage, IReadOnlyDictionary<uint, RetentionEstimate> freed)
    {
        var known = projects.TryGetById(storage.Project, out var project);
        var retention = !known || project!.RetentionDays == 0 ? "kept for ever" : string.Create(CultureInfo.InvariantCulture, $"{project.RetentionDays} days");
        var free = freed.TryGetValue(storage.Project, out var estimate) ? BackupScreen.Size(estimate.ApproximateBytes) : Format.None;
        return new SystemRow(known ? project!.Name : $"removed ({storage.Project})", [Format.Count(storage.Events), Format.Count(storage.Visits), Format.Count(storage.Points), BackupScreen.Size(storage.ApproximateBytes), retention, free]);
    }

    private (StorageReport Report, IReadOnlyDictionary<uint, RetentionEstimate> Freed) Storage()
    {
        lock (_lock)
        {
            if (_storage is not { } known || time.GetElapsedTime(known.At) > StorageAge)
            {
                var yearAgo = time.GetUtcNow().AddDays(-365).ToUnixTimeMilliseconds();
                var report = path.Store.Storage();
                known = (time.GetTimestamp(), report, report.Projects.ToDictionary(project => project.Project, project => path.Store.FreedBefore(project.Project, yearAgo)));
                _storage = known;
            }

            return (known.Report, known.Freed);
        }
    }

    private long Rejected(ReceivedBy by) => Enum.GetValues<Receive.RejectReason>().Sum(reason => path.Counters.RejectedBy(by, reason));

    private string Ago(DateTimeOffset moment) => Format.Duration((time.GetUtcNow() - moment).TotalSeconds) + " ago";

    private long BytesIn(string directory) => new DirectoryInfo(Path.Combine(path.Options.Data, directory)) is { Exists: true } there ? there.EnumerateFiles().Sum(file => file.Length) : 0;

    private static long SizeOf(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;

    private static DateTimeOffset Started()
    {
        using var process = global::System.Diagnostics.Process.GetCurrentProcess();
        return process.StartTime;
    }

    private static string NameOf(ReceivedBy by) => by switch
    {
        ReceivedBy.EventApi => "Tracker and event API",
        ReceivedBy.AccessLog => "Imported logs",
        ReceivedBy.Own => "The server itself",
        _ => by.ToString(),
    };

    private static string Rate(double perSecond) => perSecond.ToString(perSecond is > 0 and < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture) + "/s";

    private static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
