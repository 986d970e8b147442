using System.Globalization;
using System.Text;

namespace Sightline.Store.DuckDb;

/// <summary>All that is stored of somebody, as JSON: the engine makes a line of each row, so that a long history takes no memory here.</summary>
internal sealed class PersonExport(StoreSnapshot snapshot, uint project, VisitsOf whose)
{
    private static readonly string[] Context =
    [
        "source", "referrer", "channel", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "country", "region", "city", "language", "device",
        "browser", "browser_version", "os", "os_version", "screen",
    ];

    /// <summary>Writes <c>"visits":[...],"events":[...]</c>, each in the order of time.</summary>
    /// <returns>Visits and events.</returns>
    public (long Visits, long Events) Write(Stream into, CancellationToken cancel)
    {
        into.Write("\"visits\":["u8);
        var visits = Write(into, VisitsSql(), cancel);
        into.Write("\n],\"events\":["u8);
        var events = Write(into, EventsSql(), cancel);
        into.Write("\n]"u8);
        return (visits, events);
    }

    private long Write(Stream into, string sql, CancellationToken cancel)
    {
        using var reader = snapshot.Connection.Query(sql, cancel);
        var rows = 0L;
        while (reader.Read())
        {
            foreach (var row in reader.Column(0).Strings())
            {
                into.Write(rows++ == 0 ? "\n"u8 : ",\n"u8);
                into.Write(row.Bytes);
            }
        }

        return rows;
    }

    private string VisitsSql()
    {
        var fields = new StringBuilder();
        foreach (var column in (string[])["entry_page", "exit_page", .. Context])
        {
            fields.Append(CultureInfo.InvariantCulture, $", '{column}': {Text($"v.\"{column}\"")}");
        }

        return string.Create(CultureInfo.InvariantCulture, $$"""
            WITH v AS MATERIALIZED (SELECT s.* FROM sessions s WHERE s.project = {{project}} AND {{whose.Sessions}}),
            t AS MATERIALIZED (SELECT id, text FROM strings WHERE project = {{project}} AND id IN (
                SELECT unnest([entry_page, exit_page, {{string.Join(", ", Context.Select(column => $"\"{column}\""))}}]) FROM v))
            SELECT to_json({'id': v.id, 'visitor': lower(hex(v.visitor)), 'person': CASE WHEN v.person = 0 THEN NULL ELSE lower(hex(v.person)) END,
                'start': {{Time("v.start_ms")}}, 'end': {{Time("v.end_ms")}}, 'returning': v."returning", 'page_views': v.page_views, 'interactions': v.interactions,
                'engaged_ms': v.engaged_ms{{fields}}})::VARCHAR
            FROM v ORDER BY v.start_ms, v.id
            """);
    }

    private string EventsSql() => string.Create(CultureInfo.InvariantCulture, $$"""
        WITH own AS MATERIALIZED (SELECT s.id FROM sessions s WHERE s.project = {{project}} AND {{whose.Sessions}}),
        ids AS MATERIALIZED (SELECT id AS stored, id AS visit FROM own UNION ALL SELECT old_id, new_id FROM session_moves WHERE project = {{project}} AND new_id IN (SELECT id FROM own)),
        e AS MATERIALIZED (SELECT a.*, ids.visit FROM {{snapshot.Events}} a JOIN ids ON ids.stored = a.session WHERE a.project = {{project}}),
        t AS MATERIALIZED (SELECT id, text FROM strings WHERE project = {{project}} AND id IN (SELECT unnest([name, host, path, title, currency]) FROM e))
        SELECT to_json({'visit': e.visit, 'time': {{Time("e.time_ms")}},
            'kind': CASE e.kind WHEN 1 THEN 'page view' WHEN 2 THEN 'interaction' WHEN 3 THEN 'passive' WHEN 4 THEN 'engagement' ELSE e.kind::VARCHAR END,
            'name': {{Text("e.name")}}, 'host': {{Text("e.host")}}, 'path': {{Text("e.path")}}, 'title': {{Text("e.title")}}, 'props': e.props::JSON,
            'revenue': e.revenue_e4 / 10000, 'currency': {{Text("e.currency")}}, 'engaged_ms': e.engaged_ms, 'scroll': CASE WHEN e.scroll > 100 THEN NULL ELSE e.scroll END})::VARCHAR
        FROM e ORDER BY e.time_ms, e.visit
        """);

    private static string Text(string id) => $"(SELECT text FROM t WHERE t.id = {id})";

    private static string Time(string ms) => $"strftime(epoch_ms({ms}), '%Y-%m-%dT%H:%M:%S.%gZ')";
}
