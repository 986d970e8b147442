using System.Globalization;

namespace Sightline.Server.Backup;

/// <summary>
/// A directory of backups: one directory for each, named by its time, and <c>months</c> with the files they share. A backup under work is
/// called <c>NAME.partial</c>; only the rename at its end, after everything else is on disk, makes it one.
/// </summary>
internal sealed class BackupFolder
{
    public const string MarkerName = "SIGHTLINE-BACKUPS";
    private const string Partial = ".partial";
    private const string NameFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private BackupFolder(string path) => Path = path;

    public string Path { get; }

    public string Months => System.IO.Path.Combine(Path, "months");

    /// <summary>Opens a directory of backups, or makes one where nothing or an empty directory is.</summary>
    /// <exception cref="BackupException">Something else is there.</exception>
    public static BackupFolder OpenOrCreate(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var marker = System.IO.Path.Combine(path, MarkerName);
        if (!File.Exists(marker))
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new BackupException($"{path} holds something else: give an empty directory, or one that has backups already");
            }

            Directory.CreateDirectory(path, Private);
            File.WriteAllText(marker, "Backups of Sightline. Restore with: sightline restore DIR --data NEW-DIR\n");
        }

        var folder = new BackupFolder(path);
        Directory.CreateDirectory(folder.Months, Private);
        return folder;
    }

    /// <exception cref="BackupException">There are no backups.</exception>
    public static BackupFolder OpenExisting(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        return File.Exists(System.IO.Path.Combine(path, MarkerName))
            ? new BackupFolder(path)
            : throw new BackupException($"{path} is no directory of backups (no {MarkerName} in it)");
    }

    /// <summary>For one process at a time; given back when that ends, however it ends.</summary>
    /// <exception cref="BackupException">Another is at work.</exception>
    public FileStream Take()
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(Path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure is not DirectoryNotFoundException)
        {
            throw new BackupException($"another backup or restore is using {Path}", failure);
        }
    }

    /// <summary>Whether it shares its free space with a file.</summary>
    public bool IsOnDiskOf(string file)
    {
        // A second name can be had on the same file system only.
        var probe = System.IO.Path.Combine(Months, "probe" + Partial);
        File.Delete(probe);
        if (!CopiedFile.TryLink(file, probe))
        {
            return false;
        }

        File.Delete(probe);
        return true;
    }

    /// <summary>Names of whole backups, newest first.</summary>
    public IReadOnlyList<string> Names() =>
        [.. Directory.EnumerateDirectories(Path)
            .Where(directory => File.Exists(System.IO.Path.Combine(directory, BackupManifest.FileName)) && !directory.EndsWith(Partial, StringComparison.Ordinal))
            .Select(directory => System.IO.Path.GetFileName(directory)!)
            .OrderDescending(StringComparer.Ordinal)];

    public BackupManifest Read(string name)
    {
        var path = System.IO.Path.Combine(Path, name, BackupManifest.FileName);
        return name == System.IO.Path.GetFileName(name) && File.Exists(path)
            ? BackupManifest.Read(path)
            : throw new BackupException($"{Path} has no whole backup {name}; there are: {(Names() is { Count: > 0 } names ? string.Join(", ", names) : "none")}");
    }

    public string PathOf(BackupManifest backup, BackupFile file) => file.Shared
        ? SharedPath(file.Sha256)
        : System.IO.Path.Combine(Path, backup.Name, file.Path);

    public string SharedPath(string sha256) => System.IO.Path.Combine(Months, sha256 + ".duckdb");

    /// <summary>A directory for a new backup, with a name later than all there are.</summary>
    public (string Name, string Directory) Begin(DateTimeOffset now)
    {
        string Name(int second) => now.UtcDateTime.AddSeconds(second).ToString(NameFormat, CultureInfo.InvariantCulture);
        var newest = Names() is [var last, ..] ? last : "";
        var name = Enumerable.Range(0, 100_000).Select(Name).FirstOrDefault(name => string.CompareOrdinal(name, newest) > 0)
            ?? throw new BackupException($"the newest backup in {Path} is of {newest}, which lies ahead: is the clock right?");
        var directory = System.IO.Path.Combine(Path, name + Partial);
        Directory.CreateDirectory(directory, Private);
        return (name, directory);
    }

    /// <summary>The moment from which on it is a backup.</summary>
    public void Finish(string directory)
    {
        foreach (var inner in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories))
        {
            CopiedFile.SyncDirectory(inner);
        }

        CopiedFile.SyncDirectory(Months);
        CopiedFile.SyncDirectory(directory);
        Directory.Move(directory, directory[..^Partial.Length]);
        CopiedFile.SyncDirectory(Path);
    }

    /// <summary>What interrupted backups left.</summary>
    public void RemovePartial()
    {
        foreach (var directory in Directory.EnumerateDirectories(Path, "*" + Partial))
        {
            Directory.Delete(directory, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(Months, "*" + Partial))
        {
            File.Delete(file);
        }
    }

    /// <summary>Removes whole backups but the newest, and shared files that none uses any more.</summary>
    /// <param name="keep">How many stay.</param>
    /// <returns>How many went.</returns>
    public int Prune(int keep)
    {
        var names = Names();
        foreach (var name in names.Skip(keep))
        {
            // Renamed first: half-deleted, it must not look whole.
            var directory = System.IO.Path.Combine(Path, name);
            Directory.Move(directory, directory + Partial);
            Directory.Delete(directory + Partial, recursive: true);
        }

        // A manifest that cannot be read ends this with an error, before any file it may name is gone.
        var used = Names().SelectMany(name => Read(name).Files).Where(file => file.Shared).Select(file => SharedPath(file.Sha256)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Months).Where(file => !used.Contains(file)))
        {
            File.Delete(file);
        }

        return Math.Max(0, names.Count - keep);
    }
}
