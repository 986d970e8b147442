using System.Globalization;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Server.Cli;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Backup;

/// <summary>
/// Takes one backup of a data directory. The order makes it a prefix of what was acknowledged: the log is kept from now on; the store is copied as
/// of one position; then the log from there to its durable end; then the settings, which by then know everything that the log names.
/// </summary>
internal sealed class BackupJob
{
    /// <summary>Room to leave beside what is written.</summary>
    private const long Spare = 32L << 20;

    private const string SegmentPattern = "???????????????????.seg";

    private readonly string _data;
    private readonly BackupFolder _folder;
    private readonly EventStore? _store;
    private readonly DurableLog? _log;
    private readonly TimeProvider _time;
    private readonly Action<BackupTick> _tell;
    private readonly List<BackupFile> _files = [];
    private string _step = "";
    private long _done;
    private long _total = 1;

    /// <param name="data">The data directory.</param>
    /// <param name="folder">Taken by the caller.</param>
    /// <param name="running">Store and log of the server in this process; <see langword="null"/>: the caller holds the directory's lock and nothing of it is open.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Told how far it is, from the thread that works.</param>
    public BackupJob(string data, BackupFolder folder, (EventStore Store, DurableLog Log)? running, TimeProvider time, Action<BackupTick>? tell = null)
    {
        (_data, _folder, _time) = (data, folder, time);
        (_store, _log) = (running?.Store, running?.Log);
        _tell = tell ?? (static _ => { });
    }

    /// <summary>Free space under which a server that uses the same disk takes nothing in: so much is left to it.</summary>
    public long LeaveFree { get; init; }

    /// <summary>Told the name of each step, for tests that write or stop there.</summary>
    internal Action<string>? StepReached { get; set; }

    /// <exception cref="BackupException">Nothing was left of it.</exception>
    public BackupManifest Run(CancellationToken cancel)
    {
        string? partial = null;
        try
        {
            _folder.RemovePartial();
            var started = _time.GetTimestamp();
            var now = _time.GetUtcNow();
            EstimateAndCheckRoom();
            (var name, partial) = _folder.Begin(now);
            var known = _folder.Names() is [var newest, ..] ? _folder.Read(newest).Files.Where(file => file.Shared).ToList() : [];
            var (moment, logEnd) = CopyData(partial, known, cancel);
            Verify(partial, cancel);
            var manifest = new BackupManifest
            {
                Format = BackupManifest.CurrentFormat,
                Name = name,
                CreatedAt = now,
                Version = VersionVerb.Version,
                Engine = "DuckDB " + EventStore.EngineVersion,
                StoreSchema = moment?.SchemaVersion,
                StoredPosition = moment?.Position.Value,
                LogEnd = logEnd?.Value,
                Seconds = Math.Round(_time.GetElapsedTime(started).TotalSeconds, 3),
                WriterWaitedMilliseconds = Math.Round(moment?.WriterWaited.TotalMilliseconds ?? 0, 1),
                Files = _files,
            };
            manifest.Write(Path.Combine(partial, BackupManifest.FileName));
            StepReached?.Invoke("manifest written");
            _folder.Finish(partial);
            return manifest;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SettingsException or BackupException or OperationCanceledException)
        {
            if (partial is not null)
            {
                _folder.RemovePartial();
            }

            throw failure is OperationCanceledException ? failure : BackupException.Of(_folder.Path, failure);
        }
    }

