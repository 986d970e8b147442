using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
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

    public static List<StoredEvent> Latest(StoreSnapshot snapshot, uint project, long sinceMs, int limit)
    {
        var rows = Rows(snapshot, project, sinceMs, limit);
        var texts = Texts(snapshot.Connection, rows.SelectMany(row => row.Texts));
        string Text(uint id) => texts.GetValueOrDefault(id, "");
        var alike = new Dictionary<ulong, int>();
        var found = rows.ConvertAll(row =>
        {
            // From the newest on: where the list ends, only the last of those that are all the same may be missing.
            alike[row.Content] = alike.GetValueOrDefault(row.Content) + 1;
            return new StoredEvent(Key(row.Content, alike[row.Content]), row.TimeMs, row.Kind,
                Text(row.Texts[0]), Text(row.Texts[1]), Text(row.Texts[2]), Text(row.Texts[3]), Text(row.Texts[4]), Text(row.Texts[5]), Text(row.Texts[6]));
        });
        found.Reverse();
        return found;
    }

    /// <summary>
    /// Told apart by what never changes of an event, wherever it rests. Row numbers are given anew when rows go, and visits change:
    /// neither may decide.
    /// </summary>
    private static List<(ulong Content, long TimeMs, EventKind Kind, uint[] Texts)> Rows(StoreSnapshot snapshot, uint project, long sinceMs, int limit)
    {
        using var reader = snapshot.Connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            WITH e AS (
                SELECT time_ms, kind, session, name, host, path, title FROM {snapshot.Events}
                WHERE project = {project} AND time_ms >= {sinceMs} AND kind <> {(int)EventKind.Engagement}
                ORDER BY time_ms DESC, name DESC, path DESC, host DESC, title DESC, kind DESC LIMIT {limit})
            SELECT e.time_ms, e.kind, e.host, e.title, e.name, e.path, coalesce(s.source, 0), coalesce(s.country, 0), coalesce(s.city, 0), coalesce(s.device, 0), coalesce(s.browser, 0)
            FROM e LEFT JOIN session_moves m ON m.project = {project} AND m.old_id = e.session
            LEFT JOIN sessions s ON s.project = {project} AND s.id = coalesce(m.new_id, e.session)
            ORDER BY e.time_ms DESC, e.name DESC, e.path DESC, e.host DESC, e.title DESC, e.kind DESC
            """));
        List<(ulong, long, EventKind, uint[])> found = [];
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                var texts = new uint[7];
                for (var i = 0; i < texts.Length; i++)
                {
                    texts[i] = (uint)reader.Column(i + 4).Long(row);
                }

                var (time, kind) = (reader.Column(0).Long(row), reader.Column(1).Long(row));
                found.Add((Content([time, kind, texts[0], texts[1], reader.Column(2).Long(row), reader.Column(3).Long(row)]), time, (EventKind)kind, texts));
            }
        }

        return found;
    }

    private static ulong Content(ReadOnlySpan<long> values) => Hash(MemoryMarshal.AsBytes(values));

    private static ulong Key(ulong content, int number) => Hash(MemoryMarshal.AsBytes<ulong>([content, (ulong)number]));

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
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
