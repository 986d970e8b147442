using Sightline.Core.Model;

namespace Sightline.Log;

/// <summary>A whole record as read from the log.</summary>
/// <param name="Position">Where it begins.</param>
/// <param name="End">Where the next begins: a store that took this record resumes from here.</param>
/// <param name="Kind">What the payload is.</param>
/// <param name="Project">Whose it is.</param>
/// <param name="Payload">The bytes appended. Valid until the reader's next call.</param>
public readonly record struct LogRecord(LogPosition Position, LogPosition End, RecordKind Kind, uint Project, ReadOnlyMemory<byte> Payload);
