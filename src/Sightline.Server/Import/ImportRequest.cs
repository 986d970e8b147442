using Sightline.Core.Wire.AccessLog;

namespace Sightline.Server.Import;

/// <summary>What a person asked to be imported.</summary>
internal sealed record ImportRequest
{
    public required uint Project { get; init; }

    /// <summary>Paths, or <see cref="ImportFile.StandardInput"/>.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public AccessLogOptions Reading { get; init; } = new();

    /// <summary>Read and count, store nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>
    /// Lines in one record of the log: what a killed import may have to read again, and never stores again. Large, because the store takes
    /// what a record brings in one transaction, and four in five lines of a site's log are no page views.
    /// </summary>
    public int SliceLines { get; init; } = 20_000;
}
