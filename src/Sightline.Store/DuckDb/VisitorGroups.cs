using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>One visitor's events of a batch: a run of <see cref="VisitorGroups"/>'s array.</summary>
internal sealed class VisitorGroup(uint project, ulong visitor)
{
    public uint Project => project;

    public ulong Visitor => visitor;

    public bool Persistent { get; set; }

    public long FromMs { get; set; } = long.MaxValue;

    public long ToMs { get; set; } = long.MinValue;

    /// <summary>The visitor may have visits long ago, and when the first was is not known.</summary>
    public bool WantsFirst { get; set; }

    /// <summary>Set by <see cref="VisitCache"/>.</summary>
    public KnownVisits? Known { get; set; }

    public int Start { get; set; }

    public int Count { get; set; }
}

/// <summary>A batch's events by visitor, as <see cref="SessionBuilder"/> takes them. Used for one batch after the other.</summary>
internal sealed class VisitorGroups
{
    private readonly Dictionary<(uint Project, ulong Visitor), VisitorGroup> _groups = [];
    private SessionEvent[] _events = [];
    private VisitorGroup[] _owners = [];
    private int _count;

    /// <summary>In the order of each visitor's first event in the batch.</summary>
    public List<VisitorGroup> Groups { get; private set; } = [];

    public void Take(ReadOnlySpan<PendingEvent> pending)
    {
        Clear();
        _count = pending.Length;
        if (_events.Length < _count)
        {
            _events = new SessionEvent[_count];
            _owners = new VisitorGroup[_count];
        }

        for (var i = 0; i < _count; i++)
        {
            var e = pending[i].Event;
            if (!_groups.TryGetValue((e.Project, e.Visitor), out var group))
            {
                _groups.Add((e.Project, e.Visitor), group = new VisitorGroup(e.Project, e.Visitor));
                Groups.Add(group);
            }

            group.Count++;
            group.Persistent |= e.Persistent;
            group.FromMs = Math.Min(group.FromMs, e.TimeMs);
            group.ToMs = Math.Max(group.ToMs, e.TimeMs);
            _owners[i] = group;
        }

        var start = 0;
        foreach (var group in Groups)
        {
            (group.Start, start) = (start, start + group.Count);
            group.Count = 0;
        }

        for (var i = 0; i < _count; i++)
        {
            var (p, e, group) = (pending[i], pending[i].Event, _owners[i]);
            _events[group.Start + group.Count++] = new SessionEvent
            {
                TimeMs = e.TimeMs,
                Tie = e.Tie,
                Kind = e.Kind,
                NewVisit = e.NewVisit,
                EngagedMs = e.EngagedMs,
                Page = p.Path.Id,
                PageTie = (uint)p.Path.Hash,
                Person = e.Person,
                Persistent = e.Persistent,
                Context = e.Visit,
                Index = i,
            };
        }
    }

    public Span<SessionEvent> EventsOf(VisitorGroup group) => _events.AsSpan(group.Start, group.Count);

    /// <summary>Tells each event the id of its visit.</summary>
    public void Assign(Span<PendingEvent> pending)
    {
        foreach (ref readonly var e in _events.AsSpan(0, _count))
        {
            pending[e.Index].SessionId = e.Session!.Id;
        }
    }

    /// <summary>Lets go of the batch; room of a usual batch is kept.</summary>
    public void Clear()
    {
        const int usual = 65_536;
        Groups = [];
        if (_events.Length > usual)
        {
            (_events, _owners) = ([], []);
            _groups.Clear();
            _groups.TrimExcess();
        }

        _events.AsSpan(0, Math.Min(_count, _events.Length)).Clear();
        _owners.AsSpan(0, Math.Min(_count, _owners.Length)).Clear();
        _groups.Clear();
        _count = 0;
    }
}
