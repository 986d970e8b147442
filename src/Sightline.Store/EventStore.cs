using Sightline.Core.Model;
using Sightline.Store.DuckDb;
using Sightline.Store.DuckDb.Months;
using Sightline.Store.Series;

namespace Sightline.Store;

/// <summary>
/// The store of events and visits in <c>DATA/store</c>: one database with a file of its own for each settled month, one writer, as many
/// readers as there are queries. Opening it brings its schema up to date.
/// </summary>
public sealed class EventStore : IDisposable
{
    private readonly DuckDbDatabase _database;
    private readonly StoreReaders _readers;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> _damaged = new(StringComparer.Ordinal);
    private bool _disposed;

    private EventStore(DuckDbDatabase database, string directory, EventStoreOptions options, TimeProvider clock)
    {
        _database = database;
        Directory = directory;
        Options = options;
        Clock = clock;
        WriterConnection = database.Connect();
        // The engine would checkpoint as it closes, also on a full disk, and also what it holds in memory after it found that broken.
        WriterConnection.Execute("PRAGMA disable_checkpoint_on_shutdown");
        Months = new MonthFiles(database, directory);
        _readers = new StoreReaders(database, Months);
    }

    /// <summary><c>DATA/store</c>.</summary>
    public string Directory { get; }

    /// <summary>What changed since start, by day: bumped after each commit.</summary>
    public DayGenerations Generations { get; } = new();

    /// <summary>The series of metrics by name.</summary>
    public SeriesIndex Series { get; } = new();

    /// <summary>Version of the engine: <c>v1.4.1</c>.</summary>
    public static string EngineVersion => DuckDbDatabase.Version;

    internal TimeProvider Clock { get; }

    internal EventStoreOptions Options { get; }

    /// <summary>Files of settled months.</summary>
    internal MonthFiles Months { get; }

    /// <summary>Months whose next file is being written; hold <see cref="WriteLock"/>.</summary>
    internal HashSet<Month> Rewriting { get; } = [];

    /// <summary>Told each step of writing a month's file, for tests that fail or copy the directory there.</summary>
    internal Action<string>? RewriteStep { get; set; }

    /// <summary>Told when a checkpoint begins, for tests that take its room away.</summary>
    internal Action? CheckpointBegins { get; set; }

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
        if (!File.Exists(Path.Combine(directory, "main.duckdb")) && MonthFiles.Any(directory))
        {
            throw new StoreFormatException($"{directory} holds files of months but no main.duckdb, which says what they are: restore the whole directory from a backup.");
        }

