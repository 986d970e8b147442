using System.Globalization;
using Sightline.Core.Model;
using Sightline.Store.Series;

namespace Sightline.Store.DuckDb;

/// <summary>What the finer points of coarser values were.</summary>
internal static class RollupTable
{
    /// <param name="connection">The writer's.</param>
    /// <param name="rows">Of archives that have their numbers.</param>
    public static void Save(DuckDbConnection connection, IReadOnlyList<(SeriesEntry Archive, KeptSummary Kept)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        using var chunk = new DuckDbRows(DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.Double, DuckDbType.UInteger,
            DuckDbType.Double, DuckDbType.Double, DuckDbType.Double, DuckDbType.Double, DuckDbType.Double, DuckDbType.Blob);
        using var appender = new TableAppender(connection, chunk, "rollups");
        foreach (var (archive, kept) in rows)
        {
            var row = appender.Next();
            var summary = kept.Summary;
            chunk.Set(0, row, archive.Id);
            chunk.Set(1, row, kept.Time);
            chunk.Set(2, row, kept.Value);
            chunk.Set(3, row, (uint)Math.Min(uint.MaxValue, summary.Count));
            chunk.Set(4, row, summary.Least);
            chunk.Set(5, row, summary.Most);
            chunk.Set(6, row, summary.Total);
            chunk.Set(7, row, summary.First);
            chunk.Set(8, row, summary.Last);
            chunk.SetBytes(9, row, summary.Sketch.ToBytes());
        }

        appender.Finish();
    }

    /// <summary>Of archives, by their numbers, each in order of time.</summary>
    /// <inheritdoc cref="PointReader.Read(DuckDbConnection, IReadOnlyCollection{uint}, long, long, CancellationToken, long?)" path="/param"/>
    public static IReadOnlyDictionary<uint, List<KeptSummary>> Read(DuckDbConnection connection, IReadOnlyCollection<uint> ids, long from, long until, CancellationToken cancel)
    {
        var found = new Dictionary<uint, List<(KeptSummary Kept, long Row)>>();
        if (ids.Count > 0)
        {
            using var reader = connection.Query(string.Create(CultureInfo.InvariantCulture,
                $"SELECT series, time, value, count, least, most, total, first, last, sketch, rowid FROM rollups WHERE series IN ({string.Join(',', ids)}) AND time BETWEEN {from} AND {until}"), cancel);
            while (reader.Read())
            {
                var series = reader.Column(0).Values<uint>();
                var times = reader.Column(1).Values<uint>();
                var values = reader.Column(2).Values<double>();
                var counts = reader.Column(3).Values<uint>();
                var least = reader.Column(4).Values<double>();
                var most = reader.Column(5).Values<double>();
                var total = reader.Column(6).Values<double>();
                var first = reader.Column(7).Values<double>();
                var last = reader.Column(8).Values<double>();
                var sketches = reader.Column(9).Strings();
                var rows = reader.Column(10).Values<long>();
                for (var row = 0; row < reader.Rows; row++)
                {
                    var summary = PointSummary.Of(counts[row], least[row], most[row], total[row], first[row], last[row], ValueSketch.Read(sketches[row].Bytes));
                    if (!found.TryGetValue(series[row], out var kept))
                    {
                        found.Add(series[row], kept = []);
                    }

                    kept.Add((new KeptSummary(times[row], values[row], summary), rows[row]));
                }
            }
        }

        return found.ToDictionary(static pair => pair.Key, static pair => pair.Value.OrderBy(static one => one.Kept.Time).ThenBy(static one => one.Row).Select(static one => one.Kept).ToList());
    }
}
