using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>One pass over the events of a range, for one or several readers: which columns, which rows.</summary>
internal sealed class EventScan
{
    /// <summary>Columns to read.</summary>
    public Selection Selection { get; } = new();

    /// <summary>What SQL decides, joined by AND, beside project and time.</summary>
    public List<string> Conditions { get; } = [];

    /// <summary>Pieces of the plan's range to read, each from a time to a time exclusive; <see langword="null"/>: all of it.</summary>
    public IReadOnlyList<(long FromMs, long ToMs)>? Pieces { get; set; }

    /// <summary>What a filter leaves to be decided here, once it was put into the conditions; <see langword="null"/>: nothing more.</summary>
    public Mask? Mask { get; set; }

    /// <param name="snapshot">What to read.</param>
    /// <param name="plan">Project and range.</param>
    /// <param name="visits">Loaded.</param>
    /// <param name="crew">Who reads.</param>
    /// <param name="readers">Called with each chunk, the visit of each row (none that means anything if nothing is asked of visits), and which rows the reader's mask holds for; by several threads at once.</param>
    /// <param name="cancellation">Stops the engine too.</param>
    public void Run(StoreSnapshot snapshot, GroupPlan plan, VisitTable visits, Crew crew, IReadOnlyList<ScanReader> readers, CancellationToken cancellation)
    {
        if (visits.IsAsked && visits.Count == 0)
        {
            return;
        }
        var sessionColumn = visits.IsAsked ? Selection.Need("session") : -1;
        var scratch = new Scratch?[crew.Size];
        foreach (var table in snapshot.EventTables)
        {
            using var reader = snapshot.Connection.Query(Sql(table, plan), cancellation);
            ChunkReading.Run(reader, crew, (worker, chunk) =>
            {
                var own = scratch[worker] ??= new();
                var numbers = own.Visits.AsSpan(0, chunk.Rows);
                if (sessionColumn >= 0)
                {
                    visits.Number(chunk.Column(sessionColumn).Values<uint>(), numbers);
                }
                Mask? last = null;
                foreach (var (mask, take) in readers)
                {
                    if (mask is not null && mask != last)
                    {
                        mask.Evaluate(chunk, numbers, own.Chosen.AsSpan(0, chunk.Rows));
                        last = mask;
                    }
                    var chosen = (mask is null ? own.All : own.Chosen).AsSpan(0, chunk.Rows);
                    if (crew.Deals)
                    {
                        Deal(crew, chunk, numbers, chosen, take);
                    }
                    else
                    {
                        take(worker, chunk, numbers, chosen);
                    }
                }
            });
        }
    }

    /// <summary>A statement for all pieces; one condition with many ORs would be worked out for every row there is.</summary>
    private string Sql(string table, GroupPlan plan)
    {
        var where = string.Concat(Conditions.Select(condition => " AND " + condition));
        return string.Join(" UNION ALL ", (Pieces ?? [(plan.FromMs, plan.ToMs)]).Select(piece =>
            $"SELECT {Selection.Sql} FROM {table} WHERE project = {plan.Project.Id} AND time_ms >= {QuerySql.Number(piece.FromMs)} AND time_ms < {QuerySql.Number(piece.ToMs)}{where}"));
    }

    private static void Deal(Crew crew, DuckDbChunk chunk, ReadOnlySpan<int> numbers, ReadOnlySpan<bool> chosen, EventChunkAction take)
    {
        var part = new bool[chosen.Length];
        for (var worker = 0; worker < crew.Size; worker++)
        {
            for (var i = 0; i < part.Length; i++)
            {
                part[i] = chosen[i] && i % crew.Size == worker;
            }
            take(worker, chunk, numbers, part);
        }
    }

    /// <summary>What one reading thread works with.</summary>
    private sealed class Scratch
    {
        public Scratch() => Array.Fill(All, true);

        public int[] Visits { get; } = new int[DuckDbRows.Capacity];

        public bool[] Chosen { get; } = new bool[DuckDbRows.Capacity];

        public bool[] All { get; } = new bool[DuckDbRows.Capacity];
    }
}

/// <param name="Mask">Which rows it is for; <see langword="null"/>: all. Neighbours with the same mask have it worked out once.</param>
/// <param name="Take">Gets them.</param>
internal readonly record struct ScanReader(Mask? Mask, EventChunkAction Take);

internal delegate void EventChunkAction(int worker, DuckDbChunk chunk, ReadOnlySpan<int> visits, ReadOnlySpan<bool> chosen);
