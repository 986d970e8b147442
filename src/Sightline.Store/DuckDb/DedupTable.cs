using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>
/// Idempotency keys seen: the second event with a key is a duplicate. Keys that a sender chose (an order's number) are kept as long as
/// events; keys that only tell one sending from another (<see cref="Event.IsRetryKey"/>) in a table of their own, for a day
/// (<see cref="StoreMaintenance.ForgetRetryKeys"/>): every event of a tracker has one.
/// </summary>
internal sealed class DedupTable : IDisposable
{
    /// <summary>An event sent again has the time it had, but for what the network and clocks do to it: older keys need not be looked at.</summary>
    public const long RetryTimeSlackMs = 15 * 60_000;

    private const string Lasting = "dedup_keys";
    private const string Retries = "retry_keys";

    private readonly DuckDbConnection _connection;
    private readonly BatchTable _wanted;
    private readonly DuckDbRows _rows = new(DuckDbType.UInteger, DuckDbType.UBigInt, DuckDbType.BigInt);
    private readonly KeyFilter _retryFilter = new();

    public DedupTable(DuckDbConnection connection)
    {
        _connection = connection;
        _wanted = new BatchTable(connection, "wanted_keys", "project UINTEGER NOT NULL, key UBIGINT NOT NULL", DuckDbType.UInteger, DuckDbType.UBigInt);
        FillFilter();
    }

    /// <summary>Splits the events into those to store and duplicates, and remembers the keys of the former.</summary>
    public (IReadOnlyList<Event> New, IReadOnlyList<Event> Duplicates) Take(IReadOnlyList<Event> events)
    {
        if (!events.Any(e => e.DedupKey != 0))
        {
            return (events, []);
        }

        var seen = new HashSet<(uint Project, ulong Key)>();
        Find(events.Where(static e => e.DedupKey != 0 && !e.IsRetryKey), Lasting, "", seen);
        FindRetries(events, seen);

        var fresh = new List<Event>(events.Count);
        var duplicates = new List<Event>();
        foreach (var e in events)
        {
            (e.DedupKey == 0 || seen.Add((e.Project, e.DedupKey)) ? fresh : duplicates).Add(e);
        }

        Remember(fresh.Where(static e => e.DedupKey != 0 && !e.IsRetryKey), Lasting);
        Remember(fresh.Where(static e => e.DedupKey != 0 && e.IsRetryKey), Retries);
        return (fresh, duplicates);
    }

    public void Dispose()
    {
        _wanted.Dispose();
        _rows.Dispose();
    }

    private void FindRetries(IReadOnlyList<Event> events, HashSet<(uint Project, ulong Key)> seen)
    {
        if (_retryFilter.IsFull)
        {
            FillFilter();
        }

        var (first, last) = (long.MaxValue, long.MinValue);
        var maybeSeen = new List<Event>();
        foreach (var e in events)
        {
            if (e.DedupKey == 0 || !e.IsRetryKey)
            {
                continue;
            }

            if (_retryFilter.MayContain(e.DedupKey))
            {
                maybeSeen.Add(e);
                first = Math.Min(first, e.TimeMs);
                last = Math.Max(last, e.TimeMs);
            }
            else
            {
                // If this batch fails, the key only looks known afterwards.
                _retryFilter.Add(e.DedupKey);
            }
        }

        Find(maybeSeen, Retries, string.Create(CultureInfo.InvariantCulture, $"WHERE d.time_ms BETWEEN {first - RetryTimeSlackMs} AND {last + RetryTimeSlackMs}"), seen);
    }

    private void Find(IEnumerable<Event> events, string table, string where, HashSet<(uint Project, ulong Key)> seen)
    {
        if (!events.Any())
        {
            return;
        }

        using (var appender = _wanted.Begin())
        {
            foreach (var e in events)
            {
                var row = appender.Next();
                _wanted.Rows.Set(0, row, e.Project);
                _wanted.Rows.Set(1, row, e.DedupKey);
            }

            appender.Finish();
        }

        using var reader = _connection.Query(
            $"SELECT d.project, d.key FROM {table} d SEMI JOIN temp.wanted_keys w ON d.project = w.project AND d.key = w.key {where}");
        while (reader.Read())
        {
            var projects = reader.Column(0).Values<uint>();
            var keys = reader.Column(1).Values<ulong>();
            for (var row = 0; row < reader.Rows; row++)
            {
                seen.Add((projects[row], keys[row]));
            }
        }
    }

    private void Remember(IEnumerable<Event> events, string table)
    {
        if (!events.Any())
        {
            return;
        }

        using var appender = new TableAppender(_connection, _rows, table);
        foreach (var e in events)
        {
            var row = appender.Next();
            _rows.Set(0, row, e.Project);
            _rows.Set(1, row, e.DedupKey);
            _rows.Set(2, row, e.TimeMs);
        }

        appender.Finish();
    }

    private void FillFilter()
    {
        _retryFilter.Reset(_connection.ScalarLong($"SELECT count(*) FROM {Retries}") ?? 0);
        using var reader = _connection.Query($"SELECT key FROM {Retries}");
        while (reader.Read())
        {
            foreach (var key in reader.Column(0).Values<ulong>())
            {
                _retryFilter.Add(key);
            }
        }
    }
}
