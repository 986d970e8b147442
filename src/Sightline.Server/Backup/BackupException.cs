namespace Sightline.Server.Backup;

/// <summary>A backup or a restore cannot be done; the message is one line for the operator.</summary>
internal sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner)
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>What a failure of the disk means to the operator.</summary>
    public static BackupException Of(string directory, Exception failure) => failure as BackupException ?? new BackupException(
        failure is IOException { HResult: NoSpace or QuotaExceeded }
            ? $"the disk of {directory} is full: make room or take another directory; nothing was left half-done"
            : failure.Message.ReplaceLineEndings(" "),
        failure);
}
