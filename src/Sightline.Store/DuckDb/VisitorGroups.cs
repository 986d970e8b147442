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

/// <summary>A batch's events by visitor, as <see cref="SessionBuilder"/> takes them.</summary>
internal sealed class VisitorGroups
{
    private readonly SessionEvent[] _events;

    public VisitorGroups(IReadOnlyList<PendingEvent> pending)
    {
        var groups = new Dictionary<(uint Project, ulong Visitor), VisitorGroup>();
        var owner = new VisitorGroup[pending.Count];
        for (var i = 0; i < pending.Count; i++)
        {
            var e = pending[i].Event;
            if (!groups.TryGetValue((e.Project, e.Visitor), out var group))
            {
                groups.Add((e.Project, e.Visitor), group = new VisitorGroup(e.Project, e.Visitor));
                Groups.Add(group);
            }

            group.Count++;
            group.Persistent |= e.Persistent;
            group.FromMs = Math.Min(group.FromMs, e.TimeMs);
            group.ToMs = Math.Max(group.ToMs, e.TimeMs);
            owner[i] = group;
        }

        var start = 0;
        foreach (var group in Groups)
        {
            (group.Start, start) = (start, start + group.Count);
            group.Count = 0;
        }

        _events = new SessionEvent[pending.Count];
        for (var i = 0; i < pending.Count; i++)
        {
            var (p, e, group) = (pending[i], pending[i].Event, owner[i]);
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

    /// <summary>In the order of each visitor's first event in the batch.</summary>
    public List<VisitorGroup> Groups { get; } = [];

    public Span<SessionEvent> EventsOf(VisitorGroup group) => _events.AsSpan(group.Start, group.Count);

    /// <summary>Tells each event the id of its visit.</summary>
    public void Assign(List<PendingEvent> pending)
    {
        foreach (ref readonly var e in _events.AsSpan())
        {
            pending[e.Index].SessionId = e.Session!.Id;
        }
    }
}
