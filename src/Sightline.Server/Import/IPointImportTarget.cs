using Sightline.Core.Model;

namespace Sightline.Server.Import;

/// <summary>Where imported series go.</summary>
internal interface IPointImportTarget : IImportTarget
{
    /// <summary>Which protocol's counts are told at the beginning and the end.</summary>
    ReceivedBy Counted { get; set; }

    /// <summary>What series of these names were imported from; 0: nothing, or there is none.</summary>
    /// <param name="names">Canonical.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<ulong>> SourcesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken);

    /// <summary>Returns when the batch is durable; waits while the log is full.</summary>
    /// <param name="payload">As a <see cref="PointBatchWriter"/> wrote it.</param>
    /// <param name="points">Points in it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task AppendPointsAsync(ReadOnlyMemory<byte> payload, int points, CancellationToken cancellationToken);
}
