namespace Sightline.Log;

/// <summary>Whether the log takes records.</summary>
public enum LogState
{
    Ready = 0,

    /// <summary>No space: appends are refused with <see cref="DiskFullException"/>, save one now and then that tries.</summary>
    DiskFull,

    /// <summary>Writing failed: appends are refused with <see cref="LogFailedException"/>, save one now and then that tries.</summary>
    Failed,

    /// <summary>Disposed.</summary>
    Closed,
}
