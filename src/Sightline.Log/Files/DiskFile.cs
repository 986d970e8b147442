using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sightline.Log.Files;

/// <summary>A file on the real disk, read and written at offsets, made durable by fdatasync.</summary>
internal sealed partial class DiskFile : ILogFile
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;

    public DiskFile(string path, FileMode mode)
    {
        _path = path;
        _handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (mode == FileMode.CreateNew)
        {
            File.SetUnixFileMode(_handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(Span<byte> into, long offset) => RandomAccess.Read(_handle, into, offset);

    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(_handle, bytes, offset);

    public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

    /// <summary>
    /// Not <see cref="RandomAccess.FlushToDisk"/>: that is fsync, which also writes times nobody needs, and it takes some errors
    /// for success.
    /// </summary>
    public void Sync()
    {
        while (SyncData(_handle) != 0)
        {
            DiskErrors.ThrowUnlessInterrupted("fdatasync", _path);
        }
    }

    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(SafeFileHandle file);
}
