using System.Runtime.InteropServices;

namespace Sightline.Log.Files;

/// <summary>System error numbers (Linux) and what they mean to the log.</summary>
internal static class DiskErrors
{
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoSpace = 28;
    public const int QuotaExceeded = 122;

    public static bool IsFull(Exception error) => error is IOException { HResult: NoSpace or QuotaExceeded };

    public static IOException Last(string call, string path)
    {
        var number = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of {path}: {Marshal.GetPInvokeErrorMessage(number)}", number);
    }

    public static void ThrowUnlessInterrupted(string call, string path)
    {
        if (Marshal.GetLastPInvokeError() != Interrupted)
        {
            throw Last(call, path);
        }
    }
}
