using Sightline.Core.Model;
using Sightline.Store.DuckDb;
using Sightline.Store.Series;

namespace Sightline.Store;

/// <summary>
/// The only one who stores events. A batch is one transaction: rows, counts and the log position become durable together, or not at
/// all, so a batch that comes again after a crash is recognised by its position. For one thread at a time.
/// </summary>
public sealed class StoreWriter : IDisposable
{
    private const int UsualEvents = 65_536;

    private readonly EventStore _store;
    private readonly DuckDbConnection _connection;
    private readonly TextDictionary _texts;
    private readonly EventTable _events;
    private readonly VisitWriter _visits;
    private readonly DedupTable _dedup;
    private readonly IdentityTable _identities;
    private readonly CountTables _counts;
    private readonly PointTable _points;
    private PendingEvent[] _pending = [];
    private bool _stale = true;
    private long _knownErasures;
    private LogPosition _position;

    /// <summary>Visitors whose visits were looked up since start.</summary>
    internal long VisitLookups => _visits.Lookups;

    /// <summary>Told the name of each part of a write as it ends, for the benchmark.</summary>
    internal Action<string>? PartEnded { get; set; }

    internal StoreWriter(EventStore store)
    {
        _store = store;
        _connection = store.WriterConnection;
        _texts = new TextDictionary(_connection);
        _events = new EventTable(store);
        _visits = new VisitWriter(_connection, _texts, _events, part => PartEnded?.Invoke(part));
        _dedup = new DedupTable(_connection);
        _identities = new IdentityTable(_connection);
        _counts = new CountTables(_connection);
        _points = new PointTable(_connection, store.Series);
        lock (store.WriteLock)
        {
            Refresh();
        }
    }

    /// <summary>Everything of the log before this is stored: where reading resumes.</summary>
    public LogPosition Position
    {
        get
        {
            lock (_store.WriteLock)
            {
                Refresh();
                return _position;
            }
        }
    }

    /// <summary>Where points find their series.</summary>
    public SeriesIndex Series => _store.Series;

    /// <summary>Stores a batch, or nothing of it. A batch that ends no later than <see cref="Position"/> is stored already and ignored.</summary>
    /// <returns>Events stored; duplicates are not among them.</returns>
    /// <exception cref="DuckDbException">Nothing was stored, as far as is known; the batch may be given again.</exception>
    public int Write(StoreBatch batch)
    {
        lock (_store.WriteLock)
        {
            Refresh();
            if (batch.UpTo <= _position)
            {
                return 0;
            }

            // Until the commit is known to have happened, nothing remembered is to be trusted.
            _stale = true;
            var written = new WrittenDays();
            var stored = 0;
            _connection.InTransaction(() => stored = Store(batch, written));
            PartEnded?.Invoke("commit");
            _texts.Commit();
            _identities.Commit();
            _visits.Commit();
            _points.Commit();

            _position = batch.UpTo;
            _stale = false;
            _store.Committed(written.Days, written.Projects);
            PartEnded?.Invoke("remember");
            return stored;
        }
    }

    public void Dispose()
    {
        _texts.Dispose();
        _visits.Dispose();
        _events.Dispose();
        _dedup.Dispose();
        _identities.Dispose();
        _points.Dispose();
    }

    /// <summary>Reads again what is remembered of the store, when a write failed or rows were erased since.</summary>
    private void Refresh()
    {
        if (!_stale && _knownErasures == _store.Erasures)
        {
            return;
        }

        _texts.Reload();
        _identities.Forget();
        _visits.Reload();
        _points.Reload();
        _position = new LogPosition(_connection.ScalarLong("SELECT position FROM log_position")
            ?? throw new StoreFormatException("The store has no log position: its file is damaged. Restore it from a backup."));
        _knownErasures = _store.Erasures;
        _stale = false;
    }

    private int Store(StoreBatch batch, WrittenDays written)
    {
        _visits.Begin();
        _counts.Begin();
        foreach (var received in batch.Received)
        {
            _counts.AddReceived(received.Project, received.ReceivedMs, received.ReceivedBy, received.Count, 0);
        }

        foreach (var drop in batch.Drops)
        {
            _counts.AddDrop(drop);
        }

        var (events, duplicates) = _dedup.Take(batch.Events);
        var receivedAt = new ReceiptTimes(batch);
        foreach (var e in duplicates)
        {
            _counts.AddDrop(new Drop(e.Project, receivedAt.Of(e), e.ReceivedBy, DropReason.Duplicate, 1, $"{e.Name} {e.Host}{e.Path}"));
        }

        CountStored(events, receivedAt);

        PartEnded?.Invoke("keys");
        if (events.Count > 0)
        {
            StoreEvents(events, written);
        }

        _points.Save(batch.Points, batch.Keepings);
        foreach (var points in batch.StoredPoints)
        {
            _counts.AddReceived(points.Project, points.ReceivedMs, points.ReceivedBy, 0, points.Count);
        }

        _counts.Save();
        written.Projects.UnionWith(_identities.Save(events));
        ImportTable.Save(_connection, batch.Imports, _store.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        _connection.Execute($"UPDATE log_position SET position = {batch.UpTo}");
        PartEnded?.Invoke("counts");
        return events.Count;
    }

    private void CountStored(IReadOnlyList<Event> events, ReceiptTimes receivedAt)
    {
        // Events of one day and protocol come in runs.
        for (int first = 0, next; first < events.Count; first = next)
        {
            var (project, by, received) = (events[first].Project, events[first].ReceivedBy, receivedAt.Of(events[first]));
            var day = DayGenerations.UtcDay(received);
            for (next = first + 1; next < events.Count; next++)
            {
                var e = events[next];
                if (e.Project != project || e.ReceivedBy != by || DayGenerations.UtcDay(receivedAt.Of(e)) != day)
                {
                    break;
                }
            }

            _counts.AddReceived(project, received, by, 0, (ulong)(next - first));
        }
    }

    private void StoreEvents(IReadOnlyList<Event> events, WrittenDays written)
    {
        if (_pending.Length < events.Count)
        {
            _pending = new PendingEvent[Math.Max(events.Count, 1024)];
        }

        var pending = _pending.AsSpan(0, events.Count);
        for (var i = 0; i < pending.Length; i++)
        {
            var e = events[i];
            var path = _texts.Want(e.Project, StringKind.Path, e.Path);
            pending[i] = new PendingEvent
            {
                Event = e,
                Name = _texts.Want(e.Project, StringKind.EventName, e.Name),
                Host = _texts.Want(e.Project, StringKind.Host, e.Host),
                Path = path,
                Title = _texts.WantTitle(e.Project, path, e.Title),
                Currency = _texts.Want(e.Project, StringKind.Currency, e.Currency),
            };
            written.Add(e.Project, DayGenerations.UtcDay(e.TimeMs));
        }

        PartEnded?.Invoke("texts wanted");
        _texts.Resolve();
        PartEnded?.Invoke("texts found");
        var changes = _visits.Build(pending);
        written.Add(changes);
        PartEnded?.Invoke("changed days");
        _visits.Save(changes);
        _events.Append(pending);
        // Kept for the next batch, but for one out of the ordinary; what it held is let go.
        pending.Clear();
        _pending = _pending.Length > UsualEvents ? [] : _pending;
        PartEnded?.Invoke("events appended");
    }
}
