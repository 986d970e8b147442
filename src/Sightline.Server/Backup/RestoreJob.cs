using System.Globalization;

namespace Sightline.Server.Backup;

/// <summary>
/// Puts a backup where a data directory is to be. Everything is checked first, then copied beside what is there, and moved into its place
/// at the very end; what was there before is moved aside, not deleted. Until that is done a server refuses to start on the directory.
/// </summary>
internal sealed class RestoreJob(BackupFolder folder, BackupManifest backup, TimeProvider time, Action<BackupTick> tell)
{
    public const string UnderWork = ".restoring";

    /// <summary>What a server leaves lying in a directory that holds nothing.</summary>
    private static readonly string[] Nothing = ["sightline.lock", "sightline.sock", "lost+found"];

    private long _done;

    /// <summary>Reads every file of the backup.</summary>
    /// <returns>What is wrong; empty: it is whole.</returns>
    public IReadOnlyList<string> Check(CancellationToken cancel)
    {
        _done = 0;
        var faults = new List<string>();
        foreach (var file in backup.Files)
        {
            var path = folder.PathOf(backup, file);
            if (!IsInside(file.Path))
            {
                faults.Add($"{file.Path} leads out of the directory");
            }
            else if (!File.Exists(path))
            {
                faults.Add($"{file.Path} is missing ({path})");
            }
            else if (CopiedFile.Measure(path, bytes => Tell("checking", bytes), cancel) is var (size, sha) && (size, sha) != (file.Size, file.Sha256))
            {
                faults.Add($"{file.Path} is damaged: {size} bytes with checksum {sha[..12]}, written were {file.Size} with {file.Sha256[..12]}");
            }
        }

        return faults;
    }

    /// <param name="data">The data directory, whose lock the caller holds.</param>
    /// <param name="force">What is there may be moved aside.</param>
    /// <param name="cancel">Heard until things begin to be moved.</param>
    /// <returns>Where what was there before lies now; <see langword="null"/>: there was nothing.</returns>
    /// <exception cref="BackupException">Nothing was changed.</exception>
    public string? Run(string data, bool force, CancellationToken cancel)
    {
        if (!force && Found(data).Count > 0)
        {
            throw new BackupException($"{data} is not empty: restore into a new directory, or say --force to move what is there aside");
        }

        if (Check(cancel) is { Count: > 0 } faults)
        {
            throw new BackupException($"backup {backup.Name} cannot be used, and nothing was changed: {string.Join("; ", faults)}");
        }

        var under = Path.Combine(data, UnderWork);
        var ready = Path.Combine(under, "new");
        // One that was interrupted while things were moved left a mixture: that stays marked as such whatever happens to this one.
        var unfinished = Directory.Exists(under);
        try
        {
            CopyTo(ready, cancel);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            Directory.Delete(unfinished ? ready : under, recursive: true);
            throw failure is OperationCanceledException ? failure : BackupException.Of(data, failure);
        }

        var aside = MoveAside(data);
        foreach (var entry in Directory.EnumerateFileSystemEntries(ready).ToList())
        {
            Directory.Move(entry, Path.Combine(data, Path.GetFileName(entry)));
        }

        CopiedFile.SyncDirectory(data);
        Directory.Delete(under, recursive: true);
        CopiedFile.SyncDirectory(data);
        return aside;
    }

    /// <summary>A restore into the directory was interrupted.</summary>
    public static bool IsUnfinished(string data) => Directory.Exists(Path.Combine(data, UnderWork));

    private static bool IsInside(string path) =>
        !Path.IsPathRooted(path) && !path.Split('/').Contains("..") && path.Split('/')[0] is "store" or "log" or "keys" or "settings.db";

    private static List<string> Found(string data) =>
        [.. Directory.EnumerateFileSystemEntries(data).Where(path => !Nothing.Contains(Path.GetFileName(path)))];

    private void CopyTo(string to, CancellationToken cancel)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _done = 0;
        foreach (var file in backup.Files)
        {
            var (from, target) = (folder.PathOf(backup, file), Path.Combine(to, file.Path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (file.Shared && CopiedFile.TryLink(from, target))
            {
                Tell("restoring", file.Size);
                continue;
            }

            if (CopiedFile.Copy(from, target, long.MaxValue, bytes => Tell("restoring", bytes), cancel) != (file.Size, file.Sha256))
            {
                throw new IOException($"{file.Path} changed while it was read");
            }
        }

        foreach (var directory in Directory.EnumerateDirectories(to, "*", SearchOption.AllDirectories).Append(to))
        {
            CopiedFile.SyncDirectory(directory);
        }
    }

    private string? MoveAside(string data)
    {
        var found = Found(data).Where(path => !Path.GetFileName(path).StartsWith("before-restore-", StringComparison.Ordinal) && Path.GetFileName(path) != UnderWork).ToList();
        if (found.Count == 0)
        {
            return null;
        }

        var aside = Path.Combine(data, "before-restore-" + time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        Directory.CreateDirectory(aside, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var path in found)
        {
            Directory.Move(path, Path.Combine(aside, Path.GetFileName(path)));
        }

        CopiedFile.SyncDirectory(aside);
        return aside;
    }

    private void Tell(string step, long bytes) => tell(new BackupTick(step, _done += bytes, Math.Max(1, backup.Bytes)));
}
