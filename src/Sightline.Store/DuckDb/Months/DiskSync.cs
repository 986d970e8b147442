using Sightline.Log.Files;

namespace Sightline.Store.DuckDb.Months;

/// <summary>Makes files survive a power cut before the store names them.</summary>
internal static class DiskSync
{
    public static void File(string path)
    {
        using var handle = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    public static void Directory(string path) => new DiskFiles().SyncDirectory(path);
}
