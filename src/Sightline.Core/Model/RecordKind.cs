namespace Sightline.Core.Model;

/// <summary>What a log record's payload holds. Written to disk: numbers never change meaning and are never reused.</summary>
public enum RecordKind : byte
{
    /// <summary>An <see cref="EventBatch"/>: page views and custom events of one project.</summary>
    Events = 1,
    Points = 2,
    Problems = 3,
    Spans = 4,
    Checks = 5,
    Changes = 6,
    Replays = 7,
    Logs = 8,
}
