namespace Sightline.Core.Model;

/// <summary>What a visit takes from one event. Pages are ids of the store's dictionary.</summary>
public struct SessionEvent
{
    public long TimeMs { get; set; }

    public uint Tie { get; set; }

    public EventKind Kind { get; set; }

    /// <summary>The sender asked for a new visit. Ignored on engagement reports: they tell of a visit that is there already.</summary>
    public bool NewVisit { get; set; }

    public uint EngagedMs { get; set; }

    /// <summary>Id of the path.</summary>
    public uint Page { get; set; }

    /// <summary>Hash of the path: orders page views of the same millisecond.</summary>
    public uint PageTie { get; set; }

    public ulong Person { get; set; }

    public bool Persistent { get; set; }

    /// <summary>What the visit becomes if this is its first event; <see langword="null"/> for events read back from the store.</summary>
    public VisitContext? Context { get; set; }

    /// <summary>For the caller, to find its event again after sorting.</summary>
    public int Index { get; set; }

    /// <summary>Set by <see cref="SessionBuilder"/>: the visit this event belongs to.</summary>
    public Session? Session { get; set; }

    internal readonly bool IsForced => NewVisit && Kind != EventKind.Engagement;

    /// <summary>By time; at the same millisecond those that begin a visit first; then by content.</summary>
    internal static int Compare(in SessionEvent left, in SessionEvent right)
    {
        var order = left.TimeMs.CompareTo(right.TimeMs);
        if (order == 0)
        {
            order = right.IsForced.CompareTo(left.IsForced);
        }

        return order != 0 ? order : left.Tie.CompareTo(right.Tie);
    }
}
