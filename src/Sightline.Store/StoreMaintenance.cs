using System.Globalization;
using Sightline.Store.DuckDb;
using Sightline.Store.DuckDb.Months;
using Sightline.Store.DuckDb.Upkeep;
using Sightline.Store.Series;

namespace Sightline.Store;

/// <summary>
/// What is done to the store besides writing batches: checkpoints, settling of past months, retention, erasure. One at a time but for
/// checkpoints; each step holds the writer back only for its own transaction. Get it from <see cref="EventStore.Maintenance"/>.
/// </summary>
public sealed class StoreMaintenance
{
    private const long CheckpointSpareBytes = 2 << 20;
    private const long BytesWorthACheckpoint = 1 << 20;

    private readonly EventStore _store;
    private readonly Lock _oneAtATime = new();
    private readonly PointAging _aging;

    private long _erasures;

    internal StoreMaintenance(EventStore store) => (_store, _aging) = (store, new PointAging(store));

    /// <summary>The last checkpoint was put off because the disk has no room for it.</summary>
    public bool LacksRoom { get; private set; }

    /// <summary>
    /// Whether a checkpoint is worth what it writes now. It writes whole blocks of each table that changed, however little did, about half a megabyte at least; so few changes wait, and a
    /// restart replays them in no time. What was erased is not left in the log.
    /// </summary>
    public bool WantsCheckpoint => _store.Dirty && (_store.Erasures != _erasures || StorageQueries.Files(_store).LogBytes >= BytesWorthACheckpoint);

    /// <summary>
    /// Moves what was committed from the write-ahead log into the database file, if there is something. Called when it is worth it,
    /// it keeps the log small: a restart replays it, and a commit that finds it too large would checkpoint by itself.
    /// </summary>
    /// <returns><see langword="false"/>: not now, for readers still need what a checkpoint would replace, or the disk is too full for one; try again later.</returns>
    public bool Checkpoint()
    {
        _store.Months.LetGo();
        lock (_store.WriteLock)
        {
            if (!_store.Dirty)
            {
                return true;
            }

            LacksRoom = !HasRoomForCheckpoint();
            if (LacksRoom)
            {
                return false;
            }

            _store.CheckpointBegins?.Invoke();
            try
            {
                _store.WriterConnection.Execute("CHECKPOINT");
            }
            catch (DuckDbException failure) when (failure.Message.StartsWith("TransactionContext", StringComparison.Ordinal))
            {
                return false;
            }

            _store.Checkpointed();
            _erasures = _store.Erasures;
            return true;
        }
    }

    /// <summary>A checkpoint that runs out of disk half way invalidates the engine, and the server must close and open it; without one the rows are as safe in the engine's log.</summary>
    private bool HasRoomForCheckpoint() =>
        new DriveInfo(_store.Directory).AvailableFreeSpace >= StorageQueries.Files(_store).LogBytes + CheckpointSpareBytes;

    /// <summary>
    /// Moves the events of a past month into a file of its own, or what came late for one that has a file: the month that has most to
    /// move, when there is one. The writer goes on meanwhile; it waits only while rows are taken out of its table.
    /// </summary>
    /// <param name="goOn">Asked about every second; after <see langword="false"/> nothing has changed.</param>
    /// <returns><see langword="null"/>: nothing was settled.</returns>
    public SettledMonth? Settle(Func<bool> goOn)
    {
        lock (_oneAtATime)
        {
            return new Settling(_store).RunOnce(goOn);
        }
    }

    /// <summary>Removes a project's events older than a time, visits that ended before it, and keys, samples and texts no longer used.</summary>
    /// <returns>Events removed.</returns>
    public long DeleteBefore(uint project, long timeMs, CancellationToken cancel = default) =>
        Retain(new Dictionary<uint, long> { [project] = timeMs }, cancel).GetValueOrDefault(project);

    /// <summary>
    /// Removes of each project what is older than a time: events, visits that ended before it, and keys, samples and texts no longer used.
    /// A settled month's file that lies wholly before goes; one the time lies in is written anew, so do not move the time more often than daily.
    /// </summary>
    /// <returns>Events removed, by project.</returns>
    public IReadOnlyDictionary<uint, long> Retain(IReadOnlyDictionary<uint, long> keepFromMs, CancellationToken cancel = default)
    {
        lock (_oneAtATime)
        {
            return new Retention(_store).Run(keepFromMs, cancel);
        }
    }

