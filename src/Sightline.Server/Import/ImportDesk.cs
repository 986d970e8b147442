using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Server.Receive;
using Sightline.Store;

namespace Sightline.Server.Import;

/// <summary>
/// The server's side of an import. One importer a project has the turn, so that no two read the same file at once and the project's
/// counts tell exactly what an import did. A turn nobody uses for a minute is free again: its importer was killed.
/// </summary>
internal sealed class ImportDesk(Gate gate, DurableLog log, EventStore store, TimeProvider clock)
{
    public static readonly TimeSpan TurnLives = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, ImportTurn> _turns = [];

    /// <summary>Projects into which something is being imported.</summary>
    public IReadOnlyList<uint> Running()
    {
        lock (_lock)
        {
            return [.. _turns.Where(entry => entry.Value.Appending > 0 || clock.GetElapsedTime(entry.Value.Touched) < TurnLives).Select(entry => entry.Key)];
        }
    }

    public bool HasProject(uint project) => gate.TryFindProjectNow(project, out _);

    /// <summary><see langword="null"/>: another importer has the turn.</summary>
    public ImportTurn? TryTake(uint project)
    {
        lock (_lock)
        {
            if (_turns.TryGetValue(project, out var held) && (held.Appending > 0 || clock.GetElapsedTime(held.Touched) < TurnLives))
            {
                return null;
            }

            return _turns[project] = new ImportTurn(project, clock.GetTimestamp());
        }
    }

    /// <summary>The turn of that id, if it still holds; asking is a sign of life.</summary>
    public ImportTurn? Find(uint project, string? id)
    {
        lock (_lock)
        {
            if (!_turns.TryGetValue(project, out var turn) || turn.Id != id)
            {
                return null;
            }

            turn.Touched = clock.GetTimestamp();
            return turn;
        }
    }

    public void Release(ImportTurn turn)
    {
        lock (_lock)
        {
            if (_turns.GetValueOrDefault(turn.Project) == turn)
            {
                _turns.Remove(turn.Project);
            }
        }
    }

    /// <summary>Waits until the store has everything that is in the log now.</summary>
    /// <returns>False when it has not got there in time.</returns>
    public async Task<bool> TryDrainAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var end = log.DurableEnd;
        var started = clock.GetTimestamp();
        while (store.StoredPosition() < end)
        {
            if (clock.GetElapsedTime(started) > patience)
            {
                return false;
            }

            await Task.Delay(Poll, clock, cancellationToken);
        }

        return true;
    }

    /// <summary>What the store has of the project's imports.</summary>
    public ImportCounts Counts(uint project, ReceivedBy of = ReceivedBy.AccessLog)
    {
        var totals = store.Totals(project, of);
        return new ImportCounts(totals.Received, totals.Stored, totals.Drops);
    }

    public IReadOnlyList<ImportProgress> Find(uint project, ReadOnlySpan<byte> head) => FileIdentity.Matching(head, store.ImportProgress(project));

    /// <summary>Appends a slice; <see langword="null"/> when the turn was lost meanwhile.</summary>
    public Task<GateAnswer?> AppendAsync(ImportTurn turn, EventBatch batch, CancellationToken cancellationToken) =>
        AppendAsync(turn, project => gate.AppendAsync(project, batch, cancellationToken));

    /// <summary>Appends a slice that came encoded.</summary>
    public Task<GateAnswer?> AppendAsync(ImportTurn turn, ReadOnlyMemory<byte> payload, EventBatchSummary summary, CancellationToken cancellationToken) =>
        AppendAsync(turn, project => gate.AppendAsync(project, payload, summary, cancellationToken));

    /// <summary>Appends points that came encoded.</summary>
    public Task<GateAnswer?> AppendPointsAsync(ImportTurn turn, ReadOnlyMemory<byte> payload, int points, CancellationToken cancellationToken) =>
        AppendAsync(turn, project => gate.AppendAsync(project, RecordKind.Points, payload, points, ReceivedBy.Whisper, cancellationToken));

    /// <summary>What series were imported from; 0: nothing, or there is none.</summary>
    public ulong[] Sources(uint project, IReadOnlyList<string> names) => store.Series.Sources(project, [.. names.Select(System.Text.Encoding.UTF8.GetBytes)]);

    private async Task<GateAnswer?> AppendAsync(ImportTurn turn, Func<Project, ValueTask<GateAnswer>> append)
    {
        if (!gate.TryFindProjectById(turn.Project, out var project))
        {
            return new GateAnswer(RejectReason.UnknownKey);
        }

        lock (_lock)
        {
            if (_turns.GetValueOrDefault(turn.Project) != turn)
            {
                return null;
            }

            turn.Appending++;
        }

        try
        {
            return await append(project);
        }
        finally
        {
            lock (_lock)
            {
                turn.Appending--;
                turn.Touched = clock.GetTimestamp();
            }
        }
    }
}
