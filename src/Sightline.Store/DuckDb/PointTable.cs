using Sightline.Core.Model;
using Sightline.Store.Series;

namespace Sightline.Store.DuckDb;

/// <summary>Stores points, and the series that are new with them, in the writer's transaction. What it numbered counts only after <see cref="Commit"/>.</summary>
internal sealed class PointTable(DuckDbConnection connection, SeriesIndex index) : IDisposable
{
    private readonly DuckDbRows _seriesRows = new(DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.Varchar, DuckDbType.UInteger);
    private readonly DuckDbRows _pointRows = new(DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.Double);
    private readonly List<SeriesEntry> _numbered = [];
    private long _lastId;

    /// <summary>Takes the last id from the store again; what was numbered and not committed loses its number.</summary>
    public void Reload()
    {
        foreach (var entry in _numbered)
        {
            entry.Id = 0;
        }

        _numbered.Clear();
        _lastId = connection.ScalarLong("SELECT max(id) FROM series") ?? 0;
    }

    public void Save(PointRows rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

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

    public void Commit()
    {
        index.Publish(_numbered);
        _numbered.Clear();
    }

    public void Dispose()
    {
        _seriesRows.Dispose();
        _pointRows.Dispose();
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

        return entries;
    }

    private void Number(ReadOnlySpan<SeriesEntry> series)
    {
        TableAppender? appender = null;
        foreach (var entry in series)
        {
            if (entry.Id != 0)
            {
                continue;
            }

            if (_lastId >= uint.MaxValue)
            {
                throw new StoreFormatException("The dictionary of series is full.");
            }

            appender ??= new TableAppender(connection, _seriesRows, "series");
            entry.Id = (uint)++_lastId;
            _numbered.Add(entry);
            var row = appender.Next();
            _seriesRows.Set(0, row, entry.Id);
            _seriesRows.Set(1, row, entry.Project);
            _seriesRows.SetBytes(2, row, entry.Utf8Name);
            _seriesRows.Set(3, row, entry.Step);
        }

        appender?.Finish();
        appender?.Dispose();
    }
}
