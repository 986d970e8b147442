using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Store.DuckDb.Upkeep;

/// <summary>
/// Packs points series by series: what has arrived becomes blocks, hour by hour, and the blocks of a day that is over become one of each series. Points are read and packed beside
/// the writer, which waits only while rows are exchanged; one transaction, so a point is always in exactly one place.
/// </summary>
internal sealed class PointPacking(EventStore store)
{
    /// <summary>Fewer are not worth a run of their own.</summary>
    private const long Least = 10_000;
    private const long PointsAtOnce = 2_000_000;

    /// <summary>A block of so many points would not get much shorter, and the engine gives the room of rows back only after many.</summary>
    private const int Whole = 1024;

    /// <summary>Seconds after a day's end in which its last points still come.</summary>
    private const long Slack = 3600;

    /// <param name="before">Unix seconds: later points stay as they are.</param>
    /// <param name="goOn">Asked between transactions; after <see langword="false"/> the rest stays for the next run.</param>
    /// <returns>Points packed that were not before.</returns>
    public long Run(long before, Func<bool> goOn)
    {
        var (moved, from) = (0L, 0L);
        while (goOn() && Window(from, before) is { } window)
        {
            moved += Pack(window.From, window.Until, before);
            from = window.Until;
        }

        foreach (var day in before <= Slack ? [] : Parts(Math.Min(before - Slack, uint.MaxValue) / PackedPointTable.Day * PackedPointTable.Day))
        {
            Merge(day, goOn);
        }

        return moved;
    }

    /// <summary>The rows to take next, in the order they came: a sender's, or an importer's, points of a time or a series lie together.</summary>
    private (long From, long Until)? Window(long from, long before)
    {
        using var snapshot = store.OpenSnapshot(0, 0, 0);
        using var reader = snapshot.Connection.Query(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*), coalesce(min(rowid), 0) FROM points WHERE rowid >= {from} AND time < {before}"));
        if (!reader.Read() || reader.Column(0).Values<long>()[0] < Least)
        {
            return null;
        }

        var first = reader.Column(1).Values<long>()[0];
        return (first, first + PointsAtOnce);
    }

    private long Pack(long from, long until, long before)
    {
        var condition = string.Create(CultureInfo.InvariantCulture, $"rowid >= {from} AND rowid < {until} AND time < {before}");
        return Exchange(connection => Arrived(connection, condition), $"DELETE FROM points WHERE {condition}");
    }

    /// <param name="read">What to store, of how many rows.</param>
    /// <param name="delete">Removes those rows.</param>
    /// <returns>Rows removed.</returns>
    private long Exchange(Func<DuckDbConnection, (List<PackedBlock> Blocks, long Rows)> read, string delete)
    {
        // While this is open the engine does not number its rows anew.
        using var snapshot = store.OpenSnapshot(0, 0, 0);
        var (blocks, rows) = read(snapshot.Connection);
        lock (store.WriteLock)
        {
            if (!TryExchange(blocks, rows, delete))
            {
                // Points were removed meanwhile, or more have come.
                (blocks, rows) = read(store.WriterConnection);
                if (!TryExchange(blocks, rows, delete))
                {
                    throw new InvalidOperationException("The points of a transaction are not those that were read in front of it.");
                }
            }

            store.Committed([], []);
        }

        return rows;
    }

    private bool TryExchange(List<PackedBlock> blocks, long rows, string delete)
    {
        var connection = store.WriterConnection;
        connection.Execute("BEGIN TRANSACTION");
        try
        {
            var fits = connection.Execute(delete) == rows;
            if (fits)
            {
                PackedPointTable.Append(connection, blocks);
            }

            connection.Execute(fits ? "COMMIT" : "ROLLBACK");
            return fits;
        }
        catch
        {
            connection.RollbackIfOpen();
            throw;
        }
    }

