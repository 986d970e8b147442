namespace Sightline.Core.Model;

/// <summary>One web application, as everything on the data path sees it: an immutable snapshot of its settings.</summary>
public sealed record Project
{
    /// <summary>Number of the built-in project, which holds the server's own metrics: out of the way of those that are given in order from 1.</summary>
    public const uint BuiltInId = 4_000_000_000;

    public required uint Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Holds the server's own metrics and nothing else: no list of projects has it, no sender can name it.</summary>
    public bool IsBuiltIn => Id == BuiltInId;

    /// <summary>Names the project in trackers; may only write. 16 to 64 characters <c>[A-Za-z0-9]</c>.</summary>
    public required string PublicKey { get; init; }

    /// <summary>Names the project to clients of Google Analytics 4: <c>G-</c> and ten upper-case letters or digits.</summary>
    public string Ga4MeasurementId { get; init; } = "";

    /// <summary>Public part of the project's Sentry DSN: 32 lower-case hex digits.</summary>
    public string SentryKey { get; init; } = "";

    /// <summary>When the project was made, Unix milliseconds UTC.</summary>
    public long CreatedMs { get; init; }

    /// <summary>Lower-case hosts of the site; an event from another host is dropped. Empty: every host is welcome. <c>*.example.com</c> takes in subdomains.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>IANA name; days of reports and of the cookieless visitor id begin at its midnight.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>ISO 4217; revenue without a currency is in this one.</summary>
    public string Currency { get; init; } = "EUR";

    /// <summary>Days events are kept; 0: for ever.</summary>
    public int RetentionDays { get; init; }

    /// <summary>Addresses and CIDR ranges whose events are dropped.</summary>
    public IReadOnlyList<string> ExcludedIps { get; init; } = [];

    /// <summary>Path patterns (<c>*</c> matches anything) whose events are dropped.</summary>
    public IReadOnlyList<string> ExcludedPaths { get; init; } = [];

    /// <summary>Events accepted a second, averaged over ten; 0: no limit of its own.</summary>
    public int EventsPerSecond { get; init; }

    /// <summary>Public keys from before a rotation that are still taken, newest first.</summary>
    public IReadOnlyList<string> RetiredKeys { get; init; } = [];

    /// <summary>First day of a week: Monday, Sunday or Saturday.</summary>
    public DayOfWeek WeekStart { get; init; } = DayOfWeek.Monday;

    /// <summary>Lower-case hosts whose events are dropped, in the form of <see cref="Domains"/>.</summary>
    public IReadOnlyList<string> ExcludedHosts { get; init; } = [];

    /// <summary>Lower-case names of query parameters that are taken out of addresses before anything reads them.</summary>
    public IReadOnlyList<string> ExcludedParams { get; init; } = [];

    /// <summary>By what visitors may be known again.</summary>
    public PrivacyMode Privacy { get; init; } = PrivacyMode.UserIds;

    /// <summary>Browsers that ask not to be tracked (<c>DNT</c>, <c>Sec-GPC</c>) are not counted.</summary>
    public bool HonoursDoNotTrack { get; init; }

    /// <summary>Programs count as people do.</summary>
    public bool AllowsBots { get; init; }

    /// <summary>Texts in a User-Agent, whatever their case, that make a program count.</summary>
    public IReadOnlyList<string> AllowedBots { get; init; } = [];

    /// <summary>Events stored on a UTC day of receipt, imports apart; 0: no quota.</summary>
    public long EventsPerDay { get; init; }

    /// <summary>The same in a calendar month.</summary>
    public long EventsPerMonth { get; init; }

    /// <summary>Series of metrics the project may have; points of further ones are dropped; 0: a million.</summary>
    public int MaxSeries { get; init; }

    /// <summary>Anybody may see the project's dashboard.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Search engines may list the public dashboard.</summary>
    public bool IsIndexed { get; init; }

    /// <summary>Anybody may fetch the project's badge.</summary>
    public bool HasBadge { get; init; }

    /// <summary>Origins whose pages may show the project's chart, as <c>frame-ancestors</c> has them; empty: it is shown nowhere.</summary>
    public IReadOnlyList<string> EmbedOrigins { get; init; } = [];

    public IReadOnlyList<Goal> Goals { get; init; } = [];
}
