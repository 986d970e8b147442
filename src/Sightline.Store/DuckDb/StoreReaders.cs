using System.Collections.Concurrent;
using Sightline.Store.DuckDb.Months;

namespace Sightline.Store.DuckDb;

/// <summary>Connections lent to whoever reads, each with a moment of its own, beside the one that writes.</summary>
internal sealed class StoreReaders(DuckDbDatabase database, MonthFiles months) : IDisposable
{
    private const int KeptIdle = 8;

    private readonly ConcurrentBag<DuckDbConnection> _idle = [];
    private volatile bool _disposed;

    /// <inheritdoc cref="EventStore.OpenSnapshot"/>
    public StoreSnapshot OpenSnapshot(uint project, long fromMs, long toMs)
    {
        while (true)
        {
            var connection = Rent();
            try
            {
                connection.Execute("BEGIN TRANSACTION");
                // The engine fixes the moment at the transaction's first access, not at BEGIN. The files that count are part of the moment.
                var files = SettledMonths.Read(connection).Select(month => month.File).Where(file => file.Month.Overlaps(fromMs, toMs)).ToList();
                var cuts = SessionCuts.Read(connection, project);
                if (months.TryHold(files))
                {
                    return new StoreSnapshot(connection, ["main.events", .. files.Select(file => SessionCuts.Through(file, cuts))], () => EndSnapshot(connection, files));
                }

                // Between the two the store named a newer file: look again.
                Return(connection);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
    }

    /// <summary>Asks what lies in the main file alone, all of it as of one moment.</summary>
    public T Read<T>(Func<DuckDbConnection, T> query)
    {
        var connection = Rent();
        try
        {
            connection.Execute("BEGIN TRANSACTION");
            return query(connection);
        }
        finally
        {
            Return(connection);
        }
    }

    /// <summary>Closes those nobody has; the others go as they come back.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private DuckDbConnection Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(EventStore));
        return _idle.TryTake(out var connection) ? connection : database.Connect();
    }

    private void EndSnapshot(DuckDbConnection connection, IReadOnlyList<MonthFile> files)
    {
        try
        {
            Return(connection);
        }
        finally
        {
            months.Release(files);
        }
    }

    private void Return(DuckDbConnection connection)
    {
        try
        {
            connection.RollbackIfOpen();
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        if (_disposed || _idle.Count >= KeptIdle)
        {
            connection.Dispose();
        }
        else
        {
            _idle.Add(connection);
        }
    }
}
