namespace Sightline.Server;

/// <summary>What is in the data directory cannot be opened; the message is one line for the operator.</summary>
internal sealed class DataPathException : Exception
{
    /// <summary>Less than this and the reason is the disk, whatever the part that failed makes of it.</summary>
    private const long FullBytes = 1 << 20;

    private DataPathException(string message, Exception inner) : base(message, inner)
    {
    }

    public static bool IsDiskFull(string directory) => new DriveInfo(directory).AvailableFreeSpace < FullBytes;

    public static DataPathException Of(string directory, Exception failure)
    {
        var reason = failure.Message.ReplaceLineEndings(" ");
        return new DataPathException(
            IsDiskFull(directory)
                ? $"the disk of {directory} is full: make room and start again; nothing acknowledged is lost ({reason})"
                : $"cannot open {directory}: {reason}",
            failure);
    }
}
