using Sightline.Core.Model;
using Sightline.Store.Series;

namespace Sightline.Store.DuckDb;

/// <summary>Stores points, and the series that are new with them, in the writer's transaction. What it numbered counts only after <see cref="Commit"/>.</summary>
internal sealed class PointTable(DuckDbConnection connection, SeriesIndex index) : IDisposable
{
    private readonly DuckDbRows _seriesRows = new(DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.Varchar, DuckDbType.UInteger);
    private readonly DuckDbRows _pointRows = new(DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.Double);
    private readonly DuckDbRows _keepingRows = new(DuckDbType.UInteger, DuckDbType.Varchar, DuckDbType.UBigInt);
    private readonly List<SeriesEntry> _numbered = [];
    private readonly List<(SeriesEntry Series, SeriesKeeping Keeping, ulong Source)> _kept = [];

    /// <summary>Takes the last id from the store again; what was numbered and not committed loses its number.</summary>
    public void Reload()
    {
        foreach (var entry in _numbered)
        {
            entry.Id = 0;
        }

        _numbered.Clear();
        _kept.Clear();
        index.LastId = connection.ScalarLong("SELECT max(id) FROM series") ?? 0;
    }

    public void Save(PointRows rows, IReadOnlyList<(SeriesEntry Series, SeriesKeeping Keeping, ulong Source)> keepings)
    {
        Keep(keepings);
        if (rows.Count == 0)
        {
            return;
        }

        Append(rows);
    }

    /// <summary>Packs points, which must be in order of series and time; of a second of which there are packed ones, these count.</summary>
    public void SavePacked(PointRows rows)
    {
        Number(rows.Series);
        var blocks = new List<PackedBlock>();
        var series = rows.Series;
        var points = rows.Points;
        for (var (from, until) = (0, 0); from < rows.Count; from = until)
        {
            while (until < rows.Count && series[until] == series[from])
            {
                until++;
            }

            PackedPointTable.Pack(series[from].Id, points[from..until], blocks);
        }

        PackedPointTable.Append(connection, blocks);
    }

    public void Commit()
    {
        foreach (var (series, keeping, source) in _kept)
        {
            (series.Keeping, series.Source) = (keeping, source);
        }

        _kept.Clear();
        index.Publish(_numbered);
        _numbered.Clear();
    }

    public void Dispose()
    {
        _seriesRows.Dispose();
        _pointRows.Dispose();
        _keepingRows.Dispose();
    }

    /// <summary>Everything stored, for the index at start.</summary>
    public static List<SeriesEntry> Read(DuckDbConnection connection)
    {
        var entries = new List<SeriesEntry>();
        using var reader = connection.Query("SELECT id, project, name, step FROM series WHERE project <> 0");
        while (reader.Read())
        {
            var ids = reader.Column(0).Values<uint>();
            var projects = reader.Column(1).Values<uint>();
            var names = reader.Column(2).Strings();
            var steps = reader.Column(3).Values<uint>();
            for (var row = 0; row < reader.Rows; row++)
            {
                entries.Add(new SeriesEntry(projects[row], names[row].Bytes.ToArray(), steps[row]) { Id = ids[row] });
            }
        }

        ReadKeepings(connection, entries);
        return entries;
    }

    private static void ReadKeepings(DuckDbConnection connection, List<SeriesEntry> entries)
    {
        using var reader = connection.Query("SELECT series, keeping, source FROM series_keeping");
        Dictionary<uint, SeriesEntry>? byId = null;
        // A million series are mostly kept in a few ways.
        var known = new Dictionary<string, SeriesKeeping>(StringComparer.Ordinal);
        while (reader.Read())
        {
            byId ??= entries.ToDictionary(static entry => entry.Id);
            var ids = reader.Column(0).Values<uint>();
            var texts = reader.Column(1).Strings();
            var sources = reader.Column(2).Values<ulong>();
            for (var row = 0; row < reader.Rows; row++)
            {
                var text = texts[row].ToString();
                if (!known.TryGetValue(text, out var keeping))
                {
                    known.Add(text, keeping = SeriesKeeping.Parse(text));
                }

                if (byId.TryGetValue(ids[row], out var entry))
                {
                    (entry.Keeping, entry.Source) = (keeping, sources[row]);
                }
            }
        }
    }

    private void Keep(IReadOnlyList<(SeriesEntry Series, SeriesKeeping Keeping, ulong Source)> keepings)
    {
        if (keepings.Count == 0)
        {
            return;
        }

        // Of a series that comes twice the last counts.
        var last = keepings.GroupBy(static keeping => keeping.Series).Select(static same => same.Last()).ToList();
        Number([.. last.Select(static keeping => keeping.Series)]);
        connection.Execute($"DELETE FROM series_keeping WHERE series IN ({string.Join(',', last.Select(static keeping => keeping.Series.Id))})");
        using var appender = new TableAppender(connection, _keepingRows, "series_keeping");
        foreach (var (series, keeping, source) in last)
        {
            var row = appender.Next();
            _keepingRows.Set(0, row, series.Id);
            _keepingRows.SetBytes(1, row, System.Text.Encoding.UTF8.GetBytes(keeping.ToString()));
            _keepingRows.Set(2, row, source);
        }

        appender.Finish();
        _kept.AddRange(last);
    }

    private void Append(PointRows rows)
    {
        Number(rows.Series);
        using var appender = new TableAppender(connection, _pointRows, "points");
        var series = rows.Series;
        var points = rows.Points;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = appender.Next();
            _pointRows.Set(0, row, series[i].Id);
            _pointRows.Set(1, row, points[i].Time);
            _pointRows.Set(2, row, points[i].Value);
        }

        appender.Finish();
    }

    /// <summary>Stores those that are not stored yet, so that they have their numbers.</summary>
    public void NumberAll(IReadOnlyList<SeriesEntry> series) => Number([.. series]);

    private void Number(ReadOnlySpan<SeriesEntry> series)
    {
        TableAppender? appender = null;
        foreach (var each in series)
        {
            // Of a series that has points only in a coarser archive, the series itself is stored too: it is what is found.
            foreach (var entry in new ReadOnlySpan<SeriesEntry?>([each.Of, each]))
            {
                if (entry is { Id: 0 })
                {
                    NumberOne(entry, ref appender);
                }
            }
        }

        appender?.Finish();
        appender?.Dispose();
    }

    private void NumberOne(SeriesEntry entry, ref TableAppender? appender)
    {
        if (index.LastId >= uint.MaxValue)
        {
            throw new StoreFormatException("The dictionary of series is full.");
        }

        appender ??= new TableAppender(connection, _seriesRows, "series");
        entry.Id = (uint)++index.LastId;
        _numbered.Add(entry);
        var row = appender.Next();
        _seriesRows.Set(0, row, entry.Id);
        _seriesRows.Set(1, row, entry.Project);
        _seriesRows.SetBytes(2, row, entry.Utf8Name);
        _seriesRows.Set(3, row, entry.Step);
    }
}
