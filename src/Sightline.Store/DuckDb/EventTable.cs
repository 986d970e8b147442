using System.Globalization;
using Sightline.Core.Model;
using Sightline.Store.DuckDb.Months;

namespace Sightline.Store.DuckDb;

/// <summary>Appends events, and reads back those of one visit when it must be counted again. For the writer, which holds the store's write lock.</summary>
internal sealed class EventTable(EventStore store) : IDisposable
{
    private readonly DuckDbConnection _connection = store.WriterConnection;
    private readonly DuckDbRows _rows = new(
        DuckDbType.UInteger, DuckDbType.BigInt, DuckDbType.UInteger, DuckDbType.UTinyInt, DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UInteger,
        DuckDbType.UInteger, DuckDbType.Varchar, DuckDbType.BigInt, DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UTinyInt);

    public void Append(ReadOnlySpan<PendingEvent> events)
    {
        using var appender = new TableAppender(_connection, _rows, "events");
        foreach (ref readonly var pending in events)
        {
            var (e, row) = (pending.Event, appender.Next());
            _rows.Set(0, row, e.Project);
            _rows.Set(1, row, e.TimeMs);
            _rows.Set(2, row, pending.SessionId);
            _rows.Set(3, row, (byte)e.Kind);
            _rows.Set(4, row, pending.Name.Id);
            _rows.Set(5, row, pending.Host.Id);
            _rows.Set(6, row, pending.Path.Id);
            _rows.Set(7, row, pending.Title.Id);
            if (e.Props is { Length: > 0 } props)
            {
                _rows.SetBytes(8, row, CleanText.Of(props));
            }
            else
            {
                _rows.SetNull(8, row);
            }

            _rows.Set(9, row, e.RevenueE4 ?? 0);
            if (e.RevenueE4 is null)
            {
                _rows.SetNull(9, row);
            }

            _rows.Set(10, row, pending.Currency.Id);
            _rows.Set(11, row, e.EngagedMs);
            _rows.Set(12, row, e.Scroll);
        }

        appender.Finish();
    }

    /// <summary>What a visit needs of its stored events, in no order.</summary>
    public List<SessionEvent> Read(uint project, IReadOnlyList<uint> sessions, long fromMs, long toMs)
    {
        var found = new List<SessionEvent>();
        var cuts = SessionCuts.Read(_connection, project);
        var tables = Files(fromMs, toMs).Select(file => $"SELECT * FROM {SessionCuts.Through(file, cuts)}").Prepend("SELECT * FROM main.events");
        using var reader = _connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT e.time_ms, e.kind, e.engaged_ms, e.path, coalesce(s.hash, 0)
            FROM ({string.Join(" UNION ALL ", tables)}) e LEFT JOIN strings s ON s.id = e.path
            WHERE {Filter(project, sessions, fromMs, toMs)}
            """));
        while (reader.Read())
        {
            var times = reader.Column(0).Values<long>();
            var kinds = reader.Column(1).Values<byte>();
            var engaged = reader.Column(2).Values<uint>();
            var pages = reader.Column(3).Values<uint>();
            var hashes = reader.Column(4).Values<ulong>();
            for (var row = 0; row < reader.Rows; row++)
            {
                found.Add(new SessionEvent
                {
                    TimeMs = times[row],
                    Kind = (EventKind)kinds[row],
                    EngagedMs = engaged[row],
                    Page = pages[row],
                    PageTie = (uint)hashes[row],
                });
            }
        }

        return found;
    }

    /// <summary>Gives stored events of a visit that was cut in two the id of the new part.</summary>
    public void Reassign(uint project, IReadOnlyList<uint> sessions, long fromMs, long toMs, uint session)
    {
        var cuts = SessionCuts.Read(_connection, project);
        var months = Files(fromMs, toMs)
            .Where(file => _connection.ScalarLong($"SELECT count(*) FROM {SessionCuts.Through(file, cuts)} e WHERE {Filter(project, sessions, fromMs, toMs)}") > 0)
            .Select(file => file.Month)
            // A file being written may have taken the rows of `events` as they are before this.
            .Union(store.Rewriting.Where(month => month.Overlaps(fromMs, toMs + 1)))
            .ToList();
        if (months.Count > 0)
        {
            SessionCuts.Add(_connection, months, project, [.. sessions, .. MovedTo(project, sessions)], fromMs, toMs, session);
        }

        _connection.Execute(string.Create(CultureInfo.InvariantCulture,
            $"UPDATE events e SET session = {session} WHERE {Filter(project, sessions, fromMs, toMs)}"));
    }

    public void Dispose() => _rows.Dispose();

    private IEnumerable<MonthFile> Files(long fromMs, long toMs) => store.Months.Current.Where(file => file.Month.Overlaps(fromMs, toMs + 1));

    private List<uint> MovedTo(uint project, IReadOnlyList<uint> sessions)
    {
        var moved = new List<uint>();
        using var reader = _connection.Query(string.Create(CultureInfo.InvariantCulture,
            $"SELECT old_id FROM session_moves WHERE project = {project} AND new_id IN ({string.Join(',', sessions)})"));
        while (reader.Read())
        {
            moved.AddRange(reader.Column(0).Values<uint>());
        }

        return moved;
    }

    private static string Filter(uint project, IReadOnlyList<uint> sessions, long fromMs, long toMs)
    {
        var ids = string.Join(',', sessions);
        return string.Create(CultureInfo.InvariantCulture, $"""
            e.project = {project} AND e.time_ms BETWEEN {fromMs} AND {toMs}
            AND (e.session IN ({ids}) OR e.session IN (SELECT old_id FROM session_moves WHERE project = {project} AND new_id IN ({ids})))
            """);
    }
}
