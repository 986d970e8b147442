namespace Sightline.Core.Model;

/// <summary>
/// One event as a receiver understood it: nothing looked up, nothing derived. Strings are as sent, cut to their limits
/// (<see cref="EventLimits"/>); <see langword="null"/> means not given.
/// </summary>
public sealed class IncomingEvent
{
    public EventKind Kind { get; set; } = EventKind.PageView;

    /// <summary><c>pageview</c>, <c>engagement</c>, or the custom event's name (<c>outlink</c>, <c>download</c>, <c>search</c>, <c>order</c>, ...).</summary>
    public string Name { get; set; } = "pageview";

    /// <summary>When it happened, Unix milliseconds UTC; <see langword="null"/>: when it was received.</summary>
    public long? TimeMs { get; set; }

    /// <summary>Absolute URL of the page, with query and fragment as sent; or a path beginning with <c>/</c>.</summary>
    public string? Url { get; set; }

    public string? Referrer { get; set; }

    public string? Title { get; set; }

    /// <summary>Id the application knows the person by.</summary>
    public string? UserId { get; set; }

    /// <summary>First-party id of the browser (cookie or local storage), as sent.</summary>
    public string? VisitorId { get; set; }

    /// <summary>Address of the visitor, text form; <see langword="null"/>: the connection's. Never stored.</summary>
    public string? ClientIp { get; set; }

    /// <summary><see langword="null"/>: the request's User-Agent header (<see cref="EventBatch.UserAgent"/>).</summary>
    public string? UserAgent { get; set; }

    /// <summary>In the form of Accept-Language; <see langword="null"/>: the request's header.</summary>
    public string? Language { get; set; }

    /// <summary>Screen size, <c>1920x1080</c>.</summary>
    public string? Screen { get; set; }

    /// <summary>Client hints: platform and full version as the browser gave them, when it did.</summary>
    public string? HintPlatform { get; set; }

    /// <summary>Custom properties as one flat UTF-8 JSON object of strings, numbers and booleans; <see langword="null"/>: none.</summary>
    public byte[]? Props { get; set; }

    /// <summary>Money, in ten-thousandths of the currency's unit; <see langword="null"/>: none.</summary>
    public long? RevenueE4 { get; set; }

    /// <summary>ISO 4217, three upper-case letters; <see langword="null"/>: the project's.</summary>
    public string? Currency { get; set; }

    /// <summary>Time the page was in view and in use since the last such report, milliseconds.</summary>
    public uint EngagedMs { get; set; }

    /// <summary>Deepest point seen of the page, 0 to 100; 255: not known.</summary>
    public byte Scroll { get; set; } = 255;

    /// <summary>Campaign fields given outside the URL; they win over those in it.</summary>
    public Campaign? Campaign { get; set; }

    /// <summary>ISO 3166 alpha-2, when the sender knows better than the address (needs a token on peers' protocols).</summary>
    public string? Country { get; set; }

    public string? Region { get; set; }

    public string? City { get; set; }

    /// <summary>Two data of a project with the same key are one: the second is dropped as <see cref="DropReason.Duplicate"/>.</summary>
    public string? DedupKey { get; set; }

    public IncomingFlags Flags { get; set; }
}
