using System.Globalization;

namespace Sightline.Store.DuckDb.Months;

/// <summary>Table <c>settled_months</c>: which files count.</summary>
internal static class SettledMonths
{
    /// <summary>Oldest month first.</summary>
    public static List<(MonthFile File, long SettledMs)> Read(DuckDbConnection connection)
    {
        var months = new List<(MonthFile, long)>();
        using var reader = connection.Query("SELECT month, generation, row_count, settled_ms FROM settled_months ORDER BY month");
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                months.Add((new MonthFile(new Month(reader.Column(0).Values<int>()[row]), reader.Column(1).Values<int>()[row], reader.Column(2).Values<long>()[row]),
                    reader.Column(3).Values<long>()[row]));
            }
        }

        return months;
    }

    /// <summary>Names a month's file instead of the one before; without rows there is none.</summary>
    public static void Name(DuckDbConnection connection, MonthFile file, long nowMs)
    {
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM settled_months WHERE month = {file.Month.Key}"));
        if (file.Rows > 0)
        {
            connection.Execute(string.Create(CultureInfo.InvariantCulture,
                $"INSERT INTO settled_months VALUES ({file.Month.Key}, {file.Generation}, {file.Rows}, {nowMs})"));
        }
    }
}
