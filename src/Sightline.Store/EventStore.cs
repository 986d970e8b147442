using System.Collections.Concurrent;
using Sightline.Core.Model;
using Sightline.Store.DuckDb;

namespace Sightline.Store;

/// <summary>
/// The store of events and visits in <c>DATA/store</c>: one database, one writer, as many readers as there are queries. Opening it
/// brings its schema up to date.
/// </summary>
public sealed class EventStore : IDisposable
{
    private const int IdleReaders = 8;

    private readonly DuckDbDatabase _database;
    private readonly ConcurrentBag<DuckDbConnection> _idle = [];
    private volatile bool _disposed;

    private EventStore(DuckDbDatabase database, string directory, TimeProvider clock)
    {
        _database = database;
        Directory = directory;
        Clock = clock;
        WriterConnection = database.Connect();
    }

    /// <summary><c>DATA/store</c>.</summary>
    public string Directory { get; }

    /// <summary>What changed since start, by day: bumped after each commit.</summary>
    public DayGenerations Generations { get; } = new();

    internal TimeProvider Clock { get; }

    /// <summary>The one connection that writes; hold <see cref="WriteLock"/> while using it.</summary>
    internal DuckDbConnection WriterConnection { get; }

    internal Lock WriteLock { get; } = new();

    /// <summary>How often rows were erased since start: what the writer remembers is older when this has grown.</summary>
    internal long Erasures { get; private set; }

    /// <summary>Something was committed since the last checkpoint.</summary>
    internal bool Dirty { get; private set; } = true;

    /// <summary>Opens the store of a data directory, making what is missing.</summary>
    /// <exception cref="StoreFormatException">A newer version wrote it, or it is inconsistent.</exception>
    /// <exception cref="DuckDbException">The engine cannot open it.</exception>
    public static EventStore Open(string dataDirectory, EventStoreOptions options, TimeProvider clock)
    {
        var directory = Path.Combine(dataDirectory, "store");
        System.IO.Directory.CreateDirectory(directory);
        var database = DuckDbDatabase.Open(Path.Combine(directory, "main.duckdb"),
            new DuckDbOptions { Threads = options.Threads, MemoryLimit = options.MemoryLimit });
        try
        {
            var store = new EventStore(database, directory, clock);
            SchemaMigrations.Apply(store.WriterConnection, SchemaMigrations.Embedded, clock.GetUtcNow().ToUnixTimeMilliseconds());
            if (store.WriterConnection.ScalarLong("SELECT count(*) FROM log_position") != 1)
            {
                throw new StoreFormatException($"{directory}/main.duckdb holds no single log position: the file is damaged. Restore it from a backup.");
            }

            return store;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A consistent view for a query over a project's events from a time (inclusive) to a time (exclusive).</summary>
    /// <param name="project">The project.</param>
    /// <param name="fromMs">Unix milliseconds UTC.</param>
    /// <param name="toMs">Unix milliseconds UTC.</param>
    public StoreSnapshot OpenSnapshot(uint project, long fromMs, long toMs)
    {
        var connection = Rent();
        try
        {
            connection.Execute("BEGIN TRANSACTION");
            // The engine fixes the moment at the transaction's first access, not at BEGIN.
            connection.ScalarLong("SELECT position FROM log_position");
            return new StoreSnapshot(connection, ["main.events"], EndSnapshot);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Files imported into a project, oldest import first.</summary>
    public IReadOnlyList<ImportProgress> ImportProgress(uint project) => Read(connection => ImportTable.Read(connection, project));

    /// <summary>What a protocol brought a project since ever.</summary>
    public ReceivedTotals Totals(uint project, ReceivedBy by) => Read(connection => TotalsTable.Read(connection, project, by));

    /// <summary>Everything of the log before this is stored, as readers see it.</summary>
    public LogPosition StoredPosition() => new(Read(static connection => connection.ScalarLong("SELECT position FROM log_position")) ?? 0);

    /// <summary>What a project received, by UTC day and protocol, from a day to a day inclusive.</summary>
    public IReadOnlyList<ReceivedDay> Received(uint project, DateOnly from, DateOnly to) => Read(connection => CountQueries.Received(connection, project, from, to));

    /// <summary>What a project lost and why, by UTC day of receipt and protocol, from a day to a day inclusive.</summary>
    public IReadOnlyList<DropDay> Drops(uint project, DateOnly from, DateOnly to) => Read(connection => CountQueries.Drops(connection, project, from, to));

    /// <summary>Time of a project's latest event, Unix milliseconds UTC; <see langword="null"/>: it has none.</summary>
    public long? NewestEventMs(uint project) => Read(connection => connection.ScalarLong($"SELECT max(time_ms) FROM events WHERE project = {project}"));

    public StoreSizes Sizes() => Read(connection => new StoreSizes(
        SizeOf("main.duckdb"),
        SizeOf("main.duckdb.wal"),
        connection.ScalarLong("SELECT count(*) FROM events") ?? 0,
        connection.ScalarLong("SELECT count(*) FROM sessions") ?? 0,
        connection.ScalarLong("SELECT count(*) FROM strings") ?? 0));

    /// <summary>Checks what must always hold, reading everything.</summary>
    /// <returns>What is wrong, in words; empty: nothing.</returns>
    public IReadOnlyList<string> CheckIntegrity() => Read(StoreChecks.Run);

    /// <summary>Checkpoints, retention, erasure.</summary>
    public StoreMaintenance Maintenance => field ??= new StoreMaintenance(this);

    /// <summary>The one writer of this store. Make one only.</summary>
    public StoreWriter CreateWriter() => new(this);

    /// <summary>Tells everybody that days (or whole projects) changed. Called after the commit, with the write lock held.</summary>
    internal void Committed(IEnumerable<(uint Project, int UtcDay)> days, IEnumerable<uint> projects)
    {
        Dirty = true;
        foreach (var (project, day) in days)
        {
            Generations.Bump(project, day);
        }

        foreach (var project in projects)
        {
            Generations.BumpAll(project);
        }
    }

    /// <summary>Rows of a project were removed. Called after the commit, with the write lock held.</summary>
    internal void Erased(uint project)
    {
        Erasures++;
        Committed([], [project]);
    }

    internal void Checkpointed() => Dirty = false;

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        WriterConnection.Dispose();
        _database.Dispose();
    }

    private long SizeOf(string file)
    {
        var info = new FileInfo(Path.Combine(Directory, file));
        return info.Exists ? info.Length : 0;
    }

    private T Read<T>(Func<DuckDbConnection, T> query)
    {
        using var snapshot = OpenSnapshot(0, 0, 0);
        return query(snapshot.Connection);
    }

    private DuckDbConnection Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _idle.TryTake(out var connection) ? connection : _database.Connect();
    }

    private void EndSnapshot(DuckDbConnection connection)
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

        if (_disposed || _idle.Count >= IdleReaders)
        {
            connection.Dispose();
        }
        else
        {
            _idle.Add(connection);
        }
    }
}
