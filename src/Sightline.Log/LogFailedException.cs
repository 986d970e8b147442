namespace Sightline.Log;

/// <summary>
/// Reading or writing failed. No record of the failed batch is acknowledged, and the log goes on in a new segment as soon as it can.
/// </summary>
public sealed class LogFailedException(string message, Exception? inner = null) : LogException(message, inner);
