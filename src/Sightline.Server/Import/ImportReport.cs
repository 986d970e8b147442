using Sightline.Core.Model;
using Sightline.Core.Wire.AccessLog;

namespace Sightline.Server.Import;

/// <summary>What became of a file.</summary>
internal enum FileOutcome
{
    /// <summary>Lines of it were imported that were not stored before.</summary>
    Imported,
    /// <summary>Everything in it was stored before.</summary>
    NothingNew,
    /// <summary>It could not be read to its end; see the error. What came before is imported.</summary>
    Failed,
}

/// <summary>One file of an import.</summary>
internal sealed record FileReport
{
    public required string Name { get; init; }

    public FileOutcome Outcome { get; set; } = FileOutcome.NothingNew;

    public string? Error { get; set; }

    /// <summary>Uncompressed bytes that were stored before.</summary>
    public long StoredBefore { get; set; }

    /// <summary>Lines of requests read in this run.</summary>
    public long Records { get; set; }

    /// <summary>Blank lines, comments and directives.</summary>
    public long NotRecords { get; set; }

    /// <summary>The last line has no end yet and waits for the next run.</summary>
    public bool LeftUnfinished { get; set; }

    public Dictionary<LogFormat, long> Formats { get; } = [];
}

/// <summary>What an import did.</summary>
internal sealed record ImportReport
{
    public required IReadOnlyList<FileReport> Files { get; init; }

    public required bool IsDryRun { get; init; }

    public required TimeSpan Took { get; init; }

    /// <summary>Lines of requests read.</summary>
    public long Records => Files.Sum(static file => file.Records);

    public long NotRecords => Files.Sum(static file => file.NotRecords);

    /// <summary>What the store took and dropped of them. Of a dry run: what the reader would send and drop, before enrichment.</summary>
    public required ImportCounts Counts { get; init; }

    /// <summary>Every line read is stored or dropped with a reason.</summary>
    public bool AddsUp => Counts.Received == Records && Counts.Stored + Counts.Drops.Values.Sum() == Records;

    public bool Succeeded => AddsUp && Files.All(static file => file.Outcome != FileOutcome.Failed);
}
