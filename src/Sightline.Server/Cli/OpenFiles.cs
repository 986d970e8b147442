using System.Globalization;

namespace Sightline.Server.Cli;

/// <summary>Files this process holds open. Two engines on one file would destroy it, and their locks do not keep one process from it.</summary>
internal static class OpenFiles
{
    /// <summary>Whether this process has the file open, after what nobody uses any more has been let go.</summary>
    public static bool Has(string path)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (!File.Exists(path))
        {
            return false;
        }

        // The system's own name of the file, whatever links lead to it.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var own = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}");
        var name = new FileInfo(own).LinkTarget;
        return Directory.EnumerateFileSystemEntries("/proc/self/fd").Any(link => link != own && NameOf(link) == name);
    }

    private static string? NameOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            // Closed since it was listed.
            return null;
        }
    }
}
