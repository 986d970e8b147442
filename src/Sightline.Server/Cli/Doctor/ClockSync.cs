using System.Runtime.InteropServices;

namespace Sightline.Server.Cli.Doctor;

/// <summary>Asks the kernel whether a time service keeps the clock.</summary>
internal static partial class ClockSync
{
    // timex(2): adjtimex only reads when the first field, modes, is 0; it returns TIME_ERROR when the clock is not synchronised.
    private const int TimeError = 5;
    private const int LongestTimex = 512;

    /// <summary><see langword="null"/>: the system does not tell.</summary>
    public static unsafe bool? IsSynchronised()
    {
        var timex = stackalloc byte[LongestTimex];
        NativeMemory.Clear(timex, LongestTimex);
        try
        {
            var state = Adjtimex(timex);
            return state < 0 ? null : state != TimeError;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static unsafe partial int Adjtimex(byte* timex);
}
