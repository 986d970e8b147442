namespace Sightline.Core.Model;

/// <summary>
/// What one request (or one slice of an imported file) brought for one project: events, and the data beside them that could not
/// be read. It is one log record, so it is stored whole or not at all. Received = events + drops.
/// </summary>
public sealed class EventBatch
{
    public ReceivedBy ReceivedBy { get; set; }

    /// <summary>When the server received it, Unix milliseconds UTC.</summary>
    public long ReceivedMs { get; set; }

    /// <summary>Address of the visitor after trusted proxies are resolved; <see langword="null"/> for files. Never stored.</summary>
    public string? ClientIp { get; set; }

    /// <summary>User-Agent header of the request.</summary>
    public string? UserAgent { get; set; }

    /// <summary>Accept-Language header of the request.</summary>
    public string? Language { get; set; }

    public List<IncomingEvent> Events { get; } = [];

    public List<IncomingDrop> Drops { get; } = [];

    public ImportProgress? Progress { get; set; }
}
