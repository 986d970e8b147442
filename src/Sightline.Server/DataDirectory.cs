using Sightline.Store.Settings;

namespace Sightline.Server;

/// <summary>
/// The one directory a server keeps everything in, and the lock that says which process serves it. Readable by its owner only: it holds
/// visitors' data and the secrets their ids are made with.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    public string Log => System.IO.Path.Combine(Path, "log");

    public string Store => System.IO.Path.Combine(Path, "store");

    public string Settings => SettingsOf(Path);

    public static string SettingsOf(string directory) => System.IO.Path.Combine(directory, "settings.db");

    /// <summary>Where a running server listens for the command line.</summary>
    public static string ControlSocketOf(string directory) => System.IO.Path.Combine(System.IO.Path.GetFullPath(directory), "sightline.sock");

    /// <summary>Takes the directory for this process, creating it when it is not there.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="unfinished">A restore that was interrupted there is no obstacle: this is the next one.</param>
    /// <exception cref="DataDirectoryInUseException">Another process serves it.</exception>
    /// <exception cref="SettingsException">A restore into it was interrupted, or it cannot be written.</exception>
    public static DataDirectory Take(string path, bool unfinished = false)
    {
        path = System.IO.Path.GetFullPath(path);
        DataDirectory taken;
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            taken = TryTake(path) ?? throw new DataDirectoryInUseException(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new SettingsException($"the data directory {path} cannot be written by {Environment.UserName}: give it to that user (chown -R {Environment.UserName} {path}), or name another with --data");
        }

        if (!unfinished && Backup.RestoreJob.IsUnfinished(path))
        {
            taken.Dispose();
            throw new SettingsException($"a restore into {path} was interrupted: run it again with --force before anything else uses the directory");
        }

        return taken;
    }

    /// <summary><see langword="null"/> when another process serves it. The directory must exist.</summary>
    public static DataDirectory? TryTake(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            // The system gives the lock back when the process ends, however it ends.
            var held = new FileStream(System.IO.Path.Combine(path, "sightline.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataDirectory(path, held);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    public void Dispose() => _lock.Dispose();
}
