using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Loads the visits that a batch may touch, and stores what became of them.</summary>
internal sealed class SessionTable : IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly DuckDbRows _visitorRows = new(DuckDbType.UInteger, DuckDbType.UBigInt, DuckDbType.Boolean);
    private readonly DuckDbRows _keyRows = new(DuckDbType.UInteger, DuckDbType.UInteger);
    private readonly DuckDbRows _moveRows = new(DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UInteger);
    private readonly DuckDbRows _sessionRows = new(SessionRows.Types);
    private readonly DuckDbRows _tailRows = new(
        DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.BigInt, DuckDbType.BigInt, DuckDbType.UInteger, DuckDbType.UInteger,
        DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UBigInt);

    public SessionTable(DuckDbConnection connection)
    {
        _connection = connection;
        connection.Execute("""
            CREATE OR REPLACE TEMP TABLE batch_visitors(project UINTEGER NOT NULL, visitor UBIGINT NOT NULL, want_first BOOLEAN NOT NULL);
            CREATE OR REPLACE TEMP TABLE gone_sessions(project UINTEGER NOT NULL, id UINTEGER NOT NULL);
            CREATE OR REPLACE TEMP TABLE session_tails(
                project UINTEGER NOT NULL, id UINTEGER NOT NULL, end_ms BIGINT NOT NULL, exit_ms BIGINT NOT NULL, exit_tie UINTEGER NOT NULL, exit_page UINTEGER NOT NULL,
                page_views UINTEGER NOT NULL, interactions UINTEGER NOT NULL, passives UINTEGER NOT NULL, engaged_ms UBIGINT NOT NULL);
            """);
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

    /// <summary>Visits of the visitors that reach into the span of time, and with <c>WantFirst</c> those before which none is known.</summary>
    public Dictionary<(uint Project, ulong Visitor), List<Session>> Load(IEnumerable<(uint Project, ulong Visitor, bool WantFirst)> visitors, long fromMs, long toMs)
    {
        var wantFirst = false;
        _connection.Execute("TRUNCATE temp.batch_visitors");
        using (var appender = new TableAppender(_connection, _visitorRows, "batch_visitors", "temp"))
        {
            foreach (var visitor in visitors)
            {
                var row = appender.Next();
                _visitorRows.Set(0, row, visitor.Project);
                _visitorRows.Set(1, row, visitor.Visitor);
                _visitorRows.Set(2, row, visitor.WantFirst);
                wantFirst |= visitor.WantFirst;
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
        _visitorRows.Dispose();
        _keyRows.Dispose();
        _moveRows.Dispose();
        _sessionRows.Dispose();
        _tailRows.Dispose();
    }

    private void Delete(List<Session> gone)
    {
        if (gone.Count == 0)
        {
            return;
        }

        _connection.Execute("TRUNCATE temp.gone_sessions");
        using (var appender = new TableAppender(_connection, _keyRows, "gone_sessions", "temp"))
        {
            foreach (var session in gone)
            {
                var row = appender.Next();
                _keyRows.Set(0, row, session.Project);
                _keyRows.Set(1, row, session.Id);
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

        _connection.Execute("TRUNCATE temp.session_tails");
        using (var appender = new TableAppender(_connection, _tailRows, "session_tails", "temp"))
        {
            foreach (var session in sessions)
            {
                var row = appender.Next();
                _tailRows.Set(0, row, session.Project);
                _tailRows.Set(1, row, session.Id);
                _tailRows.Set(2, row, session.EndMs);
                _tailRows.Set(3, row, session.Exit.Ms);
                _tailRows.Set(4, row, session.Exit.Tie);
                _tailRows.Set(5, row, session.ExitPage);
                _tailRows.Set(6, row, session.PageViews);
                _tailRows.Set(7, row, session.Interactions);
                _tailRows.Set(8, row, session.Passives);
                _tailRows.Set(9, row, session.EngagedMs);
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
