using System.Diagnostics;
using System.Globalization;

namespace Sightline.ServerTests.Backup;

/// <summary>
/// A disk of some megabytes, in memory, that everybody sees: what runs in this process may be given it. It is unmounted with this object, or with
/// the test run if that ends before.
/// </summary>
internal sealed class OpenDisk : IAsyncDisposable
{
    private readonly Process _holder;

    private OpenDisk(string path, Process holder)
    {
        Path = path;
        _holder = holder;
    }

    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <returns><see langword="null"/> and why, where mounting is not allowed.</returns>
    public static async Task<(OpenDisk? Disk, string Reason)> TryMountAsync(int megabytes, CancellationToken cancel)
    {
        var point = Directory.CreateTempSubdirectory("sightline-open-disk-").FullName;
        // Lazily: whoever still has a file there keeps it, and the name is free at once.
        var script = string.Create(CultureInfo.InvariantCulture, $"mount -t tmpfs -o size={megabytes}m,mode=700 sightline-test {point} && echo mounted && cat; umount -l {point}; rmdir {point}");
        var holder = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        if (await holder.StandardOutput.ReadLineAsync(cancel) == "mounted")
        {
            return (new OpenDisk(point, holder), "");
        }

        var reason = await holder.StandardError.ReadToEndAsync(cancel);
        await holder.WaitForExitAsync(cancel);
        holder.Dispose();
        return (null, $"a disk cannot be mounted here: {reason.Trim()}");
    }

    /// <summary>Fills the disk until so much is left.</summary>
    public void FillTo(long freeBytes)
    {
        var block = new byte[64 * 1024];
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = block.Length; size > 0;)
        {
            size = (int)Math.Min(block.Length, new DriveInfo(Path).AvailableFreeSpace - freeBytes);
            if (size > 0)
            {
                file.Write(block, 0, size);
            }
        }
    }

    /// <summary>Gives back what <see cref="FillTo"/> took.</summary>
    public void Clear() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        _holder.StandardInput.Close();
        await _holder.WaitForExitAsync();
        _holder.Dispose();
    }
}
