using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Idempotency keys seen: the second event with a key is a duplicate.</summary>
internal sealed class DedupTable : IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly BatchTable _wanted;
    private readonly DuckDbRows _rows = new(DuckDbType.UInteger, DuckDbType.UBigInt, DuckDbType.BigInt);

    public DedupTable(DuckDbConnection connection)
    {
        _connection = connection;
        _wanted = new BatchTable(connection, "wanted_keys", "project UINTEGER NOT NULL, key UBIGINT NOT NULL", DuckDbType.UInteger, DuckDbType.UBigInt);
    }

    /// <summary>Splits the events into those to store and duplicates, and remembers the keys of the former.</summary>
    public (IReadOnlyList<Event> New, IReadOnlyList<Event> Duplicates) Take(IReadOnlyList<Event> events)
    {
        if (!events.Any(e => e.DedupKey != 0))
        {
            return (events, []);
        }

        var seen = Stored(events);
        var fresh = new List<Event>(events.Count);
        var duplicates = new List<Event>();
        using var appender = new TableAppender(_connection, _rows, "dedup_keys");
        foreach (var e in events)
        {
            if (e.DedupKey == 0)
            {
                fresh.Add(e);
            }
            else if (seen.Add((e.Project, e.DedupKey)))
            {
                fresh.Add(e);
                var row = appender.Next();
                _rows.Set(0, row, e.Project);
                _rows.Set(1, row, e.DedupKey);
                _rows.Set(2, row, e.TimeMs);
            }
            else
            {
                duplicates.Add(e);
            }
        }

        appender.Finish();
        return (fresh, duplicates);
    }

    public void Dispose()
    {
        _wanted.Dispose();
        _rows.Dispose();
    }

    private HashSet<(uint Project, ulong Key)> Stored(IReadOnlyList<Event> events)
    {
        using (var appender = _wanted.Begin())
        {
            foreach (var e in events)
            {
                if (e.DedupKey != 0)
                {
                    var row = appender.Next();
                    _wanted.Rows.Set(0, row, e.Project);
                    _wanted.Rows.Set(1, row, e.DedupKey);
                }
            }

            appender.Finish();
        }

        var seen = new HashSet<(uint Project, ulong Key)>();
        using var reader = _connection.Query("SELECT d.project, d.key FROM dedup_keys d SEMI JOIN temp.wanted_keys w ON d.project = w.project AND d.key = w.key");
        while (reader.Read())
        {
            var projects = reader.Column(0).Values<uint>();
            var keys = reader.Column(1).Values<ulong>();
            for (var row = 0; row < reader.Rows; row++)
            {
                seen.Add((projects[row], keys[row]));
            }
        }

        return seen;
    }
}
