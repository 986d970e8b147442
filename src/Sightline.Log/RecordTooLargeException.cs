namespace Sightline.Log;

/// <summary>
/// The payload is larger than <see cref="LogOptions.MaxRecordBytes"/>.
/// </summary>
public sealed class RecordTooLargeException(string message, Exception? inner = null) : LogException(message, inner);