        var database = DuckDbDatabase.Open(Path.Combine(directory, "main.duckdb"),
            new DuckDbOptions { Threads = options.Threads, MemoryLimit = options.MemoryLimit, StreamingBufferBytes = options.ReadAheadBytes });
        try
        {
            var store = new EventStore(database, directory, options, clock);
            SchemaMigrations.Apply(store.WriterConnection, SchemaMigrations.Embedded, clock.GetUtcNow().ToUnixTimeMilliseconds());
            if (store.WriterConnection.ScalarLong("SELECT count(*) FROM log_position") != 1)
            {
                throw new StoreFormatException($"{directory}/main.duckdb holds no single log position: the file is damaged. Restore it from a backup.");
            }

            store.Months.Open(store.WriterConnection);
            store.Series.Load(PointTable.Read(store.WriterConnection));
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
    public StoreSnapshot OpenSnapshot(uint project, long fromMs, long toMs) => _readers.OpenSnapshot(project, fromMs, toMs);

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
    public long? NewestEventMs(uint project)
    {
        using var snapshot = OpenSnapshot(project, long.MinValue, long.MaxValue);
        return snapshot.EventTables.Max(table => snapshot.Connection.ScalarLong($"SELECT max(time_ms) FROM {table} WHERE project = {project}"));
    }

    /// <summary>Names of the properties of a project's events since a time, commonest first; of many events, of some tens of thousands.</summary>
    public IReadOnlyList<string> PropNames(uint project, long sinceMs, int limit)
    {
        using var snapshot = OpenSnapshot(project, sinceMs, long.MaxValue);
        return EventList.PropNames(snapshot, project, sinceMs, limit);
    }

    /// <summary>The latest events of a project, oldest first.</summary>
    /// <param name="project">The project.</param>
    /// <param name="sinceMs">Only events that happened from this time on, Unix milliseconds UTC.</param>
    /// <param name="limit">At most that many, the newest.</param>
    public IReadOnlyList<StoredEvent> Latest(uint project, long sinceMs, int limit)
    {
        using var snapshot = OpenSnapshot(project, sinceMs, long.MaxValue);
        return EventList.Latest(snapshot, project, sinceMs, limit);
    }

    /// <summary>Writes all that is stored of a visitor as JSON members <c>"visits":[...],"events":[...]</c>, as of one moment. Hand it a local file: while it writes, deleted rows stay on disk.</summary>
    /// <returns>Visits and events written.</returns>
    public (long Visits, long Events) ExportVisitor(uint project, ulong visitor, Stream into, CancellationToken cancel) =>
        OfAll(snapshot => new PersonExport(snapshot, project, VisitsOf.Visitor(visitor)).Write(into, cancel));

    /// <summary>The same of a person, under whatever visitor ids the person is known.</summary>
    /// <inheritdoc cref="ExportVisitor" path="/returns"/>
    public (long Visits, long Events) ExportPerson(uint project, ulong person, Stream into, CancellationToken cancel) =>
        OfAll(snapshot => new PersonExport(snapshot, project, VisitsOf.Person(project, person)).Write(into, cancel));

    /// <summary>Points of series from a second to a second, both inclusive: each series in order of time, the last that came for a second.</summary>
    /// <exception cref="Core.Queries.QueryLimitException">There are more than <paramref name="most"/>; they were not held at once.</exception>
    /// <exception cref="DamagedPointsException">Some of them cannot be read.</exception>
    public IReadOnlyDictionary<SeriesEntry, Point[]> Points(IReadOnlyCollection<SeriesEntry> series, long from, long until, CancellationToken cancel, long most = long.MaxValue)
    {
        var byId = series.Where(entry => entry.Id != 0).DistinctBy(entry => entry.Id).ToDictionary(entry => entry.Id);
        try
        {
            return Read(connection => PointReader.Read(connection, byId.Keys, from, until, cancel, most: most)).ToDictionary(pair => byId[pair.Key], pair => pair.Value);
        }
        catch (DamagedPointsException damage)
        {
            throw Noted(damage, byId[damage.Series]);
        }
    }

    /// <summary>What the points were of which coarser values of series' archives were made, from a second to a second, both inclusive; in order of time.</summary>
    public IReadOnlyDictionary<SeriesEntry, List<KeptSummary>> Summaries(IReadOnlyCollection<SeriesEntry> archives, long from, long until, CancellationToken cancel)
    {
        var byId = archives.Where(entry => entry.Id != 0).DistinctBy(entry => entry.Id).ToDictionary(entry => entry.Id);
        return Read(connection => RollupTable.Read(connection, byId.Keys, from, until, cancel)).ToDictionary(pair => byId[pair.Key], pair => pair.Value);
    }

    /// <summary>Points stored, for tests and the system page.</summary>
    public long CountPoints() => Read(static connection => connection.ScalarLong("SELECT (SELECT count(*) FROM points) + (SELECT coalesce(sum(count), 0)::BIGINT FROM packed_points)")) ?? 0;

    /// <summary>How much is stored.</summary>
    public StoreSizes Sizes() => OfAll(snapshot => new StorageQueries(this, snapshot).Sizes());

    /// <summary>Sizes of the files, without asking the engine.</summary>
    public StoreFiles Files() => StorageQueries.Files(this);

    /// <summary>What takes how much room, by month and by project. Counts rows of every file.</summary>
    public StorageReport Storage() => OfAll(snapshot => new StorageQueries(this, snapshot).Report());

    /// <summary>What <see cref="StoreMaintenance.DeleteBefore"/> of that time would remove.</summary>
    /// <param name="project">The project.</param>
    /// <param name="timeMs">Unix milliseconds UTC.</param>
    public RetentionEstimate FreedBefore(uint project, long timeMs) => OfAll(snapshot => new StorageQueries(this, snapshot).FreedBefore(project, timeMs));

    /// <summary>Checks what must always hold, reading everything.</summary>
    /// <returns>What is wrong, in words; empty: nothing.</returns>
    public IReadOnlyList<string> CheckIntegrity() => OfAll(StoreChecks.Run);

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

    /// <summary>Series of which damaged points were met since start, by name.</summary>
    public IReadOnlyCollection<string> DamagedSeries => [.. _damaged.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Remembers what was met.</summary>
    /// <returns>The same, with the series' name.</returns>
    internal DamagedPointsException Noted(DamagedPointsException damage, SeriesEntry series)
    {
        var name = (series.Of ?? series).Name;
        _damaged[name] = true;
        return new DamagedPointsException(name, damage);
    }

    internal void Checkpointed() => Dirty = false;

    /// <summary>A connection of its own, for the caller to dispose.</summary>
    internal DuckDbConnection Connect() => _database.Connect();

    public void Dispose()
    {
        if (!_disposed)
        {
            CheckpointOnce();
        }

        _disposed = true;
        _readers.Dispose();
        Months.Dispose();
        Series.Dispose();
        WriterConnection.Dispose();
        _database.Dispose();
    }

    /// <summary>The last checkpoint. Without it the rows are as safe in the engine's log, and the next start takes longer.</summary>
    private void CheckpointOnce()
    {
        try
        {
            Maintenance.Checkpoint();
        }
        catch (DuckDbException)
        {
            // A full disk, or an engine that answers nothing any more: whoever wrote last has been told.
        }
    }

    /// <summary>Asks what lies in the main file alone, all of it as of one moment.</summary>
    internal T Read<T>(Func<DuckDbConnection, T> query) => _readers.Read(query);

    private T OfAll<T>(Func<StoreSnapshot, T> query)
    {
        using var snapshot = OpenSnapshot(0, long.MinValue, long.MaxValue);
        return query(snapshot);
    }
}
