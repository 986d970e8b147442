using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Loads the visits that a batch may touch, and stores what became of them.</summary>
internal sealed class SessionTable : IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly BatchTable _visitors;
    private readonly BatchTable _gone;
    private readonly BatchTable _tails;
    private readonly DuckDbRows _moveRows = new(DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UInteger);
    private readonly DuckDbRows _sessionRows = new(SessionRows.Types);

    public SessionTable(DuckDbConnection connection)
    {
        _connection = connection;
        _visitors = new BatchTable(connection, "batch_visitors", "project UINTEGER NOT NULL, visitor UBIGINT NOT NULL, want_first BOOLEAN NOT NULL",
            DuckDbType.UInteger, DuckDbType.UBigInt, DuckDbType.Boolean);
        _gone = new BatchTable(connection, "gone_sessions", "project UINTEGER NOT NULL, id UINTEGER NOT NULL", DuckDbType.UInteger, DuckDbType.UInteger);
        _tails = new BatchTable(connection, "session_tails", """
            project UINTEGER NOT NULL, id UINTEGER NOT NULL, end_ms BIGINT NOT NULL, exit_ms BIGINT NOT NULL, exit_tie UINTEGER NOT NULL, exit_page UINTEGER NOT NULL,
            page_views UINTEGER NOT NULL, interactions UINTEGER NOT NULL, passives UINTEGER NOT NULL, engaged_ms UBIGINT NOT NULL
            """,
            DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.BigInt, DuckDbType.BigInt, DuckDbType.UInteger, DuckDbType.UInteger,
            DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UBigInt);
    }

    /// <summary>The highest session id used in each project, visits since merged into others included.</summary>
    public Dictionary<uint, uint> LastIds()
    {
        var last = new Dictionary<uint, uint>();
        using var reader = _connection.Query("""
            SELECT project, max(id) FROM (
                SELECT project, max(id) AS id FROM sessions GROUP BY project
                UNION ALL SELECT project, max(old_id) FROM session_moves GROUP BY project) GROUP BY project
            """);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                last[reader.Column(0).Values<uint>()[row]] = reader.Column(1).Values<uint>()[row];
            }
        }

        return last;
    }

    /// <summary>Visits of the visitors that reach into the span of time, and with <see cref="VisitorGroup.WantsFirst"/> those before which none is known.</summary>
    public Dictionary<(uint Project, ulong Visitor), List<Session>> Load(IReadOnlyList<VisitorGroup> visitors, long fromMs, long toMs)
    {
        var wantFirst = false;
        using (var appender = _visitors.Begin())
        {
            foreach (var visitor in visitors)
            {
                var row = appender.Next();
                _visitors.Rows.Set(0, row, visitor.Project);
                _visitors.Rows.Set(1, row, visitor.Visitor);
                _visitors.Rows.Set(2, row, visitor.WantsFirst);
                wantFirst |= visitor.WantsFirst;
            }

            appender.Finish();
        }

        var near = string.Create(CultureInfo.InvariantCulture, $"s.end_ms >= {fromMs} AND s.start_ms <= {toMs}");
        var sql = $"SELECT s.* FROM sessions s SEMI JOIN temp.batch_visitors b ON s.project = b.project AND s.visitor = b.visitor WHERE {near}";
        if (wantFirst)
        {
            sql += $"""
                 UNION ALL SELECT s.* FROM sessions s SEMI JOIN (SELECT * FROM temp.batch_visitors WHERE want_first) b
                ON s.project = b.project AND s.visitor = b.visitor WHERE NOT s."returning" AND NOT ({near})
                """;
        }

        var found = new Dictionary<(uint Project, ulong Visitor), List<Session>>();
        using var reader = _connection.Query(sql);
        while (reader.Read())
        {
            foreach (var session in SessionRows.Read(reader))
            {
                var key = (session.Project, session.Visitor);
                if (!found.TryGetValue(key, out var list))
                {
                    found.Add(key, list = []);
                }

                list.Add(session);
            }
        }

        return found;
    }

    /// <summary>Stores the changes; contexts have their ids by now. Events are reassigned before.</summary>
    public void Save(SessionChanges changes)
    {
        var replaced = changes.Updated.Where(s => s.HeadChanged).ToList();
        Delete([.. replaced, .. changes.Moved.Select(m => m.Old)]);
        UpdateTails([.. changes.Updated.Where(s => !s.HeadChanged)]);
        if (changes.Created.Count + replaced.Count > 0)
        {
            using var appender = new TableAppender(_connection, _sessionRows, "sessions");
            foreach (var session in changes.Created.Concat(replaced))
            {
                SessionRows.Write(_sessionRows, appender.Next(), session);
            }

            appender.Finish();
        }

        SaveMoves(changes.Moved);
    }

    public void Dispose()
    {
        _visitors.Dispose();
        _gone.Dispose();
        _tails.Dispose();
        _moveRows.Dispose();
        _sessionRows.Dispose();
    }

    private void Delete(List<Session> gone)
    {
        if (gone.Count == 0)
        {
            return;
        }

        using (var appender = _gone.Begin())
        {
            foreach (var session in gone)
            {
                var row = appender.Next();
                _gone.Rows.Set(0, row, session.Project);
                _gone.Rows.Set(1, row, session.Id);
            }

            appender.Finish();
        }

        _connection.Execute($"DELETE FROM sessions s USING temp.gone_sessions g WHERE s.project = g.project AND s.id = g.id AND {StartsAmong(gone)}");
    }

    /// <summary>The usual change, in place: only what each event of a visit moves on.</summary>
    private void UpdateTails(List<Session> sessions)
    {
        if (sessions.Count == 0)
        {
            return;
        }

        // In the order of the table, more or less: whichever side of the join leads, rows of one part of the table are changed together.
        sessions.Sort(static (left, right) => left.StoredStartMs != right.StoredStartMs
            ? left.StoredStartMs.CompareTo(right.StoredStartMs)
            : left.Id.CompareTo(right.Id));
        using (var appender = _tails.Begin())
        {
            foreach (var session in sessions)
            {
                var row = appender.Next();
                _tails.Rows.Set(0, row, session.Project);
                _tails.Rows.Set(1, row, session.Id);
                _tails.Rows.Set(2, row, session.EndMs);
                _tails.Rows.Set(3, row, session.Exit.Ms);
                _tails.Rows.Set(4, row, session.Exit.Tie);
                _tails.Rows.Set(5, row, session.ExitPage);
                _tails.Rows.Set(6, row, session.PageViews);
                _tails.Rows.Set(7, row, session.Interactions);
                _tails.Rows.Set(8, row, session.Passives);
                _tails.Rows.Set(9, row, session.EngagedMs);
            }

            appender.Finish();
        }

        _connection.Execute($"""
            UPDATE sessions s SET end_ms = t.end_ms, exit_ms = t.exit_ms, exit_tie = t.exit_tie, exit_page = t.exit_page, page_views = t.page_views,
                interactions = t.interactions, passives = t.passives, engaged_ms = t.engaged_ms
            FROM temp.session_tails t WHERE s.project = t.project AND s.id = t.id AND {StartsAmong(sessions)}
            """);
    }

    private void SaveMoves(List<(Session Old, Session Into)> moves)
    {
        if (moves.Count == 0)
        {
            return;
        }

        foreach (var (old, into) in moves)
        {
            // One step resolves every id: what had moved to the old one moves on.
            _connection.Execute(string.Create(CultureInfo.InvariantCulture,
                $"UPDATE session_moves SET new_id = {into.Id} WHERE project = {old.Project} AND new_id = {old.Id}"));
        }

        using var appender = new TableAppender(_connection, _moveRows, "session_moves");
        foreach (var (old, into) in moves)
        {
            var row = appender.Next();
            _moveRows.Set(0, row, old.Project);
            _moveRows.Set(1, row, old.Id);
            _moveRows.Set(2, row, into.Id);
        }

        appender.Finish();
    }

    /// <summary>Literal bounds: with them the engine reads only the row groups of those days.</summary>
    private static string StartsAmong(List<Session> sessions) => string.Create(CultureInfo.InvariantCulture,
        $"s.start_ms BETWEEN {sessions.Min(s => s.StoredStartMs)} AND {sessions.Max(s => s.StoredStartMs)}");
}
