namespace Sightline.Log.Files;

/// <summary>
/// One open file of the log. Failures are <see cref="IOException"/>s whose <see cref="Exception.HResult"/> is the system's error
/// number, so that a full disk can be told from a broken one.
/// </summary>
public interface ILogFile : IDisposable
{
    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads what is there, from none to all of <paramref name="into"/>; 0 at the end of the file.</summary>
    int Read(Span<byte> into, long offset);

    /// <summary>Writes all bytes or throws; after a throw any part of them may be in the file.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts or extends the file; not durable before the next <see cref="Sync"/>.</summary>
    void SetLength(long length);

    /// <summary>
    /// Makes everything written so far survive a power cut, or throws. After a throw nothing written since the last good call may
    /// be taken for durable, whatever a later call says: the system has forgotten which pages it failed to write.
    /// </summary>
    void Sync();
}
