using System.Globalization;

namespace Sightline.Store.DuckDb.Months;

/// <summary>
/// Cuts a month's events, in the order of project and time, into pieces that one statement sorts in little memory and a moment: several
/// small projects, or some days of a large one.
/// </summary>
internal static class MonthSlices
{
    private const long DayMs = 86_400_000;

    /// <summary>Conditions on events, each with its number of rows; together they hold every event once.</summary>
    /// <param name="connection">Asked.</param>
    /// <param name="source">What stands after FROM.</param>
    /// <param name="most">Rows of a piece, unless one day of one project has more.</param>
    public static List<(string Condition, long Rows)> Of(DuckDbConnection connection, string source, long most)
    {
        var slices = new List<(string, long)>();
        var projects = new List<(uint Project, long Rows)>();
        var rows = 0L;
        void EndProjects()
        {
            if (projects.Count > 0)
            {
                slices.Add((string.Create(CultureInfo.InvariantCulture, $"project BETWEEN {projects[0].Project} AND {projects[^1].Project}"), rows));
                projects.Clear();
                rows = 0;
            }
        }

        foreach (var days in Days(connection, source).GroupBy(day => day.Project))
        {
            var all = days.Sum(day => day.Rows);
            if (rows + all > most)
            {
                EndProjects();
            }

            if (all <= most)
            {
                projects.Add((days.Key, all));
                rows += all;
                continue;
            }

            slices.AddRange(OfDays(days, most));
        }

        EndProjects();
        return slices;
    }

    private static IEnumerable<(string Condition, long Rows)> OfDays(IGrouping<uint, (uint Project, long Day, long Rows)> days, long most)
    {
        var (first, last, rows) = (0L, 0L, 0L);
        foreach (var (_, day, count) in days)
        {
            if (rows > 0 && rows + count > most)
            {
                yield return (Span(), rows);
                rows = 0;
            }

            first = rows == 0 ? day : first;
            last = day;
            rows += count;
        }

        yield return (Span(), rows);
        string Span() => string.Create(CultureInfo.InvariantCulture, $"project = {days.Key} AND time_ms >= {first * DayMs} AND time_ms < {(last + 1) * DayMs}");
    }

    private static List<(uint Project, long Day, long Rows)> Days(DuckDbConnection connection, string source)
    {
        var days = new List<(uint, long, long)>();
        using var reader = connection.Query($"SELECT project, floor(time_ms / {DayMs})::BIGINT AS day, count(*) FROM {source} GROUP BY ALL ORDER BY ALL");
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                days.Add((reader.Column(0).Values<uint>()[row], reader.Column(1).Values<long>()[row], reader.Column(2).Values<long>()[row]));
            }
        }

        return days;
    }
}
