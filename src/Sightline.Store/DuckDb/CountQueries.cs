using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Reads what <see cref="CountTables"/> wrote.</summary>
internal static class CountQueries
{
    public static List<ReceivedDay> Received(DuckDbConnection connection, uint project, DateOnly from, DateOnly to)
    {
        using var reader = connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT day, received_by, sum(received)::BIGINT, sum(stored)::BIGINT FROM received WHERE {Days(project, from, to)} GROUP BY ALL ORDER BY ALL
            """));
        var found = new List<ReceivedDay>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                found.Add(new ReceivedDay(Day(reader, row), (ReceivedBy)reader.Column(1).Long(row), reader.Column(2).Long(row), reader.Column(3).Long(row)));
            }
        }

        return found;
    }

    public static List<DropDay> Drops(DuckDbConnection connection, uint project, DateOnly from, DateOnly to)
    {
        var samples = Samples(connection, project, from, to);
        using var reader = connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT day, received_by, reason, sum(count)::BIGINT FROM drops WHERE {Days(project, from, to)} GROUP BY ALL ORDER BY ALL
            """));
        var found = new List<DropDay>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                var key = (Day(reader, row), (ReceivedBy)reader.Column(1).Long(row), (DropReason)reader.Column(2).Long(row));
                found.Add(new DropDay(key.Item1, key.Item2, key.Item3, reader.Column(3).Long(row), samples.GetValueOrDefault(key) ?? []));
            }
        }

        return found;
    }

    private static Dictionary<(DateOnly, ReceivedBy, DropReason), List<DropSample>> Samples(DuckDbConnection connection, uint project, DateOnly from, DateOnly to)
    {
        using var reader = connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT day, received_by, reason, time_ms, sample FROM drop_samples WHERE {Days(project, from, to)} ORDER BY time_ms, sample
            """));
        var found = new Dictionary<(DateOnly, ReceivedBy, DropReason), List<DropSample>>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                var key = (Day(reader, row), (ReceivedBy)reader.Column(1).Long(row), (DropReason)reader.Column(2).Long(row));
                if (!found.TryGetValue(key, out var list))
                {
                    found.Add(key, list = []);
                }

                list.Add(new DropSample(reader.Column(3).Long(row), reader.Column(4).Text(row)));
            }
        }

        return found;
    }

    private static DateOnly Day(DuckDbReader reader, int row) => new DateOnly(1970, 1, 1).AddDays((int)reader.Column(0).Long(row));

    private static string Days(uint project, DateOnly from, DateOnly to) =>
        string.Create(CultureInfo.InvariantCulture, $"project = {project} AND day BETWEEN DATE '{from:yyyy-MM-dd}' AND DATE '{to:yyyy-MM-dd}'");
}
