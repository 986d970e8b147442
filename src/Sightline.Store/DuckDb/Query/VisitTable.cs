using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// The visits that overlap a range, as arrays indexed by visit number (session id less the least one). Ids are dense, so the arrays hardly have
/// gaps, and events in order of time walk through them nearly in order.
/// </summary>
internal sealed class VisitTable
{
    private readonly Selection selection = new();
    private readonly List<(Mask Condition, VisitMask Flags)> flags = [];
    private readonly Dictionary<DimensionKind, int> dimensionColumns = [];
    private readonly Dictionary<DimensionKind, uint[]> dimensions = [];
    private readonly int idColumn;
    private uint least;
    private int[]? moved;
    private bool[] known = [];

    public VisitTable() => idColumn = selection.Need("id");

    /// <summary>Visit numbers are below this.</summary>
    public int Count { get; private set; }

    /// <summary>Number of each visit's visitor, below <see cref="Visitors"/>; only when asked for.</summary>
    public int[] Visitor { get; private set; } = [];

    public int Visitors { get; private set; }

    /// <summary>Number of each visit's person, below <see cref="People"/>; only when asked for.</summary>
    public int[] Person { get; private set; } = [];

    public int People { get; private set; }

    public bool[] Bounced { get; private set; } = [];

    public int[] DurationMs { get; private set; } = [];

    public bool WantsVisitors { get; set; }

    public bool WantsPeople { get; set; }

    public bool WantsOutcome { get; set; }

    /// <summary>Asks for where visits lie.</summary>
    public VisitSpans? Spans { get; set; }

    /// <summary>Columns to be read; conditions on visits read from them.</summary>
    public Selection Selection => selection;

    /// <summary>Asks for the flag of each visit.</summary>
    public VisitMask AddFlag(Mask condition)
    {
        VisitMask mask = new();
        flags.Add((condition, mask));
        return mask;
    }

    public void AddDimension(DimensionKind kind) => dimensionColumns[kind] = selection.Need(Expression(kind));

    /// <summary>Dictionary ids of a visit dimension that was asked for.</summary>
    public uint[] Dimension(DimensionKind kind) => dimensions[kind];

    /// <summary>For <see cref="DimensionKind.Returning"/>, which has no dictionary: 1 is false, 2 is true.</summary>
    public static string Expression(DimensionKind kind) => kind == DimensionKind.Returning
        ? "CASE WHEN \"returning\" THEN 2::UINTEGER ELSE 1::UINTEGER END"
        : QuerySql.Column(kind).Column;

    /// <summary>Visits of events by session id.</summary>
    public void Number(ReadOnlySpan<uint> sessions, Span<int> visits)
    {
        for (var i = 0; i < sessions.Length; i++)
        {
            var visit = (int)(sessions[i] - least);
            if ((uint)visit >= (uint)known.Length)
            {
                throw Lost(sessions[i]);
            }
            if (moved is not null)
            {
                visit = moved[visit];
            }
            if (visit < 0 || !known[visit])
            {
                throw Lost(sessions[i]);
            }
            visits[i] = visit;
        }
    }

