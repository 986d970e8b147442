using Sightline.Core.Model;

namespace Sightline.Tests.Model;

/// <summary>A store of one visitor's visits in memory, giving the builder no more than the real one would.</summary>
internal sealed class SessionMemory
{
    private readonly Dictionary<uint, Session> _sessions = [];
    private readonly Dictionary<uint, uint> _moves = [];
    private readonly List<(SessionTestEvent Event, uint Session)> _events = [];
    private readonly SessionBuilder _builder;
    private readonly bool _knowsFirst;
    private long? _first;
    private uint _lastId;

    public SessionMemory(bool knowsFirst)
    {
        _knowsFirst = knowsFirst;
        _builder = new SessionBuilder(_ => ++_lastId, ReadBack);
    }

    public int Splits { get; private set; }

    public int Moves => _moves.Count;

    public void Write(IReadOnlyList<SessionTestEvent> batch)
    {
        var (low, high) = (batch.Min(e => e.TimeMs) - SessionBuilder.GapMs, batch.Max(e => e.TimeMs) + SessionBuilder.GapMs);
        var first = _knowsFirst && _first < batch.Min(e => e.TimeMs) ? _first : null;
        var near = _sessions.Values.Where(s => (s.EndMs >= low && s.StartMs <= high) || (first is null && !s.Returning)).Select(Load).ToList();
        var input = batch.Select(ToInput).ToArray();
        var changes = new SessionChanges();
        _first = _builder.Apply(1, 77, near, first, input, changes);
        foreach (var split in changes.Splits)
        {
            Splits++;
            var ids = split.Ids.Append(split.Source.Surviving.Id).ToHashSet();
            for (var i = 0; i < _events.Count; i++)
            {
                var (e, session) = _events[i];
                if (ids.Contains(Resolve(session)) && e.TimeMs >= split.FromMs && e.TimeMs <= split.ToMs)
                {
                    _events[i] = (e, split.Target.Surviving.Id);
                }
            }
        }

        foreach (var (old, into) in changes.Moved)
        {
            Assert.True(_sessions.Remove(old.Id));
            foreach (var (key, value) in _moves.ToList())
            {
                _moves[key] = value == old.Id ? into.Id : value;
            }

            _moves.Add(old.Id, into.Id);
        }

        foreach (var session in changes.Created)
        {
            _sessions.Add(session.Id, session);
        }

        foreach (var session in changes.Updated)
        {
            Assert.True(_sessions.ContainsKey(session.Id));
            _sessions[session.Id] = session;
        }

        foreach (var e in input)
        {
            _events.Add((batch.Single(b => b.Source == e.Context!.Source), e.Session!.Id));
        }
    }

    public List<SessionNaive.Visit> Visits() => [.. _sessions.Values.OrderBy(s => s.StartMs).Select(s => new SessionNaive.Visit(s.StartMs, s.EndMs, s.Forced, s.Returning,
        s.PageViews, s.Interactions, s.Passives, s.EngagedMs, s.EntryPage, s.ExitPage, s.First.IsNone ? "" : SourceOf(s),
        string.Join(',', _events.Where(e => Resolve(e.Session) == s.Id).Select(e => e.Event.Number).Order())))];

    private static string SourceOf(Session session) => session.NewContext?.Source ?? $"source-{session.ContextIds![0]}";

    private static SessionEvent ToInput(SessionTestEvent e) => new()
    {
        TimeMs = e.TimeMs,
        Tie = e.Tie,
        Kind = e.Kind,
        NewVisit = e.NewVisit,
        EngagedMs = e.EngagedMs,
        Page = e.Page,
        PageTie = e.PageTie,
        Context = new VisitContext { Source = e.Source },
    };

    /// <summary>A fresh object, as read from a table.</summary>
    private static Session Load(Session s) => new()
    {
        Project = s.Project,
        Id = s.Id,
        Visitor = s.Visitor,
        Returning = s.Returning,
        StartMs = s.StartMs,
        EndMs = s.EndMs,
        First = s.First,
        Entry = s.Entry,
        Exit = s.Exit,
        Forced = s.Forced,
        PageViews = s.PageViews,
        Interactions = s.Interactions,
        Passives = s.Passives,
        EngagedMs = s.EngagedMs,
        EntryPage = s.EntryPage,
        ExitPage = s.ExitPage,
        ContextIds = s.First.IsNone ? null : [uint.Parse(SourceOf(s).AsSpan(7), null)],
        Stored = true,
    };

    private uint Resolve(uint id) => _moves.GetValueOrDefault(id, id);

    private List<SessionEvent> ReadBack(uint project, IReadOnlyList<uint> ids, long fromMs, long toMs) =>
        [.. _events.Where(e => ids.Contains(Resolve(e.Session)) && e.Event.TimeMs >= fromMs && e.Event.TimeMs <= toMs).Select(e =>
        {
            var back = ToInput(e.Event);
            // What the table of events does not have.
            (back.Context, back.NewVisit, back.Tie) = (null, false, 0);
            return back;
        })];
}
