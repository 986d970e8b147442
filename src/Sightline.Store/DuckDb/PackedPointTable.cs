using System.Buffers;
using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb;

/// <summary>A block of points as it is stored.</summary>
/// <param name="Series">The series' number.</param>
/// <param name="First">Second of its first point.</param>
/// <param name="Last">Second of its last point.</param>
/// <param name="Count">How many.</param>
/// <param name="Data">As <see cref="PackedPoints"/> writes them.</param>
internal readonly record struct PackedBlock(uint Series, uint First, uint Last, uint Count, byte[] Data);

/// <summary>Blocks of points, none of which goes beyond a UTC day. A later row counts more than an earlier one.</summary>
internal static class PackedPointTable
{
    public const long Day = 86_400;

    /// <summary>Packs points of a series.</summary>
    /// <param name="series">Its number.</param>
    /// <param name="points">In order of time, once a second.</param>
    /// <param name="into">Takes the blocks.</param>
    public static void Pack(uint series, ReadOnlySpan<Point> points, List<PackedBlock> into)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        while (!points.IsEmpty)
        {
            var day = points[0].Time / Day;
            var count = 1;
            while (count < points.Length && count < PackedPoints.Most && points[count].Time / Day == day)
            {
                count++;
            }

            bytes.ResetWrittenCount();
            PackedPoints.Write(points[..count], bytes);
            into.Add(new PackedBlock(series, points[0].Time, points[count - 1].Time, (uint)count, bytes.WrittenSpan.ToArray()));
            points = points[count..];
        }
    }

    public static void Append(DuckDbConnection connection, IReadOnlyList<PackedBlock> blocks)
    {
        if (blocks.Count == 0)
        {
            return;
        }

        using var chunk = new DuckDbRows(DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.Blob);
        using var appender = new TableAppender(connection, chunk, "packed_points");
        foreach (var block in blocks)
        {
            var row = appender.Next();
            chunk.Set(0, row, block.Series);
            chunk.Set(1, row, block.First);
            chunk.Set(2, row, block.Last);
            chunk.Set(3, row, block.Count);
            chunk.SetBytes(4, row, block.Data);
        }

        appender.Finish();
    }

    /// <summary>Points of the blocks that a condition names, by series.</summary>
    /// <param name="connection">Whose view.</param>
    /// <param name="condition">SQL over the table's columns.</param>
    /// <param name="into">Takes each block, with the row it comes from.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <param name="most">Points; more are not read.</param>
    /// <returns>Blocks read.</returns>
    /// <exception cref="QueryLimitException">There are more.</exception>
    public static int Read(DuckDbConnection connection, string condition, Dictionary<uint, PointRuns> into, CancellationToken cancel, long most = long.MaxValue)
    {
        using var reader = connection.Query($"SELECT series, first, last, count, data, rowid FROM packed_points WHERE {condition}", cancel);
        var blocks = 0;
        while (reader.Read())
        {
            var series = reader.Column(0).Values<uint>();
            var first = reader.Column(1).Values<uint>();
            var last = reader.Column(2).Values<uint>();
            var counts = reader.Column(3).Values<uint>();
            var data = reader.Column(4).Strings();
            var rows = reader.Column(5).Values<long>();
            for (var row = 0; row < reader.Rows; row++)
            {
                Spend(ref most, counts[row]);
                if (!into.TryGetValue(series[row], out var runs))
                {
                    into.Add(series[row], runs = new PointRuns());
                }

                runs.Add(new PackedBlock(series[row], first[row], last[row], counts[row], data[row].Bytes.ToArray()), rows[row]);
            }

            blocks += reader.Rows;
        }

        return blocks;
    }

    /// <summary>Takes points from what may be read.</summary>
    /// <exception cref="QueryLimitException">That was less.</exception>
    internal static void Spend(ref long left, long points)
    {
        left -= points;
        if (left < 0)
        {
            throw new QueryLimitException("The question reads more points than it may.");
        }
    }

    /// <summary>Blocks whose points are not those that their row says, by series.</summary>
    public static IReadOnlyDictionary<uint, int> CountDamaged(DuckDbConnection connection)
    {
        var damaged = new Dictionary<uint, int>();
        var points = new Point[PackedPoints.Most];
        using var reader = connection.Query("SELECT first, last, count, data, series FROM packed_points");
        while (reader.Read())
        {
            var first = reader.Column(0).Values<uint>();
            var last = reader.Column(1).Values<uint>();
            var counts = reader.Column(2).Values<uint>();
            var data = reader.Column(3).Strings();
            var series = reader.Column(4).Values<uint>();
            for (var row = 0; row < reader.Rows; row++)
            {
                if (!IsSound(data[row].Bytes, points, first[row], last[row], counts[row]))
                {
                    damaged[series[row]] = damaged.GetValueOrDefault(series[row]) + 1;
                }
            }
        }

        return damaged;
    }

    private static bool IsSound(ReadOnlySpan<byte> data, Point[] buffer, uint first, uint last, uint count)
    {
        if (count is 0 or > PackedPoints.Most || first / Day != last / Day)
        {
            return false;
        }

        var points = buffer.AsSpan(0, (int)count);
        try
        {
            PackedPoints.Read(data, points);
        }
        catch (InvalidDataException)
        {
            return false;
        }

        for (var i = 1; i < points.Length; i++)
        {
            if (points[i].Time <= points[i - 1].Time)
            {
                return false;
            }
        }

        return points[0].Time == first && points[^1].Time == last;
    }

    /// <summary>Takes points out, in the caller's transaction: whole blocks, and of those that lie across an end the part within.</summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="ids">The series.</param>
    /// <param name="from">First second.</param>
    /// <param name="until">First second behind.</param>
    /// <returns>Points removed.</returns>
    public static long Remove(DuckDbConnection connection, IReadOnlyCollection<uint> ids, long from, long until)
    {
        var list = string.Join(',', ids);
        var removed = 0L;
        // What lies across an end is made anew with all of its day, so that of two points of a second the same one still counts.
        foreach (var day in new[] { from / Day, until / Day }.Distinct())
        {
            var within = string.Create(CultureInfo.InvariantCulture, $"first >= {day * Day} AND first < {(day + 1) * Day}");
            var across = new List<uint>();
            using (var reader = connection.Query(string.Create(CultureInfo.InvariantCulture,
                $"SELECT DISTINCT series FROM packed_points WHERE series IN ({list}) AND {within} AND ((first < {from} AND last >= {from}) OR (first < {until} AND last >= {until}))")))
            {
                while (reader.Read())
                {
                    across.AddRange(reader.Column(0).Values<uint>());
                }
            }

            if (across.Count == 0)
            {
                continue;
            }

            var condition = $"series IN ({string.Join(',', across)}) AND {within}";
            var found = new Dictionary<uint, PointRuns>();
            Read(connection, condition, found, CancellationToken.None);
            connection.Execute($"DELETE FROM packed_points WHERE {condition}");
            var blocks = new List<PackedBlock>();
            foreach (var (series, runs) in found)
            {
                var points = runs.InOrder();
                var kept = Array.FindAll(points, point => point.Time < from || point.Time >= until);
                removed += points.Length - kept.Length;
                Pack(series, kept, blocks);
            }

            Append(connection, blocks);
        }

        var inside = string.Create(CultureInfo.InvariantCulture, $"series IN ({list}) AND first >= {from} AND last < {until}");
        removed += connection.ScalarLong($"SELECT sum(count)::BIGINT FROM packed_points WHERE {inside}") ?? 0;
        connection.Execute($"DELETE FROM packed_points WHERE {inside}");
        return removed;
    }
}
