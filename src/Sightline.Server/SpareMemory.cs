using System.Runtime.InteropServices;

namespace Sightline.Server;

/// <summary>Memory that is free within this process and not given back to the system.</summary>
internal static partial class SpareMemory
{
    /// <summary>What starting left behind would stay for good in an idle server: there, nothing allocates enough to begin a collection.</summary>
    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // The engines' own: SQLite's and DuckDB's. It tells whether there was something, which is no news.
        _ = Trim(0);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);
}
