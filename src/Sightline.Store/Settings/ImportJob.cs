namespace Sightline.Store.Settings;

/// <summary>An import of a log file, as people see it.</summary>
public sealed record ImportJob
{
    public required long Id { get; init; }

    public required uint Project { get; init; }

    public required ImportOrigin Origin { get; init; }

    public required ImportState State { get; init; }

    /// <summary>The file's name. Hostile text.</summary>
    public required string Name { get; init; }

    /// <summary>How an upload is read, in the words of whoever runs it.</summary>
    public string Options { get; init; } = "";

    public string Actor { get; init; } = "";

    /// <summary>Bytes of the file; 0: not known.</summary>
    public long Size { get; init; }

    /// <summary>Bytes of it read.</summary>
    public long Position { get; init; }

    /// <summary>Lines of requests read.</summary>
    public long Records { get; init; }

    public long Stored { get; init; }

    /// <summary>Lines not stored, by reason: <c>bot=12 static_file=80</c>.</summary>
    public string Drops { get; init; } = "";

    /// <summary>The project's counts before it began.</summary>
    public string Counted { get; init; } = "";

    public string? Fault { get; init; }

    public long CreatedMs { get; init; }

    public long? StartedMs { get; init; }

    public long? EndedMs { get; init; }
}