    private static (List<PackedBlock>, long) Arrived(DuckDbConnection connection, string condition)
    {
        var blocks = new List<PackedBlock>();
        var points = new List<Point>();
        var (last, rows) = (0U, 0L);
        using var reader = connection.Query($"SELECT series, time, value FROM points WHERE {condition} ORDER BY series, time, rowid");
        while (reader.Read())
        {
            var series = reader.Column(0).Values<uint>();
            var times = reader.Column(1).Values<uint>();
            var values = reader.Column(2).Values<double>();
            for (var row = 0; row < reader.Rows; row++)
            {
                if (series[row] != last)
                {
                    Flush();
                    last = series[row];
                }

                var point = new Point(times[row], values[row]);
                if (points.Count > 0 && points[^1].Time == point.Time)
                {
                    points[^1] = point;
                }
                else
                {
                    points.Add(point);
                }
            }

            rows += reader.Rows;
        }

        Flush();
        return (blocks, rows);

        void Flush()
        {
            PackedPointTable.Pack(last, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(points), blocks);
            points.Clear();
        }
    }

    /// <summary>Days that are over and lie in parts, by their first second: at least half of the blocks are more than one for each series.</summary>
    private List<long> Parts(long until)
    {
        var days = new List<long>();
        using var snapshot = store.OpenSnapshot(0, 0, 0);
        using var reader = snapshot.Connection.Query(string.Create(CultureInfo.InvariantCulture,
            $"SELECT (first // {PackedPointTable.Day} * {PackedPointTable.Day})::BIGINT AS day FROM packed_points WHERE count < {Whole} AND first < {until} GROUP BY day HAVING (count(*) - count(DISTINCT series)) * 2 >= count(*) ORDER BY day"));
        while (reader.Read())
        {
            days.AddRange(reader.Column(0).Values<long>());
        }

        return days;
    }

    private void Merge(long day, Func<bool> goOn)
    {
        var within = string.Create(CultureInfo.InvariantCulture, $"first >= {day} AND first < {day + PackedPointTable.Day}");
        var waiting = new Queue<(uint Series, long Points)>();
        using (var snapshot = store.OpenSnapshot(0, 0, 0))
        using (var reader = snapshot.Connection.Query($"SELECT series, sum(count)::BIGINT FROM packed_points WHERE {within} GROUP BY series HAVING count(*) FILTER (count < {Whole}) > 1 ORDER BY series"))
        {
            while (reader.Read())
            {
                var series = reader.Column(0).Values<uint>();
                var points = reader.Column(1).Values<long>();
                for (var row = 0; row < reader.Rows; row++)
                {
                    waiting.Enqueue((series[row], points[row]));
                }
            }
        }

        while (waiting.Count > 0 && goOn())
        {
            var some = new List<uint>();
            for (var points = 0L; waiting.TryPeek(out var next) && (some.Count == 0 || points + next.Points <= PointsAtOnce); points += next.Points)
            {
                some.Add(waiting.Dequeue().Series);
            }

            Merge(some, within);
        }
    }

    private void Merge(List<uint> series, string within)
    {
        while (series.Count > 0)
        {
            var condition = $"series IN ({string.Join(',', series)}) AND {within}";
            try
            {
                Exchange(connection => Together(connection, condition), $"DELETE FROM packed_points WHERE {condition}");
                return;
            }
            catch (DamagedPointsException damage) when (series.Remove(damage.Series))
            {
                // It stays in parts; the others are put together without it.
                if (store.Series.Stored().SelectMany(static entry => entry.Coarser.Prepend(entry)).FirstOrDefault(entry => entry.Id == damage.Series) is { } entry)
                {
                    store.Noted(damage, entry);
                }
            }
        }
    }

    private static (List<PackedBlock>, long) Together(DuckDbConnection connection, string condition)
    {
        var found = new Dictionary<uint, PointRuns>();
        var rows = PackedPointTable.Read(connection, condition, found, CancellationToken.None);
        var blocks = new List<PackedBlock>();
        foreach (var (series, runs) in found.OrderBy(static pair => pair.Key))
        {
            PackedPointTable.Pack(series, runs.InOrder(), blocks);
        }

        return (blocks, rows);
    }
}
