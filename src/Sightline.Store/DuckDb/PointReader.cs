using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb;

/// <summary>Reads points of series, each in order of time and once a second: the last that came counts.</summary>
internal static class PointReader
{
    private const int MostRanges = 50;

    /// <param name="connection">Whose view of the store.</param>
    /// <param name="ids">The series.</param>
    /// <param name="from">First second.</param>
    /// <param name="until">Last second.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <param name="packedFrom">First second of those that have been packed; <see langword="null"/>: the same as of the others.</param>
    /// <param name="most">Points, of the blocks that reach into the range all; more are not read.</param>
    /// <exception cref="QueryLimitException">There are more.</exception>
    public static IReadOnlyDictionary<uint, Point[]> Read(DuckDbConnection connection, IReadOnlyCollection<uint> ids, long from, long until, CancellationToken cancel, long? packedFrom = null, long most = long.MaxValue)
    {
        if (ids.Count == 0)
        {
            return new Dictionary<uint, Point[]>();
        }

        var found = new Dictionary<uint, PointRuns>();
        var list = OfSeries(ids);
        var packed = Math.Max(from, packedFrom ?? from);
        PackedPointTable.Read(connection, string.Create(CultureInfo.InvariantCulture, $"{list} AND last >= {packed} AND first <= {until}"), found, cancel, most);
        most -= most == long.MaxValue ? 0 : found.Values.Sum(static runs => runs.Packed);
        ReadArrived(connection, string.Create(CultureInfo.InvariantCulture, $"{list} AND time BETWEEN {from} AND {until}"), found, cancel, most);
        return found.Select(pair => (pair.Key, Points: pair.Value.InOrder(from, until))).Where(static pair => pair.Points.Length > 0).ToDictionary(static pair => pair.Key, static pair => pair.Points);
    }

    /// <summary>SQL for "one of these". Many have mostly got their numbers one after the other, and a few ranges are planned and tested sooner than thousands of numbers.</summary>
    public static string OfSeries(IReadOnlyCollection<uint> ids)
    {
        var ranges = new List<(uint From, uint To)>();
        foreach (var id in ids.Order())
        {
            if (ranges.Count > 0 && id - ranges[^1].To <= 1)
            {
                ranges[^1] = (ranges[^1].From, id);
            }
            else
            {
                ranges.Add((id, id));
            }
        }

        return ids.Count > ranges.Count * 4 && ranges.Count <= MostRanges
            ? $"({string.Join(" OR ", ranges.Select(static range => string.Create(CultureInfo.InvariantCulture, $"series BETWEEN {range.From} AND {range.To}")))})"
            : $"series IN ({string.Join(',', ids)})";
    }

    /// <summary>Points that are not packed yet.</summary>
    /// <inheritdoc cref="PackedPointTable.Read" path="/param"/>
    public static void ReadArrived(DuckDbConnection connection, string condition, Dictionary<uint, PointRuns> into, CancellationToken cancel, long most = long.MaxValue)
    {
        using var reader = connection.Query($"SELECT series, time, value, rowid FROM points WHERE {condition}", cancel);
        PointRuns? runs = null;
        uint last = 0;
        while (reader.Read())
        {
            var series = reader.Column(0).Values<uint>();
            var times = reader.Column(1).Values<uint>();
            var values = reader.Column(2).Values<double>();
            var rows = reader.Column(3).Values<long>();
            PackedPointTable.Spend(ref most, reader.Rows);
            for (var row = 0; row < reader.Rows; row++)
            {
                if ((runs is null || series[row] != last) && !into.TryGetValue(last = series[row], out runs))
                {
                    into.Add(last, runs = new PointRuns());
                }

                runs!.Arrived(new Point(times[row], values[row]), rows[row]);
            }
        }
    }
}