    public void Load(DuckDbConnection connection, GroupPlan plan, MemoryBudget budget, CancellationToken cancellation)
    {
        var visitorColumn = WantsVisitors || WantsPeople ? selection.Need("visitor") : -1;
        var personColumn = WantsPeople ? selection.Need("person") : -1;
        var outcomeColumn = WantsOutcome ? selection.Need("page_views = 1 AND interactions = 0") : -1;
        var durationColumn = WantsOutcome ? selection.Need("(end_ms - start_ms)::INTEGER") : -1;
        Spans?.Want(selection);
        Spans?.ReadBorder(connection, cancellation);
        var from = $"FROM main.sessions WHERE project = {plan.Project.Id} AND end_ms >= {plan.FromMs} AND start_ms < {plan.ToMs}";
        var visits = Measure(connection, from, plan.Project.Id, budget, cancellation);
        if (visits == 0)
        {
            return;
        }
        VisitorSlots visitors = new(WantsVisitors ? visits : 0, budget);
        PersonNames people = new(connection, plan.Project.Id, WantsPeople ? visits : 0, budget, cancellation);
        Allocate(budget);
        using var reader = connection.Query($"SELECT {selection.Sql} {from}", cancellation);
        var numbers = new int[DuckDbRows.Capacity];
        var mask = new bool[DuckDbRows.Capacity];
        while (reader.Read())
        {
            var ids = reader.Column(idColumn).Values<uint>();
            var chunk = numbers.AsSpan(0, ids.Length);
            for (var i = 0; i < chunk.Length; i++)
            {
                chunk[i] = (int)(ids[i] - least);
                known[chunk[i]] = true;
            }
            if (visitorColumn >= 0)
            {
                ReadVisitors(reader, visitorColumn, personColumn, chunk, visitors, people);
            }
            if (WantsOutcome)
            {
                Scatter(reader.Column(outcomeColumn).Values<bool>(), chunk, Bounced);
                Scatter(reader.Column(durationColumn).Values<int>(), chunk, DurationMs);
            }
            Spans?.Read(reader, chunk);
            foreach (var (kind, column) in dimensionColumns)
            {
                Scatter(reader.Column(column).Values<uint>(), chunk, dimensions[kind]);
            }
            foreach (var (condition, flag) in flags)
            {
                condition.Evaluate(reader, [], mask.AsSpan(0, chunk.Length));
                Scatter(mask.AsSpan(0, chunk.Length), chunk, flag.Flags);
            }
        }
        Visitors = visitors.Capacity;
        People = people.Capacity;
    }

    private void ReadVisitors(DuckDbReader reader, int visitorColumn, int personColumn, ReadOnlySpan<int> chunk, VisitorSlots visitors, PersonNames people)
    {
        var ids = reader.Column(visitorColumn).Values<ulong>();
        if (WantsVisitors)
        {
            for (var i = 0; i < chunk.Length; i++)
            {
                Visitor[chunk[i]] = visitors.Number(ids[i]);
            }
        }
        if (WantsPeople)
        {
            var persons = reader.Column(personColumn).Values<ulong>();
            for (var i = 0; i < chunk.Length; i++)
            {
                Person[chunk[i]] = people.Number(ids[i], persons[i]);
            }
        }
    }

    /// <summary>Finds the span of ids, also of those that were joined into others.</summary>
    private int Measure(DuckDbConnection connection, string from, uint project, MemoryBudget budget, CancellationToken cancellation)
    {
        uint greatest;
        int visits;
        using (var reader = connection.Query($"SELECT count(*), coalesce(min(id), 0), coalesce(max(id), 0) {from}", cancellation))
        {
            reader.Read();
            visits = checked((int)reader.Column(0).Long(0));
            least = (uint)reader.Column(1).Long(0);
            greatest = (uint)reader.Column(2).Long(0);
        }
        if (visits == 0)
        {
            return 0;
        }
        var moves = SessionMoves.Load(connection, project, cancellation);
        var (first, last) = (least, greatest);
        foreach (var (old, now) in moves)
        {
            if (now >= first && now <= last)
            {
                least = Math.Min(least, old);
                greatest = Math.Max(greatest, old);
            }
        }
        Count = checked((int)(greatest - least) + 1);
        if (moves.Count > 0)
        {
            moved = budget.Array<int>(Count);
            for (var i = 0; i < Count; i++)
            {
                moved[i] = i;
            }
            foreach (var (old, now) in moves)
            {
                if (old >= least && old <= greatest)
                {
                    moved[old - least] = now >= least && now <= greatest ? (int)(now - least) : -1;
                }
            }
        }
        return visits;
    }

    private void Allocate(MemoryBudget budget)
    {
        known = budget.Array<bool>(Count);
        Visitor = WantsVisitors ? budget.Array<int>(Count) : [];
        Person = WantsPeople ? budget.Array<int>(Count) : [];
        Bounced = WantsOutcome ? budget.Array<bool>(Count) : [];
        DurationMs = WantsOutcome ? budget.Array<int>(Count) : [];
        Spans?.Allocate(Count, budget);
        foreach (var kind in dimensionColumns.Keys)
        {
            dimensions[kind] = budget.Array<uint>(Count);
        }
        foreach (var (_, flag) in flags)
        {
            flag.Flags = budget.Array<bool>(Count);
        }
    }

    private static void Scatter<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> visits, T[] into)
    {
        for (var i = 0; i < visits.Length; i++)
        {
            into[visits[i]] = values[i];
        }
    }

    private static InvalidDataException Lost(uint session) => new($"The store has events of session {session} but not the session.");
}
