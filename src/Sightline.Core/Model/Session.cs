namespace Sightline.Core.Model;

/// <summary>
/// A visit: what is known of it without its events. Changed only by <see cref="SessionBuilder"/>. Times are Unix milliseconds UTC.
/// </summary>
public sealed class Session
{
    private Session? _mergedInto;

    public required uint Project { get; init; }

    /// <summary>Dense within the project; 0 until <see cref="SessionBuilder"/> has numbered a new visit.</summary>
    public uint Id { get; set; }

    public required ulong Visitor { get; init; }

    /// <summary>0: the visitor stands for itself.</summary>
    public ulong Person { get; set; }

    public bool Persistent { get; set; }

    /// <summary>The visitor has an earlier visit that is shown.</summary>
    public bool Returning { get; set; }

    public long StartMs { get; set; }

    public long EndMs { get; set; }

    /// <summary>The first event that is not an engagement report: the context is its.</summary>
    public SessionPoint First { get; set; }

    /// <summary>The first page view.</summary>
    public SessionPoint Entry { get; set; }

    /// <summary>The last page view.</summary>
    public SessionPoint Exit { get; set; }

    /// <summary>Began because the sender asked for a new visit, not after silence.</summary>
    public bool Forced { get; set; }

    public uint PageViews { get; set; }

    public uint Interactions { get; set; }

    public uint Passives { get; set; }

    public ulong EngagedMs { get; set; }

    public uint EntryPage { get; set; }

    public uint ExitPage { get; set; }

    /// <summary>Context taken from a new event; <see langword="null"/>: as stored, in <see cref="ContextIds"/>.</summary>
    public VisitContext? NewContext { get; set; }

    /// <summary>Context as stored: ids of the dictionary, in the order of the store's columns.</summary>
    public uint[]? ContextIds { get; set; }

    /// <summary>It is in the store, under <see cref="Id"/>.</summary>
    public bool Stored { get; set; }

    /// <summary>It differs from what is stored.</summary>
    public bool Changed { get; internal set; }

    /// <summary>More changed than what each further event changes (end, exit, counts).</summary>
    public bool HeadChanged { get; internal set; }

    /// <summary><see cref="StartMs"/> as stored: where to look for the row.</summary>
    public long StoredStartMs { get; set; }

    /// <summary>It has an event that counts: a visit of engagement reports alone is not shown.</summary>
    public bool Visible => PageViews + Interactions + Passives > 0;

    /// <summary>Ids under which the store has events of this visit, between its start and its end.</summary>
    internal List<uint> StoredAs { get; private init; } = [];

    /// <summary>The visit this one became part of, or itself.</summary>
    public Session Surviving => _mergedInto?.Surviving ?? this;

    /// <summary>What it is now has been committed: the object stands for the stored visit, as one that was read from the store.</summary>
    public void MarkStored()
    {
        Stored = true;
        StoredStartMs = StartMs;
        Changed = HeadChanged = false;
        NewContext = null;
        StoredAs.Clear();
    }

    /// <summary>Takes in one event; its time lies within the visit or makes it longer.</summary>
    internal void Add(in SessionEvent e)
    {
        var firstWasForced = Forced && First.Ms == StartMs;
        Changed = true;
        if (StartMs == 0 || e.TimeMs < StartMs)
        {
            StartMs = e.TimeMs;
            firstWasForced = false;
            HeadChanged = true;
        }

        EndMs = Math.Max(EndMs, e.TimeMs);
        EngagedMs += e.EngagedMs;
        if ((e.IsForced && !Forced) || e.Person > Person || (e.Persistent && !Persistent))
        {
            (Forced, Person, Persistent) = (Forced | e.IsForced, Math.Max(Person, e.Person), Persistent | e.Persistent);
            HeadChanged = true;
        }

        if (e.Kind == EventKind.Engagement)
        {
            return;
        }

        Count(e);
        var point = new SessionPoint(e.TimeMs, e.Tie);
        if (e.Context is not null && (First.IsNone || (e.IsForced == firstWasForced ? point < First : e.IsForced)))
        {
            First = point;
            NewContext = e.Context;
            HeadChanged = true;
        }
    }

    /// <summary>Takes in a later visit of the same visitor.</summary>
    internal void Append(Session later)
    {
        Changed = HeadChanged = true;
        EndMs = later.EndMs;
        Person = Math.Max(Person, later.Person);
        Persistent |= later.Persistent;
        PageViews += later.PageViews;
        Interactions += later.Interactions;
        Passives += later.Passives;
        EngagedMs += later.EngagedMs;
        if (First.IsNone)
        {
            TakeContext(later);
        }

        if (Entry.IsNone)
        {
            (Entry, EntryPage) = (later.Entry, later.EntryPage);
        }

        if (!later.Exit.IsNone)
        {
            (Exit, ExitPage) = (later.Exit, later.ExitPage);
        }
    }

    /// <summary>Becomes the whole of which <paramref name="part"/> is a part; this object keeps its id.</summary>
    internal void Replace(Session part, Session whole)
    {
        Changed = HeadChanged = true;
        (StartMs, EndMs, Forced, Person, Persistent) = (whole.StartMs, whole.EndMs, whole.Forced, whole.Person, whole.Persistent);
        (PageViews, Interactions, Passives, EngagedMs) = (whole.PageViews, whole.Interactions, whole.Passives, whole.EngagedMs);
        (Entry, EntryPage, Exit, ExitPage) = (whole.Entry, whole.EntryPage, whole.Exit, whole.ExitPage);
        TakeContext(whole);
        StoredAs.AddRange(part.StoredAs);
        part._mergedInto = this;
    }

    internal void TakeContext(Session from) => (First, NewContext, ContextIds) = (from.First, from.NewContext, from.ContextIds);

    /// <summary>An empty visit whose stored events lie where this one's lie.</summary>
    internal Session EmptyPart() => new()
    {
        Project = Project,
        Visitor = Visitor,
        Person = Person,
        Persistent = Persistent,
        Changed = true,
        StoredAs = [.. StoredAs],
    };

    /// <summary>Forgets what its events made of it, to be counted again; the context stays for the caller to decide.</summary>
    internal void ClearCounts()
    {
        Changed = HeadChanged = true;
        (PageViews, Interactions, Passives, EngagedMs) = (0, 0, 0, 0);
        (Entry, EntryPage, Exit, ExitPage) = (default, 0, default, 0);
    }

    private void Count(in SessionEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.Interaction:
                Interactions++;
                return;
            case EventKind.Passive:
                Passives++;
                return;
        }

        PageViews++;
        var page = new SessionPoint(e.TimeMs, e.PageTie);
        if (Entry.IsNone || page < Entry)
        {
            (Entry, EntryPage) = (page, e.Page);
            HeadChanged = true;
        }

        if (Exit.IsNone || page > Exit)
        {
            (Exit, ExitPage) = (page, e.Page);
        }
    }
}
