using System.Globalization;

namespace Sightline.Store.DuckDb.Months;

/// <summary>Events of a settled month that belong to another visit than their file says.</summary>
internal readonly record struct SessionCut(int Month, long Number, uint Project, uint Session, long FromMs, long ToMs, uint NewId);

/// <summary>
/// Table <c>session_cuts</c>. Visits of one visitor never overlap, so the newest cut that covers an event's stored id and time tells its
/// visit; older ones are about what the visit was before.
/// </summary>
internal static class SessionCuts
{
    /// <summary>The newest first.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="project">Whose; 0: everybody's.</param>
    public static List<SessionCut> Read(DuckDbConnection connection, uint project)
    {
        var cuts = new List<SessionCut>();
        var where = project == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" WHERE project = {project}");
        using var reader = connection.Query($"SELECT month, number, project, session, from_ms, to_ms, new_id FROM session_cuts{where} ORDER BY number DESC, session");
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                cuts.Add(new SessionCut(
                    reader.Column(0).Values<int>()[row],
                    reader.Column(1).Values<long>()[row],
                    reader.Column(2).Values<uint>()[row],
                    reader.Column(3).Values<uint>()[row],
                    reader.Column(4).Values<long>()[row],
                    reader.Column(5).Values<long>()[row],
                    reader.Column(6).Values<uint>()[row]));
            }
        }

        return cuts;
    }

    /// <summary>Gives events of a span of time and of some visits, as they are read now, another visit's id.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="months">Files to read so.</param>
    /// <param name="project">The project.</param>
    /// <param name="sessions">Ids that the events are read under, moves included.</param>
    /// <param name="fromMs">Start of the span.</param>
    /// <param name="toMs">Its last millisecond.</param>
    /// <param name="newId">The other visit.</param>
    public static void Add(DuckDbConnection connection, IEnumerable<Month> months, uint project, IReadOnlyList<uint> sessions, long fromMs, long toMs, uint newId)
    {
        var known = Read(connection, project);
        foreach (var month in months)
        {
            var stored = sessions.Concat(known.Where(cut => cut.Month == month.Key && sessions.Contains(cut.NewId)).Select(cut => cut.Session)).Distinct();
            var number = 1 + (connection.ScalarLong(string.Create(CultureInfo.InvariantCulture, $"SELECT max(number) FROM session_cuts WHERE month = {month.Key}")) ?? 0);
            var rows = stored.Select(session => string.Create(CultureInfo.InvariantCulture, $"({month.Key}, {number}, {project}, {session}, {fromMs}, {toMs}, {newId})"));
            connection.Execute($"INSERT INTO session_cuts VALUES {string.Join(", ", rows)}");
        }
    }

    /// <summary>What to write after FROM to read a file's events with the visits they belong to now.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cuts">Of any month, the newest first.</param>
    public static string Through(MonthFile file, IReadOnlyList<SessionCut> cuts)
    {
        var cases = cuts.Where(cut => cut.Month == file.Month.Key)
            .GroupBy(cut => (cut.Number, cut.Project, cut.FromMs, cut.ToMs, cut.NewId))
            .Select(cut => string.Create(CultureInfo.InvariantCulture, $"""
                WHEN project = {cut.Key.Project} AND time_ms BETWEEN {cut.Key.FromMs} AND {cut.Key.ToMs} AND session IN ({string.Join(',', cut.Select(c => c.Session))})
                THEN {cut.Key.NewId}::UINTEGER
                """))
            .ToList();
        return cases.Count == 0 ? file.Table : $"(SELECT * REPLACE (CASE {string.Join(' ', cases)} ELSE session END AS session) FROM {file.Table})";
    }
}
