namespace Sightline.Log.Files;

/// <summary>
/// What the log asks of a file system: small enough that tests stand in with one that loses power, runs full and fails.
/// Failures are <see cref="IOException"/>s.
/// </summary>
public interface ILogFiles
{
    /// <summary>Creates the directory, durably, if it is not there.</summary>
    void CreateDirectory(string directory);

    /// <summary>Names (without directory) of the files in it, in any order.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>A new, empty file, open for writing. It survives a power cut once <see cref="SyncDirectory"/> returned.</summary>
    ILogFile Create(string path);

    /// <summary>An existing file, for reading and cutting.</summary>
    ILogFile Open(string path);

    /// <summary>Removes a file; a file that is not there is no failure.</summary>
    void Delete(string path);

    /// <summary>Makes creations and deletions in the directory survive a power cut.</summary>
    void SyncDirectory(string directory);

    /// <summary>Bytes that this process may still write on the directory's disk.</summary>
    long FreeBytes(string directory);
}
