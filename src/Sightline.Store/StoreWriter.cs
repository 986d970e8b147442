using Sightline.Core.Model;
using Sightline.Store.DuckDb;

namespace Sightline.Store;

/// <summary>
/// The only one who stores events. A batch is one transaction: rows, counts and the log position become durable together, or not at
/// all, so a batch that comes again after a crash is recognised by its position. For one thread at a time.
/// </summary>
public sealed class StoreWriter : IDisposable
{
    private const int RememberedVisitors = 200_000;

    private readonly EventStore _store;
    private readonly DuckDbConnection _connection;
    private readonly TextDictionary _texts;
    private readonly SessionTable _sessions;
    private readonly VisitCache _visits;
    private readonly EventTable _events;
    private readonly DedupTable _dedup;
    private readonly IdentityTable _identities;
    private readonly CountTables _counts;
    private readonly SessionBuilder _builder;
    private readonly VisitorGroups _visitors = new();
    private readonly RecentMap<(uint Project, ulong Visitor), long> _firstVisits = new(RememberedVisitors);
    private readonly List<((uint Project, ulong Visitor) Key, long FirstMs)> _newFirstVisits = [];
    private Dictionary<uint, uint> _lastSessions = [];
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
        _sessions = new SessionTable(_connection);
        _visits = new VisitCache(_connection, _sessions);
        _events = new EventTable(store);
        _dedup = new DedupTable(_connection);
        _identities = new IdentityTable(_connection);
        _counts = new CountTables(_connection);
        _builder = new SessionBuilder(NextSession, _events.Read);
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
            var written = new Written();
            _connection.InTransaction(() => Store(batch, written));
            PartEnded?.Invoke("commit");
            _texts.Commit();
            _identities.Commit();
            _visits.Commit(written.Visitors);
            foreach (var (key, first) in _newFirstVisits)
            {
                _firstVisits.Set(key, first);
            }

            _position = batch.UpTo;
            _stale = false;
            _store.Committed(written.Days, written.Projects);
            PartEnded?.Invoke("remember");
            return written.Events;
        }
    }

    public void Dispose()
    {
        _texts.Dispose();
        _sessions.Dispose();
        _events.Dispose();
        _dedup.Dispose();
        _identities.Dispose();
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
        _visits.Forget();
        _firstVisits.Clear();
        _lastSessions = _sessions.LastIds();
        _position = new LogPosition(_connection.ScalarLong("SELECT position FROM log_position")
            ?? throw new StoreFormatException("The store has no log position: its file is damaged. Restore it from a backup."));
        _knownErasures = _store.Erasures;
        _stale = false;
    }

    private void Store(StoreBatch batch, Written written)
    {
        _newFirstVisits.Clear();
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

        _counts.Save();
        written.Projects.UnionWith(_identities.Save(events));
        ImportTable.Save(_connection, batch.Imports, _store.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        _connection.Execute($"UPDATE log_position SET position = {batch.UpTo}");
        written.Events = events.Count;
        PartEnded?.Invoke("counts");
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

    private void StoreEvents(IReadOnlyList<Event> events, Written written)
    {
        var pending = new PendingEvent[events.Count];
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
            written.AddDay(e.Project, DayGenerations.UtcDay(e.TimeMs));
        }

        PartEnded?.Invoke("texts wanted");
        _texts.Resolve();
        PartEnded?.Invoke("texts found");
        var changes = Sessionise(pending, written);
        foreach (var session in changes.Created.Concat(changes.Updated).Concat(changes.Moved.Select(m => m.Old)))
        {
            for (var day = DayGenerations.UtcDay(session.StartMs); day <= DayGenerations.UtcDay(session.EndMs); day++)
            {
                written.AddDay(session.Project, day);
            }
        }

        foreach (var split in changes.Splits)
        {
            _events.Reassign(split.Source.Project, [.. split.Ids, split.Source.Surviving.Id], split.FromMs, split.ToMs, split.Target.Surviving.Id);
        }

        PartEnded?.Invoke("changed days");
        TakeContexts(changes);
        PartEnded?.Invoke("contexts");
        _sessions.Save(changes);
        PartEnded?.Invoke("visits saved");
        _events.Append(pending);
        PartEnded?.Invoke("events appended");
    }

    private SessionChanges Sessionise(PendingEvent[] pending, Written written)
    {
        _visitors.Take(pending);
        foreach (var group in _visitors.Groups)
        {
            group.WantsFirst = group.Persistent && FirstVisit(group) is null;
        }

        _visits.Find(_visitors.Groups);
        PartEnded?.Invoke("visits loaded");
        var changes = new SessionChanges();
        foreach (var group in _visitors.Groups)
        {
            var (created, moved) = (changes.Created.Count, changes.Moved.Count);
            var visits = group.Known!.Visits;
            var first = _builder.Apply(group.Project, group.Visitor, visits, FirstVisit(group), _visitors.EventsOf(group), changes);
            for (; moved < changes.Moved.Count; moved++)
            {
                visits.Remove(changes.Moved[moved].Old);
            }

            for (; created < changes.Created.Count; created++)
            {
                visits.Add(changes.Created[created]);
            }

            if (group.Persistent && first is { } firstMs)
            {
                _newFirstVisits.Add(((group.Project, group.Visitor), firstMs));
            }
        }

        written.Visitors = _visitors.Groups;
        _visitors.Assign(pending);
        _visitors.Clear();
        PartEnded?.Invoke("visits built");
        return changes;
    }

    /// <summary>When the visitor's first visit began, if that is known to lie before the group's events.</summary>
    private long? FirstVisit(VisitorGroup group) =>
        _firstVisits.TryGet((group.Project, group.Visitor), out var first) && first < group.FromMs ? first : null;

    private void TakeContexts(SessionChanges changes)
    {
        var contexts = new List<(Session Session, TextEntry[] Texts)>();
        // Events of a request share their context object; so do, after enrichment, many visits.
        var seen = new Dictionary<VisitContext, TextEntry[]>(ReferenceEqualityComparer.Instance);
        foreach (var session in changes.Created.Concat(changes.Updated))
        {
            if (session.NewContext is { } context)
            {
                if (!seen.TryGetValue(context, out var entries))
                {
                    seen.Add(context, entries = SessionContextTexts.Want(_texts, session.Project, context));
                }

                contexts.Add((session, entries));
            }
        }

        _texts.Resolve();
        foreach (var (session, entries) in contexts)
        {
            session.ContextIds = Array.ConvertAll(entries, static entry => entry.Id);
        }
    }

    private uint NextSession(uint project) => _lastSessions[project] = checked(_lastSessions.GetValueOrDefault(project) + 1);

    private sealed class Written
    {
        private (uint Project, int UtcDay)? _last;

        public HashSet<(uint Project, int UtcDay)> Days { get; } = [];

        public HashSet<uint> Projects { get; } = [];

        public IReadOnlyList<VisitorGroup> Visitors { get; set; } = [];

        public int Events { get; set; }

        public void AddDay(uint project, int utcDay)
        {
            if (_last != (project, utcDay))
            {
                Days.Add((project, utcDay));
                _last = (project, utcDay);
            }
        }
    }
}
