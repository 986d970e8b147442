using Sightline.Core.Model;
using Sightline.Server.Receive;

namespace Sightline.Server.Import;

/// <summary>Imports into a data directory that this process has opened itself.</summary>
/// <param name="desk">Of the opened directory.</param>
/// <param name="clock">Paces waiting.</param>
/// <param name="opened">Closes the directory again.</param>
internal sealed class DeskTarget(ImportDesk desk, TimeProvider clock, IAsyncDisposable? opened = null) : IPointImportTarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private ImportTurn? _turn;

    public ReceivedBy Counted { get; set; } = ReceivedBy.AccessLog;

    private ImportTurn Turn => _turn ?? throw new InvalidOperationException("the import has not begun");

    public async Task<ImportCounts> BeginAsync(uint project, CancellationToken cancellationToken)
    {
        if (!desk.HasProject(project))
        {
            throw new ImportException($"there is no project {project}");
        }

        _turn = desk.TryTake(project) ?? throw new ImportException($"another import into project {project} is running");
        return await DrainAsync(cancellationToken);
    }

    public Task<IReadOnlyList<ImportProgress>> FindAsync(ReadOnlyMemory<byte> head, CancellationToken cancellationToken) =>
        Task.FromResult(desk.Find(Turn.Project, head.Span));

    public Task<IReadOnlyList<ulong>> SourcesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ulong>>(desk.Sources(Turn.Project, names));

    public Task AppendAsync(EventBatch batch, CancellationToken cancellationToken) => AppendAsync(() => desk.AppendAsync(Turn, batch, cancellationToken), cancellationToken);

    public Task AppendPointsAsync(ReadOnlyMemory<byte> payload, int points, CancellationToken cancellationToken) =>
        AppendAsync(() => desk.AppendPointsAsync(Turn, payload, points, cancellationToken), cancellationToken);

    public Task<ImportCounts> EndAsync(CancellationToken cancellationToken) => DrainAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_turn is not null)
        {
            desk.Release(_turn);
        }

        if (opened is not null)
        {
            await opened.DisposeAsync();
        }
    }

    private async Task AppendAsync(Func<Task<GateAnswer?>> append, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await append() ?? throw new ImportException("another import took over");
            if (answer.Accepted)
            {
                return;
            }

            if (answer.Reason is not (RejectReason.Busy or RejectReason.DiskFull or RejectReason.RateLimited))
            {
                throw new ImportException($"the log refuses what is imported: {answer.Reason}");
            }

            await Task.Delay(TimeSpan.FromSeconds(Math.Max(1, answer.RetryAfterSeconds)), clock, cancellationToken);
        }
    }

    private async Task<ImportCounts> DrainAsync(CancellationToken cancellationToken)
    {
        while (!await desk.TryDrainAsync(Patience, cancellationToken))
        {
            // The store is behind; how far, its own log messages say. Its failing for good ends the process that holds it.
            desk.Find(Turn.Project, Turn.Id);
        }

        return desk.Counts(Turn.Project, Counted);
    }
}
