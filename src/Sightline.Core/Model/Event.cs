namespace Sightline.Core.Model;

/// <summary>
/// An event ready to be stored: cleaned, its visitor known, everything a visit takes from its first event beside it. The session
/// is not known yet; <see cref="SessionBuilder"/> finds it from all events of the visitor.
/// </summary>
public sealed class Event
{
    public required uint Project { get; init; }

    /// <summary>For the count of what was received, stored and dropped.</summary>
    public required ReceivedBy ReceivedBy { get; init; }

    /// <summary>
    /// When its request was received, Unix milliseconds UTC: it counts as stored on that day. 0: when the first request of its
    /// project and protocol in the same <c>StoreBatch</c> was.
    /// </summary>
    public long ReceivedMs { get; init; }

    /// <summary>Unix milliseconds UTC.</summary>
    public required long TimeMs { get; init; }

    public required EventKind Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Lower-case host of the page, or empty.</summary>
    public string Host { get; init; } = "";

    /// <summary>Path without query, or empty when the event has no page.</summary>
    public string Path { get; init; } = "";

    public string Title { get; init; } = "";

    /// <inheritdoc cref="IncomingEvent.Props"/>
    public byte[]? Props { get; init; }

    /// <inheritdoc cref="IncomingEvent.RevenueE4"/>
    public long? RevenueE4 { get; init; }

    public string Currency { get; init; } = "";

    public uint EngagedMs { get; init; }

    /// <summary>0 to 100; 255: not known.</summary>
    public byte Scroll { get; init; } = 255;

    /// <summary>64-bit hash naming the visitor within the project; never 0.</summary>
    public required ulong Visitor { get; init; }

    /// <summary>The person, when a user id was given; 0: the visitor stands for itself.</summary>
    public ulong Person { get; init; }

    /// <summary>First-party id given beside a user id: from now on, and back in time, that visitor is this person. 0: none.</summary>
    public ulong AlsoVisitor { get; init; }

    /// <summary>The visitor is known beyond today: by user id or first-party id, not by the daily hash.</summary>
    public bool Persistent { get; init; }

    /// <summary>
    /// Content hash that orders events of one visitor at the same millisecond, so that the order of arrival never changes a visit.
    /// </summary>
    public uint Tie { get; init; }

    /// <summary>Hash of the idempotency key; 0: none.</summary>
    public ulong DedupKey { get; init; }

    /// <summary>The key only tells one sending from another (<see cref="EventLimits.RetryKeyPrefix"/>): it is remembered for a day.</summary>
    public bool IsRetryKey { get; init; }

    /// <summary>The sender asked for a new visit to begin here.</summary>
    public bool NewVisit { get; init; }

    /// <summary>What the visit takes from this event if it is its first.</summary>
    public required VisitContext Visit { get; init; }
}
