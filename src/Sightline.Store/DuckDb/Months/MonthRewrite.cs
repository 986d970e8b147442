using System.Globalization;

namespace Sightline.Store.DuckDb.Months;

/// <summary>
/// A month's next file, written and attached, that the store does not name yet. Until it is disposed a snapshot keeps the rows of
/// <c>events</c> in their places, for <see cref="Border"/> to mean the same.
/// </summary>
internal sealed class MonthRewrite : IDisposable
{
    private readonly EventStore _store;
    private readonly DuckDbConnection _pin;
    private readonly long _lastCut;
    private readonly long _border = -1;
    private long _mainRows;

    /// <summary>Fixes what the file is to hold.</summary>
    /// <param name="store">The store; its maintenance lock is held until this is disposed.</param>
    /// <param name="month">The month.</param>
    /// <param name="takesMain">Settles: the month's rows in <c>events</c> move into the file.</param>
    public MonthRewrite(EventStore store, Month month, bool takesMain)
    {
        _store = store;
        File = store.Months.Next(month);
        _pin = store.Connect();
        lock (store.WriteLock)
        {
            // From here on the writer notes visits it cuts in this month, file or not.
            store.Rewriting.Add(month);
            try
            {
                _pin.Execute("BEGIN TRANSACTION");
                _lastCut = _pin.ScalarLong(string.Create(CultureInfo.InvariantCulture, $"SELECT max(number) FROM session_cuts WHERE month = {month.Key}")) ?? 0;
                if (takesMain)
                {
                    _border = _pin.ScalarLong("SELECT max(rowid) FROM main.events") ?? -1;
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }
    }

    public MonthFile File { get; private set; }

    /// <summary>Writes the file: what the old one holds as it is read now, and the month's rows of <c>events</c> when it takes them.</summary>
    /// <param name="keep">A condition on events; <see langword="null"/>: all.</param>
    /// <param name="goOn">Asked between pieces of about a second's work.</param>
    /// <returns>Whether it was allowed to finish.</returns>
    public bool Write(string? keep, Func<bool> goOn)
    {
        try
        {
            if (TryWrite(keep, goOn))
            {
                return true;
            }
        }
        catch
        {
            _store.Months.Delete(File);
            throw;
        }

        _store.Months.Delete(File);
        return false;
    }

    private bool TryWrite(string? keep, Func<bool> goOn)
    {
        var old = _store.Months.Current.FirstOrDefault(file => file.Month == File.Month);
        var source = Source(old) + (keep is null ? "" : $" WHERE {keep}");
        var path = _store.Months.PathOf(File);
        var rows = 0L;
        using (var writer = _store.Connect())
        {
            try
            {
                writer.Execute($"ATTACH {MonthFiles.Quoted(path)} AS {File.Alias} (STORAGE_VERSION 'latest')");
                writer.Execute(writer.ScalarText("SELECT sql FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'main' AND table_name = 'events'")!
                    .Replace("CREATE TABLE events(", $"CREATE TABLE {File.Table}(", StringComparison.Ordinal));
                foreach (var (condition, expected) in MonthSlices.Of(writer, $"(SELECT * FROM {source})", _store.Options.SliceEvents))
                {
                    _store.RewriteStep?.Invoke("slice");
                    if (!goOn())
                    {
                        return false;
                    }

                    rows += Expect(expected, writer.Execute($"INSERT INTO {File.Table} SELECT * FROM (SELECT * FROM {source}) WHERE {condition} ORDER BY project, time_ms, session"));
                }

                writer.Execute($"CHECKPOINT {File.Alias}");
                _store.RewriteStep?.Invoke("checkpoint");
            }
            finally
            {
                writer.Execute($"DETACH DATABASE IF EXISTS {File.Alias}");
            }
        }

        _store.RewriteStep?.Invoke("detached");
        File = File with { Rows = rows };
        _mainRows = rows - (old?.Rows ?? 0);
        if (rows == 0)
        {
            _store.Months.Delete(File);
            return true;
        }

        DiskSync.File(path);
        DiskSync.Directory(_store.Months.Directory);
        _store.Months.Attach(File);
        _store.RewriteStep?.Invoke("attached");
        return true;
    }

    /// <summary>In a transaction of the writer's connection: names the file and takes its rows out of <c>events</c>.</summary>
    public void Apply(DuckDbConnection connection, long nowMs)
    {
        if (_border >= 0)
        {
            Expect(_mainRows, connection.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM events WHERE {File.Month.Condition} AND rowid <= {_border}")));
        }

        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM session_cuts WHERE month = {File.Month.Key} AND number <= {_lastCut}"));
        SettledMonths.Name(connection, File, nowMs);
        _store.RewriteStep?.Invoke("named");
    }

    public void Dispose()
    {
        lock (_store.WriteLock)
        {
            _store.Rewriting.Remove(File.Month);
        }

        _pin.Dispose();
    }

    private string Source(MonthFile? old)
    {
        var stored = old is null ? null : $"SELECT * FROM {SessionCuts.Through(old, SessionCuts.Read(_pin, 0))}";
        var fresh = _border < 0 ? null : string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM main.events WHERE {File.Month.Condition} AND rowid <= {_border}");
        return $"({string.Join(" UNION ALL ", new[] { stored, fresh }.OfType<string>())})";
    }

    private static long Expect(long expected, long rows) => rows == expected
        ? rows
        : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Writing a month's file moved {rows} rows where there were {expected}; nothing was changed."));
}
