using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sightline.Server.Backup;

/// <summary>Copies, links and checks files of backups. What it writes is on disk, and for its owner only, when a call returns.</summary>
internal static partial class CopiedFile
{
    private const int BlockBytes = 1 << 20;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="from">The original; somebody may be appending to it.</param>
    /// <param name="to">A path where nothing is.</param>
    /// <param name="length">At most that many bytes of it.</param>
    /// <param name="copied">Told bytes as they are copied.</param>
    /// <param name="cancel">Between blocks.</param>
    /// <returns>Size and checksum.</returns>
    public static (long Size, string Sha256) Copy(string from, string to, long length, Action<long> copied, CancellationToken cancel)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        using var target = new FileStream(to, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private, BufferSize = 1 });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockBytes];
        long size = 0;
        while (size < length)
        {
            cancel.ThrowIfCancellationRequested();
            var read = source.Read(block, 0, (int)Math.Min(BlockBytes, length - size));
            if (read == 0)
            {
                break;
            }

            target.Write(block, 0, read);
            hash.AppendData(block, 0, read);
            size += read;
            copied(read);
        }

        target.Flush(flushToDisk: true);
        return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Reads a file.</summary>
    public static (long Size, string Sha256) Measure(string path, Action<long> read, CancellationToken cancel)
    {
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockBytes];
        long size = 0;
        for (int count; (count = source.Read(block, 0, BlockBytes)) > 0; size += count)
        {
            cancel.ThrowIfCancellationRequested();
            hash.AppendData(block, 0, count);
            read(count);
        }

        return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>For a file that another part wrote.</summary>
    public static void MakePrivateAndDurable(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        File.SetUnixFileMode(file, Private);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>A second name for a file that never changes; <see langword="false"/>: not on this pair of directories.</summary>
    public static bool TryLink(string from, string to) => Link(from, to) == 0;

    /// <summary>Makes the names in a directory survive a power cut. .NET refuses to open a directory, so the calls are made here.</summary>
    public static void SyncDirectory(string directory)
    {
        var descriptor = Open(directory, 0);
        var failed = descriptor < 0 || Sync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
        }

        if (failed)
        {
            throw new IOException($"fsync of {directory}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
