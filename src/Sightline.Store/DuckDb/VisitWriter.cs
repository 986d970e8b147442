using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Puts a batch's events into visits and stores what became of the visits. What a transaction did counts only after <see cref="Commit"/>.</summary>
internal sealed class VisitWriter : IDisposable
{
    private const int RememberedVisitors = 200_000;

    private readonly TextDictionary _texts;
    private readonly EventTable _events;
    private readonly Action<string> _partEnded;
    private readonly SessionTable _sessions;
    private readonly VisitCache _known;
    private readonly SessionBuilder _builder;
    private readonly VisitorGroups _visitors = new();
    private readonly RecentMap<(uint Project, ulong Visitor), long> _firstVisits = new(RememberedVisitors);
    private readonly List<((uint Project, ulong Visitor) Key, long FirstMs)> _newFirstVisits = [];
    private IReadOnlyList<VisitorGroup> _written = [];
    private Dictionary<uint, uint> _lastSessions = [];

    public VisitWriter(DuckDbConnection connection, TextDictionary texts, EventTable events, Action<string> partEnded)
    {
        _texts = texts;
        _events = events;
        _partEnded = partEnded;
        _sessions = new SessionTable(connection);
        _known = new VisitCache(connection, _sessions);
        _builder = new SessionBuilder(NextSession, events.Read);
    }

    /// <summary>Visitors whose visits were looked up since start.</summary>
    public long Lookups => _known.Lookups;

    /// <summary>Reads again what is remembered of the store.</summary>
    public void Reload()
    {
        _known.Forget();
        _firstVisits.Clear();
        _lastSessions = _sessions.LastIds();
    }

    /// <summary>Before each batch.</summary>
    public void Begin()
    {
        _newFirstVisits.Clear();
        _written = [];
    }

    /// <summary>Finds or makes the visit of each event and sets <see cref="PendingEvent.SessionId"/>.</summary>
    public SessionChanges Build(Span<PendingEvent> pending)
    {
        _visitors.Take(pending);
        foreach (var group in _visitors.Groups)
        {
            group.WantsFirst = group.Persistent && FirstVisit(group) is null;
        }

        _known.Find(_visitors.Groups);
        _partEnded("visits loaded");
        var changes = new SessionChanges();
        foreach (var group in _visitors.Groups)
        {
            Build(group, changes);
        }

        _written = _visitors.Groups;
        _visitors.Assign(pending);
        _visitors.Clear();
        _partEnded("visits built");
        return changes;
    }

    /// <summary>Stores the visits; events of visits that were cut in two get the new ids.</summary>
    public void Save(SessionChanges changes)
    {
        foreach (var split in changes.Splits)
        {
            _events.Reassign(split.Source.Project, [.. split.Ids, split.Source.Surviving.Id], split.FromMs, split.ToMs, split.Target.Surviving.Id);
        }

        TakeContexts(changes);
        _partEnded("contexts");
        _sessions.Save(changes);
        _partEnded("visits saved");
    }

    public void Commit()
    {
        _known.Commit(_written);
        foreach (var (key, first) in _newFirstVisits)
        {
            _firstVisits.Set(key, first);
        }
    }

    public void Dispose() => _sessions.Dispose();

    private void Build(VisitorGroup group, SessionChanges changes)
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
}
