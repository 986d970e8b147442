namespace Sightline.Core.Model;

/// <summary>
/// Keeps visits what they are by definition, whatever order events come in: sort a visitor's events by time; 30 minutes of silence,
/// or an event whose sender asks for it, begins a new visit. An asked-for visit begins at its millisecond: other events of that
/// millisecond belong to it, and a second request within the same millisecond begins nothing.
/// <para>
/// That makes a visit a span of time that no other visit of the visitor touches, so stored visits near the new events are all that is
/// needed, but for one case: a visit asked for in the middle of a stored one cuts it, and the halves are counted from its events.
/// </para>
/// </summary>
/// <param name="nextId">Gives a project's next session id.</param>
/// <param name="storedEvents">Reads back the events stored under the given ids from a time to a time, both inclusive.</param>
public sealed class SessionBuilder(Func<uint, uint> nextId, Func<uint, IReadOnlyList<uint>, long, long, IReadOnlyList<SessionEvent>> storedEvents)
{
    /// <summary>Silence that ends a visit: 30 minutes.</summary>
    public const long GapMs = 1_800_000;

    private readonly List<Session> _visits = [];
    private readonly List<Session> _gone = [];

    /// <summary>Puts a visitor's new events into visits.</summary>
    /// <param name="project">The project.</param>
    /// <param name="visitor">The visitor.</param>
    /// <param name="stored">
    /// The visitor's stored visits that lie within <see cref="GapMs"/> of the new events, and all that are not <see cref="Session.Returning"/>,
    /// unless <paramref name="firstVisitMs"/> says when the first was and no new event is older. More do no harm; each once.
    /// </param>
    /// <param name="firstVisitMs">Start of the visitor's first shown visit, when known.</param>
    /// <param name="events">New events, put into order; <see cref="SessionEvent.Session"/> is set.</param>
    /// <param name="changes">Takes what must change.</param>
    /// <returns>Start of the visitor's first shown visit, or <see langword="null"/> when none is known.</returns>
    public long? Apply(uint project, ulong visitor, IReadOnlyList<Session> stored, long? firstVisitMs, Span<SessionEvent> events, SessionChanges changes)
    {
        _visits.Clear();
        _gone.Clear();
        _visits.AddRange(stored);
        _visits.Sort(static (left, right) => left.StartMs.CompareTo(right.StartMs));
        foreach (var visit in _visits)
        {
            if (visit.StoredAs.Count == 0)
            {
                visit.StoredAs.Add(visit.Id);
            }

            if (visit.StartMs == firstVisitMs)
            {
                // Loaded, so it may change: then its start is not to be believed.
                firstVisitMs = null;
            }
        }

        events.Sort(static (left, right) => SessionEvent.Compare(left, right));
        for (var i = 0; i < events.Length; i++)
        {
            Insert(project, visitor, events, i, changes);
        }

        foreach (ref var e in events)
        {
            e.Session = _visits[LastStartingBy(e.TimeMs)];
        }

        return Finish(project, firstVisitMs, changes);
    }

    private void Insert(uint project, ulong visitor, Span<SessionEvent> events, int index, SessionChanges changes)
    {
        ref readonly var e = ref events[index];
        var at = LastStartingBy(e.TimeMs);
        var before = at >= 0 ? _visits[at] : null;
        if (before is not null && e.IsForced && e.TimeMs > before.StartMs && e.TimeMs <= before.EndMs)
        {
            Split(at, events, index, changes);
            return;
        }

        // A request to begin anew at the very start of a visit changes only how that visit began.
        if (before is not null && (e.IsForced ? e.TimeMs == before.StartMs : e.TimeMs - before.EndMs < GapMs))
        {
            before.Add(e);
        }
        else
        {
            at++;
            var visit = new Session { Project = project, Visitor = visitor };
            visit.Add(e);
            _visits.Insert(at, visit);
        }

        if (at + 1 < _visits.Count && !_visits[at + 1].Forced && _visits[at + 1].StartMs - _visits[at].EndMs < GapMs)
        {
            Merge(at);
        }
    }

    /// <summary>Joins the visit and the next. A stored id survives, so that as few stored events as possible are read through a move.</summary>
    private void Merge(int at)
    {
        var (earlier, later) = (_visits[at], _visits[at + 1]);
        var whole = earlier;
        whole.Append(later);
        var keepLater = later.Stored && (!earlier.Stored || later.Id < earlier.Id);
        var (keep, drop) = keepLater ? (later, earlier) : (earlier, later);
        keep.Replace(drop, whole);
        _visits[at] = keep;
        _visits.RemoveAt(at + 1);
        _gone.Add(drop);
    }

    private void Split(int at, Span<SessionEvent> events, int index, SessionChanges changes)
    {
        ref readonly var e = ref events[index];
        var (first, time) = (_visits[at], e.TimeMs);
        var second = first.EmptyPart();
        var (start, end) = (first.StartMs, first.EndMs);
        changes.Splits.Add(new SessionSplit([.. first.StoredAs], first, time, end, second));
        var back = storedEvents(first.Project, first.StoredAs, start, end);

        second.Add(e);
        first.ClearCounts();
        if (first.First.Ms >= time)
        {
            (first.First, first.NewContext, first.ContextIds) = (default, null, null);
        }

        first.EndMs = start;
        foreach (ref readonly var earlier in events[..index])
        {
            // Whatever of this batch lies in the visit came before: events are in order of time.
            if (earlier.TimeMs >= start)
            {
                AddCounted(first, earlier);
            }
        }

        foreach (var old in back)
        {
            AddCounted(old.TimeMs < time ? first : second, old);
        }

        _visits.Insert(at + 1, second);
    }

    /// <summary>Counts an event without asking whose context it is: a cut never changes the first event of the earlier part.</summary>
    private static void AddCounted(Session visit, SessionEvent e)
    {
        e.Context = null;
        visit.Add(e);
    }

    private long? Finish(uint project, long? firstVisitMs, SessionChanges changes)
    {
        foreach (var visit in _visits)
        {
            if (visit.Visible && (firstVisitMs is null || visit.StartMs < firstVisitMs))
            {
                firstVisitMs = visit.StartMs;
            }
        }

        foreach (var visit in _visits)
        {
            var returning = visit.StartMs > firstVisitMs;
            if (visit.Returning != returning)
            {
                visit.Returning = returning;
                visit.Changed = visit.HeadChanged = true;
            }

            if (!visit.Stored)
            {
                visit.Id = nextId(project);
                changes.Created.Add(visit);
            }
            else if (visit.Changed)
            {
                changes.Updated.Add(visit);
            }
        }

        foreach (var gone in _gone)
        {
            if (gone.Stored)
            {
                changes.Moved.Add((gone, gone.Surviving));
            }
        }

        return firstVisitMs;
    }

    /// <summary>Index of the last visit that starts at that time or before; -1: none.</summary>
    private int LastStartingBy(long timeMs)
    {
        var (low, high) = (0, _visits.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_visits[middle].StartMs <= timeMs)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
