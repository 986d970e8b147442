namespace Sightline.Core.Model;

/// <summary>
/// What a visit takes from its first event and keeps: where it came from, what it was made with, where it was. Empty string: not known.
/// Equal contexts are common (every later event of a visit), so enrichment may share one instance among events.
/// </summary>
public sealed record VisitContext
{
    /// <summary><c>Google</c>, <c>newsletter</c>, a bare host, or empty for direct.</summary>
    public string Source { get; init; } = "";

    /// <summary>Host and path of the referrer, without scheme, <c>www.</c> and query; empty for direct and internal.</summary>
    public string Referrer { get; init; } = "";

    /// <summary>GA4's default channel group: <c>Direct</c>, <c>Organic Search</c>, ...</summary>
    public string Channel { get; init; } = "";

    public string UtmSource { get; init; } = "";

    public string UtmMedium { get; init; } = "";

    public string UtmCampaign { get; init; } = "";

    public string UtmTerm { get; init; } = "";

    public string UtmContent { get; init; } = "";

    /// <summary>ISO 3166-1 alpha-2, upper case.</summary>
    public string Country { get; init; } = "";

    /// <summary>ISO 3166-2 (<c>DE-BE</c>) or the place database's name.</summary>
    public string Region { get; init; } = "";

    public string City { get; init; } = "";

    /// <summary>Primary language and region as sent first: <c>de-DE</c>, <c>en</c>.</summary>
    public string Language { get; init; } = "";

    /// <summary><c>Desktop</c>, <c>Mobile</c>, <c>Tablet</c>, <c>TV</c>, <c>Console</c>, <c>Wearable</c>, <c>Bot</c>, or empty.</summary>
    public string Device { get; init; } = "";

    public string Browser { get; init; } = "";

    /// <summary>Major version, or major.minor where the field counts so (Safari).</summary>
    public string BrowserVersion { get; init; } = "";

    public string Os { get; init; } = "";

    public string OsVersion { get; init; } = "";

    /// <summary><c>1920x1080</c>.</summary>
    public string Screen { get; init; } = "";
}
