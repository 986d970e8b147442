namespace Sightline.Server.Receive;

/// <summary>What became of a request at the gate. Accepted means: durable on disk.</summary>
/// <param name="Reason"><see cref="RejectReason.None"/>: accepted.</param>
/// <param name="RetryAfterSeconds">For 429 and 503: when to come again.</param>
public readonly record struct GateAnswer(RejectReason Reason, int RetryAfterSeconds = 0)
{
    public bool Accepted => Reason == RejectReason.None;

    /// <summary>The HTTP status our own routes answer with.</summary>
    public int StatusCode => Reason switch
    {
        RejectReason.None => 202,
        RejectReason.UnknownKey => 401,
        RejectReason.TooLarge => 413,
        RejectReason.RateLimited => 429,
        RejectReason.Malformed => 400,
        _ => 503,
    };
}
