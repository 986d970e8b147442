namespace Sightline.Server.Receive;

/// <summary>Why the gate refused a whole request. Nothing of it was taken: the sender may try again.</summary>
public enum RejectReason
{
    None = 0,
    /// <summary>No project has this key (401).</summary>
    UnknownKey,
    /// <summary>The body, or what it unpacks to, is over the limit (413).</summary>
    TooLarge,
    /// <summary>The project sends faster than it may (429).</summary>
    RateLimited,
    /// <summary>The store is too far behind, or the server is stopping (503 with Retry-After).</summary>
    Busy,
    /// <summary>The disk is nearly full (503 with Retry-After).</summary>
    DiskFull,
    /// <summary>The request cannot be read at all (400).</summary>
    Malformed,
}
