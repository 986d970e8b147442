namespace Sightline.Log;

/// <summary>
/// A file of the log was written in a format this version does not know (by a newer version). Nothing was changed.
/// </summary>
public sealed class LogFormatException(string message, Exception? inner = null) : LogException(message, inner);