    private (StoreMoment? Moment, LogPosition? LogEnd) CopyData(string partial, List<BackupFile> known, CancellationToken cancel)
    {
        foreach (var inner in new[] { "store", "log", "keys" })
        {
            Directory.CreateDirectory(Path.Combine(partial, inner), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        _step = "copying";
        using var kept = _log?.KeepAll();
        var moment = CopyStore(partial, known, cancel);
        StepReached?.Invoke("store copied");
        var end = _log?.DurableEnd;
        CopyLog(partial, moment?.Position, end, cancel);
        StepReached?.Invoke("log copied");
        SettingsCopy.Run(DataDirectory.SettingsOf(_data), Path.Combine(partial, SettingsDb.FileName));
        Add(partial, SettingsDb.FileName, cancel);
        var keys = Path.Combine(_data, "keys");
        foreach (var key in Directory.Exists(keys) ? Directory.EnumerateFiles(keys) : [])
        {
            Copy(key, partial, "keys/" + Path.GetFileName(key), long.MaxValue, cancel);
        }

        return (moment, end);
    }

    private StoreMoment? CopyStore(string partial, List<BackupFile> known, CancellationToken cancel)
    {
        var main = Path.Combine(partial, "store", "main.duckdb");
        if (_store is not null)
        {
            var copy = new StoreCopy(_store) { Step = StepReached };
            var moment = copy.Run(main, path => Share(path, known, cancel), Progress, cancel);
            Add(partial, "store/main.duckdb", cancel);
            if (File.Exists(main + ".wal"))
            {
                Add(partial, "store/main.duckdb.wal", cancel);
            }

            return moment;
        }

        foreach (var path in Directory.Exists(Path.Combine(_data, "store")) ? Directory.EnumerateFiles(Path.Combine(_data, "store")) : [])
        {
            var name = Path.GetFileName(path);
            if (name is "main.duckdb" or "main.duckdb.wal")
            {
                Copy(path, partial, "store/" + name, long.MaxValue, cancel);
            }
            else if (name.StartsWith("events-", StringComparison.Ordinal) && name.EndsWith(".duckdb", StringComparison.Ordinal))
            {
                Share(path, known, cancel);
            }
        }

        return null;
    }

    /// <summary>From the segment that holds the store's position to the durable end; what lies behind that was never promised to anybody.</summary>
    private void CopyLog(string partial, LogPosition? from, LogPosition? end, CancellationToken cancel)
    {
        var log = Path.Combine(_data, "log");
        var segments = (Directory.Exists(log) ? Directory.EnumerateFiles(log, SegmentPattern) : [])
            .Select(path => (Path: path, Start: long.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture)))
            .OrderBy(segment => segment.Start).ToList();
        var first = from is { } position ? Math.Max(0, segments.FindLastIndex(segment => segment.Start <= position.Value)) : 0;
        foreach (var (path, start) in segments.Skip(first))
        {
            if (end is null)
            {
                Copy(path, partial, "log/" + Path.GetFileName(path), long.MaxValue, cancel);
            }
            else if (start < end.Value.Value)
            {
                Copy(path, partial, "log/" + Path.GetFileName(path), DurableLog.FileOffsetOf(start, end.Value), cancel);
            }
        }
    }

    /// <summary>A file that never changes: known from an earlier backup, linked, or copied.</summary>
    private void Share(string path, List<BackupFile> known, CancellationToken cancel)
    {
        var (info, place) = (new FileInfo(path), "store/" + Path.GetFileName(path));
        var modified = new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero);
        if (known.Find(file => file.Path == place && file.Size == info.Length && file.Modified == modified) is { } same
            && new FileInfo(_folder.SharedPath(same.Sha256)) is { Exists: true } there && there.Length == same.Size)
        {
            _files.Add(same);
            Progress(same.Size);
            return;
        }

        var under = Path.Combine(_folder.Months, $"{info.Name}.partial");
        var (size, sha) = CopiedFile.TryLink(path, under)
            ? CopiedFile.Measure(under, Progress, cancel)
            : CopiedFile.Copy(path, under, long.MaxValue, Progress, cancel);
        File.Move(under, _folder.SharedPath(sha), overwrite: true);
        _files.Add(new BackupFile(place, size, sha, Shared: true, modified));
    }

    private void Copy(string path, string partial, string place, long length, CancellationToken cancel)
    {
        var (size, sha) = CopiedFile.Copy(path, Path.Combine(partial, place), length, Progress, cancel);
        _files.Add(new BackupFile(place, size, sha, Shared: false, new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero)));
    }

    /// <summary>Lists a file that another part wrote.</summary>
    private void Add(string partial, string place, CancellationToken cancel)
    {
        var path = Path.Combine(partial, place);
        CopiedFile.MakePrivateAndDurable(path);
        var (size, sha) = CopiedFile.Measure(path, static _ => { }, cancel);
        _files.Add(new BackupFile(place, size, sha, Shared: false, new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero)));
    }

    /// <summary>Reads back what this backup wrote. Files shared with earlier backups are read when one is restored, or checked with <c>restore --check</c>.</summary>
    private void Verify(string partial, CancellationToken cancel)
    {
        var own = _files.Where(file => !file.Shared).ToList();
        (_step, _done, _total) = ("checking", 0, Math.Max(1, own.Sum(file => file.Size)));
        foreach (var file in own)
        {
            if (CopiedFile.Measure(Path.Combine(partial, file.Path), Progress, cancel) != (file.Size, file.Sha256))
            {
                throw new BackupException($"{file.Path} reads back differently from what was written: the disk of {_folder.Path} is not to be trusted");
            }
        }
    }

    private void EstimateAndCheckRoom()
    {
        static long Sizes(string directory, string pattern) => Directory.Exists(directory)
            ? new DirectoryInfo(directory).EnumerateFiles(pattern).Sum(file => file.Length)
            : 0;

        var settings = new FileInfo(DataDirectory.SettingsOf(_data));
        if (!settings.Exists)
        {
            throw new BackupException($"{_data} holds no Sightline data; give the directory with --data");
        }

        // Months are linked where that can be done, and not needed again where an earlier backup has them.
        var needed = settings.Length + Sizes(Path.Combine(_data, "store"), "main.duckdb*") + (_log is not null && _store is not null
            ? _log.UnreadBytes(_store.StoredPosition())
            : Sizes(Path.Combine(_data, "log"), SegmentPattern));
        _total = Math.Max(1, needed + Sizes(Path.Combine(_data, "store"), "events-*.duckdb"));
        var free = new DriveInfo(_folder.Path).AvailableFreeSpace;
        var left = LeaveFree > Spare && _folder.IsOnDiskOf(settings.FullName) ? LeaveFree : Spare;
        if (free < needed + left)
        {
            throw new BackupException(string.Create(CultureInfo.InvariantCulture,
                $"the disk of {_folder.Path} has {free >> 20} MiB free; the backup needs about {(needed >> 20) + 1} MiB and {left >> 20} MiB are to stay free: make room or take another directory"));
        }
    }

    private void Progress(long bytes)
    {
        _done += bytes;
        _tell(new BackupTick(_step, Math.Min(_done, _total), _total));
    }
}
