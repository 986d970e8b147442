using System.Runtime.InteropServices;

namespace Sightline.Log.Files;

/// <summary>The real disk. Files are readable by their owner only: payloads hold addresses of visitors.</summary>
internal sealed partial class DiskFiles : ILogFiles
{
    private const int ReadOnly = 0;

    public void CreateDirectory(string directory)
    {
        var full = Path.GetFullPath(directory);
        if (Directory.Exists(full))
        {
            return;
        }

        if (Path.GetDirectoryName(full) is { } parent)
        {
            CreateDirectory(parent);
            Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            SyncDirectory(parent);
        }
    }

    public IReadOnlyList<string> List(string directory) =>
        [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path))];

    public ILogFile Create(string path) => new DiskFile(path, FileMode.CreateNew);

    public ILogFile Open(string path) => new DiskFile(path, FileMode.Open);

    public void Delete(string path) => File.Delete(path);

    public void SyncDirectory(string directory)
    {
        // .NET refuses to open a directory, so the three calls are made here.
        var descriptor = OpenDescriptor(directory, ReadOnly);
        if (descriptor < 0)
        {
            throw DiskErrors.Last("open", directory);
        }

        try
        {
            while (SyncDescriptor(descriptor) != 0)
            {
                DiskErrors.ThrowUnlessInterrupted("fsync", directory);
            }
        }
        finally
        {
            _ = CloseDescriptor(descriptor);
        }
    }

    public long FreeBytes(string directory) => new DriveInfo(directory).AvailableFreeSpace;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseDescriptor(int descriptor);
}