    /// <summary>
    /// Forgets keys of events older than a time that were made for sending them again (<see cref="Sightline.Core.Model.Event.IsRetryKey"/>).
    /// Other keys stay as long as events.
    /// </summary>
    /// <returns>Keys forgotten.</returns>
    public long ForgetRetryKeys(long timeMs)
    {
        lock (_store.WriteLock)
        {
            return _store.WriterConnection.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM retry_keys WHERE time_ms < {timeMs}"));
        }
    }

    /// <summary>About how many points of a time there are, in how many of these series and archives; of a block that lies across an end all points count.</summary>
    /// <param name="series">Series and their archives.</param>
    /// <param name="from">Unix seconds.</param>
    /// <param name="until">Unix seconds, itself not included.</param>
    public (long Points, long Series) CountPoints(IReadOnlyList<SeriesEntry> series, long from, long until)
    {
        var (points, found) = (0L, 0L);
        if (from >= until)
        {
            return (0, 0);
        }

        foreach (var some in series.Select(static entry => entry.Id).Where(static id => id > 0).Chunk(2_000))
        {
            var of = PointReader.OfSeries(some);
            var (counted, among) = _store.Read(connection =>
            {
                using var reader = connection.Query(string.Create(CultureInfo.InvariantCulture,
                    $"""
                    SELECT coalesce(sum(n), 0)::BIGINT, count(DISTINCT series) FROM (
                        SELECT series, 1 AS n FROM points WHERE {of} AND time >= {from} AND time < {until}
                        UNION ALL SELECT series, count FROM packed_points WHERE {of} AND last >= {from} AND first < {until}
                        UNION ALL SELECT series, 1 FROM rollups WHERE {of} AND time >= {from} AND time < {until})
                    """));
                reader.Read();
                return (reader.Column(0).Values<long>()[0], reader.Column(1).Values<long>()[0]);
            });
            (points, found) = (points + counted, found + among);
        }

        return (points, found);
    }

    /// <summary>
    /// Makes points older than their archive reaches into values of the next coarser archive, and removes them; those of series that nothing is said of stay. Called every
    /// hour or so; the writer waits for parts of a second.
    /// </summary>
    /// <param name="now">Unix seconds.</param>
    /// <param name="goOn">Asked again and again; after <see langword="false"/> the rest stays for the next time.</param>
    /// <returns>Points removed.</returns>
    public long AgePoints(long now, Func<bool> goOn)
    {
        lock (_oneAtATime)
        {
            return _aging.Run(now, goOn);
        }
    }

    /// <summary>Packs points older than a time, and puts the parts of days that are over together. Called every hour or so; the writer waits for parts of a second.</summary>
    /// <param name="before">Unix seconds.</param>
    /// <param name="goOn">Asked again and again; after <see langword="false"/> the rest stays for the next time.</param>
    /// <returns>Points packed that were not before.</returns>
    public long PackPoints(long before, Func<bool> goOn)
    {
        lock (_oneAtATime)
        {
            return new PointPacking(_store).Run(before, goOn);
        }
    }

    /// <summary>Removes all that is stored of a visitor. Idempotency keys stay: they name no one.</summary>
    /// <param name="project">The project.</param>
    /// <param name="visitor">The visitor's hash.</param>
    /// <param name="mentions">Texts that name the visitor: samples of dropped data that contain one are removed, too.</param>
    public ErasedData EraseVisitor(uint project, ulong visitor, params IReadOnlyList<string> mentions) => Erase(project, VisitsOf.Visitor(visitor), mentions);

    /// <summary>Removes all that is stored of a person, under whatever visitor ids the person is known.</summary>
    /// <inheritdoc cref="EraseVisitor" path="/param"/>
    /// <param name="person">The person's hash.</param>
    public ErasedData ErasePerson(uint project, ulong person, params IReadOnlyList<string> mentions) => Erase(project, VisitsOf.Person(project, person), mentions);

    /// <summary>Removes everything of a project.</summary>
    /// <returns>Events removed.</returns>
    public long RemoveProject(uint project)
    {
        lock (_oneAtATime)
        {
            return new Erasure(_store).RunProject(project);
        }
    }

    private ErasedData Erase(uint project, VisitsOf whose, IReadOnlyList<string> mentions)
    {
        lock (_oneAtATime)
        {
            return new Erasure(_store).Run(project, whose.Sessions, whose.Identities, mentions);
        }
    }
}
