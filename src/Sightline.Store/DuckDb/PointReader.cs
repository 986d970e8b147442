using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Reads points of series, each in order of time and once a second: the last that came counts.</summary>
internal static class PointReader
{
    /// <param name="connection">Whose view of the store.</param>
    /// <param name="ids">The series.</param>
    /// <param name="from">First second.</param>
    /// <param name="until">Last second.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <param name="sortedFrom">First second of those that have been sorted; <see langword="null"/>: the same as of the others.</param>
    public static IReadOnlyDictionary<uint, Point[]> Read(DuckDbConnection connection, IReadOnlyCollection<uint> ids, long from, long until, CancellationToken cancel, long? sortedFrom = null)
    {
        var found = new Dictionary<uint, List<(Point Point, long Order)>>();
        if (ids.Count > 0)
        {
            var list = string.Join(',', ids);
            // Read in this order, and within each by row, for nothing promises the order of rows behind a long list.
            Read(connection, "sorted_points", list, sortedFrom ?? from, until, 0, found, cancel);
            Read(connection, "points", list, from, until, 1L << 62, found, cancel);
        }

        return found.ToDictionary(pair => pair.Key, pair => InOrder(pair.Value));
    }

    private static void Read(
        DuckDbConnection connection, string table, string ids, long from, long until, long order, Dictionary<uint, List<(Point, long)>> found, CancellationToken cancel)
    {
        using var reader = connection.Query(
            string.Create(CultureInfo.InvariantCulture, $"SELECT series, time, value, rowid FROM {table} WHERE series IN ({ids}) AND time BETWEEN {from} AND {until}"), cancel);
        List<(Point, long)>? points = null;
        uint last = 0;
        while (reader.Read())
        {
            var series = reader.Column(0).Values<uint>();
            var times = reader.Column(1).Values<uint>();
            var values = reader.Column(2).Values<double>();
            var rows = reader.Column(3).Values<long>();
            for (var row = 0; row < reader.Rows; row++)
            {
                if ((points is null || series[row] != last) && !found.TryGetValue(last = series[row], out points))
                {
                    found.Add(last, points = []);
                }

                points!.Add((new Point(times[row], values[row]), order + rows[row]));
            }
        }
    }

    private static Point[] InOrder(List<(Point Point, long Order)> points)
    {
        for (var i = 1; i < points.Count; i++)
        {
            if (points[i].Point.Time <= points[i - 1].Point.Time)
            {
                points.Sort(static (a, b) => a.Point.Time != b.Point.Time ? a.Point.Time.CompareTo(b.Point.Time) : a.Order.CompareTo(b.Order));
                break;
            }
        }

        var kept = new List<Point>(points.Count);
        foreach (var (point, _) in points)
        {
            if (kept.Count > 0 && kept[^1].Time == point.Time)
            {
                kept[^1] = point;
            }
            else
            {
                kept.Add(point);
            }
        }

        return [.. kept];
    }
}
