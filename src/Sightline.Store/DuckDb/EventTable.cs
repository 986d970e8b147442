using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Appends events, and reads back those of one visit when it must be counted again.</summary>
internal sealed class EventTable(DuckDbConnection connection) : IDisposable
{
    private readonly DuckDbRows _rows = new(
        DuckDbType.UInteger, DuckDbType.BigInt, DuckDbType.UInteger, DuckDbType.UTinyInt, DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UInteger,
        DuckDbType.UInteger, DuckDbType.Varchar, DuckDbType.BigInt, DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UTinyInt);

    public void Append(ReadOnlySpan<PendingEvent> events)
    {
        using var appender = new TableAppender(connection, _rows, "events");
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
        using var reader = connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT e.time_ms, e.kind, e.engaged_ms, e.path, coalesce(s.hash, 0)
            FROM events e LEFT JOIN strings s ON s.id = e.path
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
    public void Reassign(uint project, IReadOnlyList<uint> sessions, long fromMs, long toMs, uint session) =>
        connection.Execute(string.Create(CultureInfo.InvariantCulture,
            $"UPDATE events e SET session = {session} WHERE {Filter(project, sessions, fromMs, toMs)}"));

    public void Dispose() => _rows.Dispose();

    private static string Filter(uint project, IReadOnlyList<uint> sessions, long fromMs, long toMs)
    {
        var ids = string.Join(',', sessions);
        return string.Create(CultureInfo.InvariantCulture, $"""
            e.project = {project} AND e.time_ms BETWEEN {fromMs} AND {toMs}
            AND (e.session IN ({ids}) OR e.session IN (SELECT old_id FROM session_moves WHERE project = {project} AND new_id IN ({ids})))
            """);
    }
}
