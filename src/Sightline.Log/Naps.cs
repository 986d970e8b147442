using System.Runtime.InteropServices;

namespace Sightline.Log;

/// <summary>Sleep shorter than a millisecond, which the runtime does not offer.</summary>
internal static partial class Naps
{
    public static void Take(TimeSpan length) => _ = Sleep((uint)Math.Min(length.TotalMicroseconds, 999_999));

    // Woken early by a signal: then the nap was shorter, which is no harm.
    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
