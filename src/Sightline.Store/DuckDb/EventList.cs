using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Single events and what they carry; whatever is counted goes through the query engine instead.</summary>
internal static class EventList
{
    private const int PropSample = 50_000;

    public static List<string> PropNames(StoreSnapshot snapshot, uint project, long sinceMs, int limit)
    {
        using var reader = snapshot.Connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT name FROM (SELECT unnest(json_keys(props)) AS name FROM
                (SELECT props FROM {snapshot.Events} WHERE project = {project} AND time_ms >= {sinceMs} AND props IS NOT NULL LIMIT {PropSample}))
            GROUP BY name ORDER BY count(*) DESC, name LIMIT {limit}
            """));
        List<string> found = [];
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                found.Add(reader.Column(0).Text(row));
            }
        }

        return found;
    }

    public static List<StoredEvent> Latest(DuckDbConnection connection, uint project, long after, long sinceMs, int limit)
    {
        var rows = Rows(connection, project, after, sinceMs, limit);
        var texts = Texts(connection, rows.SelectMany(row => row.Texts));
        string Text(uint id) => texts.GetValueOrDefault(id, "");
        return rows.ConvertAll(row => new StoredEvent(
            row.Place, row.TimeMs, row.Kind, Text(row.Texts[0]), Text(row.Texts[1]), Text(row.Texts[2]), Text(row.Texts[3]), Text(row.Texts[4]), Text(row.Texts[5]), Text(row.Texts[6])));
    }

    private static List<(long Place, long TimeMs, EventKind Kind, uint[] Texts)> Rows(DuckDbConnection connection, uint project, long after, long sinceMs, int limit)
    {
        using var reader = connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            WITH e AS (
                SELECT rowid AS place, time_ms, kind, session, name, path FROM main.events
                WHERE project = {project} AND time_ms >= {sinceMs} AND rowid > {after} AND kind <> {(int)EventKind.Engagement} ORDER BY rowid DESC LIMIT {limit})
            SELECT e.place, e.time_ms, e.kind, e.name, e.path, coalesce(s.source, 0), coalesce(s.country, 0), coalesce(s.city, 0), coalesce(s.device, 0), coalesce(s.browser, 0)
            FROM e LEFT JOIN session_moves m ON m.project = {project} AND m.old_id = e.session
            LEFT JOIN sessions s ON s.project = {project} AND s.id = coalesce(m.new_id, e.session)
            ORDER BY e.place
            """));
        List<(long, long, EventKind, uint[])> found = [];
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                var texts = new uint[7];
                for (var i = 0; i < texts.Length; i++)
                {
                    texts[i] = (uint)reader.Column(i + 3).Long(row);
                }

                found.Add((reader.Column(0).Long(row), reader.Column(1).Long(row), (EventKind)reader.Column(2).Long(row), texts));
            }
        }

        return found;
    }

    private static Dictionary<uint, string> Texts(DuckDbConnection connection, IEnumerable<uint> ids)
    {
        var wanted = string.Join(',', ids.Where(id => id != 0).Distinct());
        Dictionary<uint, string> found = [];
        if (wanted.Length == 0)
        {
            return found;
        }

        using var reader = connection.Query($"SELECT id, text FROM strings WHERE id IN ({wanted})");
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                found[(uint)reader.Column(0).Long(row)] = reader.Column(1).Text(row);
            }
        }

        return found;
    }
}
