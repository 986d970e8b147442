using Sightline.Store.DuckDb.Months;

namespace Sightline.Store.DuckDb;

/// <summary>Things that are always true of a sound store, as queries that count the exceptions.</summary>
internal static class StoreChecks
{
    private const int MostNamed = 20;

    private static readonly (string Fault, string Sql)[] All =
    [
        ("rows of log_position that should be one", "SELECT abs(count(*) - 1) FROM log_position"),
        ("texts that share their id", "SELECT count(*) - count(DISTINCT id) FROM strings"),
        ("visits that share their id", "SELECT count(*) - count(DISTINCT (project, id)) FROM sessions"),
        ("visits that end before they start", "SELECT count(*) FROM sessions WHERE end_ms < start_ms"),
        ("moves that lead to another move", "SELECT count(*) FROM session_moves a JOIN session_moves b ON a.project = b.project AND a.new_id = b.old_id"),
        ("events without a visit", """
            SELECT count(*) FROM {events} e LEFT JOIN session_moves m ON m.project = e.project AND m.old_id = e.session
            ANTI JOIN sessions s ON s.project = e.project AND s.id = coalesce(m.new_id, e.session)
            """),
        ("events whose path is not in the dictionary", "SELECT count(*) FROM {events} e ANTI JOIN strings s ON s.id = e.path WHERE e.path <> 0"),
        ("events that are not of the month of their file", "{strays}"),
        ("days on which less was received than stored and dropped", """
            SELECT count(*) FROM (SELECT project, day, received_by, sum(received)::HUGEINT - sum(stored)::HUGEINT AS rest FROM received GROUP BY ALL) r
            LEFT JOIN (SELECT project, day, received_by, sum(count)::HUGEINT AS dropped FROM drops GROUP BY ALL) d USING (project, day, received_by)
            WHERE rest < coalesce(dropped, 0)
            """),
    ];

    /// <summary>What is wrong, in words; empty: nothing. Reads everything, so it takes a while.</summary>
    public static List<string> Run(StoreSnapshot snapshot)
    {
        var faults = new List<string>();
        var strays = "SELECT 0" + string.Concat(SettledMonths.Read(snapshot.Connection).Select(month =>
            $" + (SELECT count(*) FROM {month.File.Table} WHERE NOT ({month.File.Month.Condition}))"));
        foreach (var (fault, sql) in All)
        {
            var count = snapshot.Connection.ScalarLong(sql.Replace("{events}", snapshot.Events, StringComparison.Ordinal).Replace("{strays}", strays, StringComparison.Ordinal)) ?? 0;
            if (count != 0)
            {
                faults.Add($"{count} {fault}");
            }
        }

        foreach (var (series, count) in PackedPointTable.CountDamaged(snapshot.Connection).OrderBy(static pair => pair.Key).Take(MostNamed))
        {
            faults.Add($"{count} blocks of points that do not hold what they say, of series {series}{NameOf(snapshot.Connection, series)}");
        }

        return faults;
    }

    private static string NameOf(DuckDbConnection connection, uint series)
    {
        using var reader = connection.Query($"SELECT name FROM series WHERE id = {series}");
        return reader.Read() ? $" ({reader.Column(0).Text(0)})" : "";
    }
}
