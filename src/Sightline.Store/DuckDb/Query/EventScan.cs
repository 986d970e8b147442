using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>One pass over the events of a range: which columns, which rows.</summary>
internal sealed class EventScan
{
    private readonly int sessionColumn;

    public EventScan() => sessionColumn = Selection.Need("session");

    /// <summary>Columns to read.</summary>
    public Selection Selection { get; } = new();

    /// <summary>What SQL decides, joined by AND, beside project and time.</summary>
    public List<string> Conditions { get; } = [];

    /// <summary>What is decided here; <see langword="null"/>: nothing more.</summary>
    public Mask? Mask { get; set; }

    /// <param name="snapshot">What to read.</param>
    /// <param name="plan">Project and range.</param>
    /// <param name="visits">Loaded.</param>
    /// <param name="take">Called with each chunk, the visit of each row, and which rows the mask holds for.</param>
    /// <param name="cancellation">Stops the engine too.</param>
    public void Run(StoreSnapshot snapshot, GroupPlan plan, VisitTable visits, EventChunkAction take, CancellationToken cancellation)
    {
        if (visits.Count == 0)
        {
            return;
        }
        var numbers = new int[DuckDbRows.Capacity];
        var mask = new bool[DuckDbRows.Capacity];
        Array.Fill(mask, true);
        var where = string.Concat(Conditions.Select(condition => " AND " + condition));
        foreach (var table in snapshot.EventTables)
        {
            using var reader = snapshot.Connection.Query(
                $"SELECT {Selection.Sql} FROM {table} WHERE project = {plan.Project.Id} AND time_ms >= {plan.FromMs} AND time_ms < {plan.ToMs}{where}",
                cancellation);
            while (reader.Read())
            {
                var chunk = numbers.AsSpan(0, reader.Rows);
                var chosen = mask.AsSpan(0, reader.Rows);
                visits.Number(reader.Column(sessionColumn).Values<uint>(), chunk);
                Mask?.Evaluate(reader, chunk, chosen);
                take(reader, chunk, chosen);
            }
        }
    }
}

internal delegate void EventChunkAction(DuckDbReader reader, ReadOnlySpan<int> visits, ReadOnlySpan<bool> chosen);
