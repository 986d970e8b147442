using Sightline.Core.Model;

namespace Sightline.Server.Receive;

/// <summary>What a tracking request says besides its body: all of it hostile until cut and checked.</summary>
/// <param name="ClientIp">The visitor's address, trusted proxies resolved.</param>
/// <param name="UserAgent">User-Agent header, cut to <see cref="EventLimits.UserAgent"/>; <see langword="null"/>: none.</param>
/// <param name="Language">Accept-Language header, cut; <see langword="null"/>: none.</param>
/// <param name="Prefetch">The browser says that nobody looks at the page yet.</param>
/// <param name="DoNotTrack">The browser asks not to be tracked; whether that is honoured is the project's setting.</param>
public readonly record struct RequestFacts(string? ClientIp, string? UserAgent, string? Language, bool Prefetch, bool DoNotTrack = false)
{
    private const int LanguageLength = 100;

    /// <summary>What the request's headers say of every event in it.</summary>
    public IncomingFlags Flags => (Prefetch ? IncomingFlags.Prefetch : IncomingFlags.None) | (DoNotTrack ? IncomingFlags.DoNotTrack : IncomingFlags.None);

    /// <summary>Reads them from a request; <paramref name="clientAddress"/> knows which proxies are trusted.</summary>
    public static RequestFacts From(HttpContext context, ClientAddress clientAddress)
    {
        var headers = context.Request.Headers;
        return new RequestFacts(
            clientAddress.Of(context)?.ToString(),
            Cut(headers.UserAgent.ToString(), EventLimits.UserAgent),
            Cut(headers.AcceptLanguage.ToString(), LanguageLength),
            IsPrefetch(headers),
            headers["DNT"] == "1" || headers["Sec-GPC"] == "1");
    }

    /// <summary>A batch that carries these facts, received now.</summary>
    public EventBatch NewBatch(ReceivedBy receivedBy, TimeProvider time) => new()
    {
        ReceivedBy = receivedBy,
        ReceivedMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        ClientIp = ClientIp,
        UserAgent = UserAgent,
        Language = Language,
    };

    /// <summary>As <see cref="NewBatch"/>, for a record that is written without one.</summary>
    public RequestHead Head(ReceivedBy receivedBy, TimeProvider time) =>
        new(receivedBy, time.GetUtcNow().ToUnixTimeMilliseconds(), ClientIp, UserAgent, Language);

    // Sec-Purpose and Purpose: Chromium and Safari; X-Purpose: older Safari; X-Moz: Firefox.
    private static bool IsPrefetch(IHeaderDictionary headers) =>
        Says(headers, "Sec-Purpose", "prefetch") || Says(headers, "Purpose", "prefetch") || Says(headers, "X-Moz", "prefetch")
        || Says(headers, "X-Purpose", "preview") || Says(headers, "X-Purpose", "instant");

    private static bool Says(IHeaderDictionary headers, string name, string value) =>
        headers.TryGetValue(name, out var found) && found.ToString().Contains(value, StringComparison.OrdinalIgnoreCase);

    private static string? Cut(string text, int length) => text.Length == 0 ? null : text.Length <= length ? text : text[..length];
}
