using Sightline.Core.Model;
using Sightline.Server.Import;

namespace Sightline.Server.Features.Imports;

/// <summary>Tells the counts from which an import begins.</summary>
internal sealed class CountedTarget(IImportTarget target, Action<ImportCounts> begun) : IImportTarget
{
    public async Task<ImportCounts> BeginAsync(uint project, CancellationToken cancellationToken)
    {
        var counts = await target.BeginAsync(project, cancellationToken);
        begun(counts);
        return counts;
    }

    public Task<IReadOnlyList<ImportProgress>> FindAsync(ReadOnlyMemory<byte> head, CancellationToken cancellationToken) => target.FindAsync(head, cancellationToken);

    public Task AppendAsync(EventBatch batch, CancellationToken cancellationToken) => target.AppendAsync(batch, cancellationToken);

    public Task<ImportCounts> EndAsync(CancellationToken cancellationToken) => target.EndAsync(cancellationToken);

    public ValueTask DisposeAsync() => target.DisposeAsync();
}
