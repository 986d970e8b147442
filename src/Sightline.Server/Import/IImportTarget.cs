using Sightline.Core.Model;

namespace Sightline.Server.Import;

/// <summary>
/// Where imported lines go: a data directory opened by this process, or a running server. From <see cref="BeginAsync"/> to
/// <see cref="EndAsync"/> the project takes imports of nobody else, so what was stored can be told exactly and no file is read twice at once.
/// </summary>
internal interface IImportTarget : IAsyncDisposable
{
    /// <summary>Waits for its turn and until the store has everything that is in the log.</summary>
    /// <returns>The counts before the import.</returns>
    /// <exception cref="ImportException">The project does not exist, or another import goes on for too long.</exception>
    Task<ImportCounts> BeginAsync(uint project, CancellationToken cancellationToken);

    /// <summary>How far files that begin like <paramref name="head"/> are stored.</summary>
    /// <param name="head">The first <see cref="FileIdentity.HeadLength"/> uncompressed bytes, or all there are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<ImportProgress>> FindAsync(ReadOnlyMemory<byte> head, CancellationToken cancellationToken);

    /// <summary>How far the import is when the next batch is there, for a target that shows it to others.</summary>
    /// <param name="position">Bytes read, of all files, as they lie on the disk.</param>
    /// <param name="size">Bytes there are; 0: not known.</param>
    void Reached(long position, long size)
    {
    }

    /// <summary>Returns when the batch is durable; waits while the log is full.</summary>
    Task AppendAsync(EventBatch batch, CancellationToken cancellationToken);

    /// <summary>Waits until the store has everything, and lets others in.</summary>
    /// <returns>The counts after the import.</returns>
    Task<ImportCounts> EndAsync(CancellationToken cancellationToken);
}
