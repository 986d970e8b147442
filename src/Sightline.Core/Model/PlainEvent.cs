namespace Sightline.Core.Model;

/// <summary>
/// What <see cref="IncomingEvent"/> is, for an event whose texts are valid UTF-8 within their limits as they lie in the request: nothing is
/// decoded to be encoded again. An empty text means not given.
/// </summary>
internal ref struct PlainEvent()
{
    /// <summary>The project's; no part of the record.</summary>
    public ReadOnlySpan<byte> Key;
    public EventKind Kind;
    public ReadOnlySpan<byte> Name;
    public long? TimeMs;
    public ReadOnlySpan<byte> Url;
    public ReadOnlySpan<byte> Referrer;
    public ReadOnlySpan<byte> Title;
    public ReadOnlySpan<byte> UserId;
    public ReadOnlySpan<byte> VisitorId;
    public ReadOnlySpan<byte> UserAgent;
    public ReadOnlySpan<byte> Language;
    public ReadOnlySpan<byte> Screen;
    public ReadOnlySpan<byte> Props;
    public ReadOnlySpan<byte> DedupKey;
    public uint EngagedMs;
    public byte Scroll = 255;
    public IncomingFlags Flags;
}
