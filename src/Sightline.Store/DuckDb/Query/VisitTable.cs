using System.Runtime.CompilerServices;
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
    private int visitorColumn;
    private int personColumn;
    private int outcomeColumn;
    private int durationColumn;
    private int startColumn;
    private int endColumn;
    private int pageViewColumn;
    private int eventColumn;
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

    /// <summary>Visits are told apart by their numbers, for whatever else.</summary>
    public bool WantsNumbers { get; set; }

    /// <summary>Whether anything is asked of visits. Otherwise none are loaded, and events have no numbers of visits.</summary>
    public bool IsAsked =>
        WantsVisitors || WantsPeople || WantsOutcome || WantsNumbers || Spans.Count > 0 || flags.Count > 0 || dimensionColumns.Count > 0;

    /// <summary>Page views of each visit, and all its countable events; only with <see cref="Spans"/>.</summary>
    public int[] PageViews { get; private set; } = [];

    public int[] Events { get; private set; } = [];

    /// <summary>Asks for where visits lie.</summary>
    public List<VisitSpans> Spans { get; } = [];

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Number(ReadOnlySpan<uint> sessions, Span<int> visits)
    {
        for (var i = 0; i < sessions.Length; i++)
        {
            var visit = (int)(sessions[i] - least);
            if ((uint)visit >= (uint)Count)
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

    public void Load(DuckDbConnection connection, GroupPlan plan, Crew crew, MemoryBudget budget, CancellationToken cancellation)
    {
        if (!IsAsked)
        {
            return;
        }
        visitorColumn = WantsVisitors || WantsPeople ? selection.Need("visitor") : -1;
        personColumn = WantsPeople ? selection.Need("person") : -1;
        outcomeColumn = WantsOutcome ? selection.Need("page_views = 1 AND interactions = 0") : -1;
        durationColumn = WantsOutcome ? selection.Need("(end_ms - start_ms)::INTEGER") : -1;
        if (Spans.Count > 0)
        {
            (startColumn, endColumn) = (selection.Need("start_ms"), selection.Need("end_ms"));
            (pageViewColumn, eventColumn) = (selection.Need("page_views::INTEGER"), selection.Need("(page_views + interactions + passives)::INTEGER"));
        }
        Spans.ForEach(spans => spans.ReadBorder(connection, cancellation));
        var from = $"FROM main.sessions WHERE project = {plan.Project.Id} AND end_ms >= {plan.FromMs} AND start_ms < {plan.ToMs}";
        var visits = Measure(connection, from, plan.Project.Id, budget, cancellation);
        if (visits == 0)
        {
            return;
        }
        var visitors = WantsVisitors ? new IdPartitions(visits, crew, budget) : null;
        var people = WantsPeople ? new IdPartitions(visits, crew, budget) : null;
        var names = WantsPeople ? new PersonNames(connection, plan.Project.Id, budget, cancellation) : null;
        Allocate(budget);
        var scratch = new Scratch?[crew.Size];
        using var reader = connection.Query($"SELECT {selection.Sql} {from}", cancellation);
        ChunkReading.Run(reader, crew, (worker, chunk) => Read(worker, chunk, scratch[worker] ??= new(Spans), visitors, people, names));
        visitors?.Number(crew, Visitor);
        people?.Number(crew, Person);
        (Visitors, People) = (visitors?.Count ?? 0, people?.Count ?? 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read(int worker, DuckDbChunk chunk, Scratch scratch, IdPartitions? visitors, IdPartitions? people, PersonNames? names)
    {
        var ids = chunk.Column(idColumn).Values<uint>();
        var rows = scratch.Visits.AsSpan(0, ids.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = (int)(ids[i] - least);
            known[rows[i]] = true;
        }
        visitors?.Add(worker, chunk.Column(visitorColumn).Values<ulong>(), rows);
        if (names is not null)
        {
            var who = chunk.Column(visitorColumn).Values<ulong>();
            var persons = chunk.Column(personColumn).Values<ulong>();
            for (var i = 0; i < rows.Length; i++)
            {
                scratch.Ids[i] = names.Of(who[i], persons[i]);
            }
            people!.Add(worker, scratch.Ids.AsSpan(0, rows.Length), rows);
        }
        if (WantsOutcome)
        {
            Scatter(chunk.Column(outcomeColumn).Values<bool>(), rows, Bounced);
            Scatter(chunk.Column(durationColumn).Values<int>(), rows, DurationMs);
        }
        if (Spans.Count > 0)
        {
            ReadSpans(chunk, rows, scratch);
        }
        foreach (var (kind, column) in dimensionColumns)
        {
            Scatter(chunk.Column(column).Values<uint>(), rows, dimensions[kind]);
        }
        foreach (var (condition, flag) in flags)
        {
            var mask = scratch.Mask.AsSpan(0, rows.Length);
            condition.Evaluate(chunk, [], mask);
            Scatter(mask, rows, flag.Flags);
        }
    }

    private void ReadSpans(DuckDbChunk chunk, ReadOnlySpan<int> rows, Scratch scratch)
    {
        var events = chunk.Column(eventColumn).Values<int>();
        Scatter(chunk.Column(pageViewColumn).Values<int>(), rows, PageViews);
        Scatter(events, rows, Events);
        for (var i = 0; i < Spans.Count; i++)
        {
            Spans[i].Read(rows, chunk.Column(startColumn).Values<long>(), chunk.Column(endColumn).Values<long>(), events, scratch.Cursors[i]);
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
        PageViews = Spans.Count > 0 ? budget.Array<int>(Count) : [];
        Events = Spans.Count > 0 ? budget.Array<int>(Count) : [];
        Spans.ForEach(spans => spans.Allocate(Count, budget));
        foreach (var kind in dimensionColumns.Keys)
        {
            dimensions[kind] = budget.Array<uint>(Count);
        }
        foreach (var (_, flag) in flags)
        {
            flag.Flags = budget.Array<bool>(Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> visits, T[] into)
    {
        for (var i = 0; i < visits.Length; i++)
        {
            into[visits[i]] = values[i];
        }
    }

    private static InvalidDataException Lost(uint session) => new($"The store has events of session {session} but not the session.");

    /// <summary>What one reading thread works with.</summary>
    private sealed class Scratch(List<VisitSpans> spans)
    {
        public int[] Visits { get; } = new int[DuckDbRows.Capacity];

        public ulong[] Ids { get; } = new ulong[DuckDbRows.Capacity];

        public bool[] Mask { get; } = new bool[DuckDbRows.Capacity];

        public BucketCursor?[] Cursors { get; } = [.. spans.Select(each => each.Cursor())];
    }
}
