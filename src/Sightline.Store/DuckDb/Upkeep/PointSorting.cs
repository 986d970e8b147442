using System.Globalization;

namespace Sightline.Store.DuckDb.Upkeep;

/// <summary>
/// Moves points older than a time into the table that is sorted by series and time: there, one series lies together and is read without looking
/// at the others. One transaction, so a point is always in exactly one of the two.
/// </summary>
internal static class PointSorting
{
    /// <summary>Fewer are not worth a run of their own.</summary>
    private const long Least = 10_000;

    /// <returns>Points moved.</returns>
    public static long Run(DuckDbConnection connection, long before)
    {
        var condition = string.Create(CultureInfo.InvariantCulture, $"time < {before}");
        if ((connection.ScalarLong($"SELECT count(*) FROM points WHERE {condition}") ?? 0) < Least)
        {
            return 0;
        }

        var moved = 0L;
        connection.InTransaction(() =>
        {
            connection.Execute($"INSERT INTO sorted_points SELECT series, time, value FROM points WHERE {condition} ORDER BY series, time, rowid");
            moved = connection.Execute($"DELETE FROM points WHERE {condition}");
        });
        return moved;
    }
}
