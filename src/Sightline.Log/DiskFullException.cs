namespace Sightline.Log;

/// <summary>
/// The disk is full, or has less left than <see cref="LogOptions.MinFreeDiskBytes"/>. What is in the log is unharmed; passes with space.
/// </summary>
public sealed class DiskFullException(string message, Exception? inner = null) : LogException(message, inner);
