using System.Diagnostics;
using System.Globalization;

namespace Sightline.ServerTests.Crash;

/// <summary>
/// A disk of some megabytes, in memory, mounted in a mount namespace of its own: nobody else sees it, and it is gone with the processes
/// in it, however they end.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo _point;
    private readonly Process _holder;

    private SmallDisk(DirectoryInfo point, Process holder)
    {
        _point = point;
        _holder = holder;
    }

    /// <summary>Directory of the disk for processes run by <see cref="Enter"/>.</summary>
    public string Inside => _point.FullName;

    /// <summary>The same directory for everybody else.</summary>
    public string Outside => string.Create(CultureInfo.InvariantCulture, $"/proc/{_holder.Id}/root{_point.FullName}");

    /// <summary>Words in front of a command that make it see the disk.</summary>
    public IReadOnlyList<string> Enter => ["nsenter", string.Create(CultureInfo.InvariantCulture, $"--mount=/proc/{_holder.Id}/ns/mnt"), "--"];

    private string Filler => Path.Combine(Outside, "filler");

    /// <returns><see langword="null"/> and why, where mounting is not allowed.</returns>
    public static async Task<(SmallDisk? Disk, string Reason)> TryMountAsync(int megabytes, CancellationToken cancel)
    {
        var point = Directory.CreateTempSubdirectory("sightline-disk-");
        // Ends when its input does, that is with the test run at the latest.
        var script = $"mount -t tmpfs -o size={megabytes}m,mode=700 sightline-test {point.FullName} && echo mounted && exec cat";
        var start = new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "sh", "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var holder = Process.Start(start)!;
        if (await holder.StandardOutput.ReadLineAsync(cancel) == "mounted")
        {
            return (new SmallDisk(point, holder), "");
        }

        var reason = await holder.StandardError.ReadToEndAsync(cancel);
        await holder.WaitForExitAsync(cancel);
        holder.Dispose();
        point.Delete();
        return (null, $"a small disk cannot be mounted here: {reason.Trim()}");
    }

    /// <summary>Fills the disk until so much is left.</summary>
    public void FillTo(long freeBytes)
    {
        var block = new byte[64 * 1024];
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = block.Length; size > 0;)
        {
            var room = new DriveInfo(Outside).AvailableFreeSpace - freeBytes;
            size = (int)Math.Min(block.Length, room);
            if (size > 0)
            {
                file.Write(block, 0, size);
            }
        }
    }

    /// <summary>Gives back what <see cref="FillTo"/> took.</summary>
    public void Clear() => File.Delete(Filler);

    /// <summary>A copy of one of its directories, for whoever wants to look at it in peace.</summary>
    public void CopyTo(string directory, string name)
    {
        var from = Path.Combine(Outside, name);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal)))
        {
            var to = Path.Combine(directory, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    public void Dispose()
    {
        _holder.Kill();
        _holder.WaitForExit();
        _holder.Dispose();
        _point.Delete();
    }
}
