namespace Sightline.Core.Queries;

/// <summary>What rows are broken down by, and what filters look at.</summary>
public enum DimensionKind
{
    TimeMinute,
    TimeHour,
    TimeDay,
    TimeWeek,
    TimeMonth,
    EventName,
    EventProp,
    PagePath,
    PageHost,
    PageTitle,
    EntryPage,
    ExitPage,
    Source,
    Referrer,
    Channel,
    UtmSource,
    UtmMedium,
    UtmCampaign,
    UtmTerm,
    UtmContent,
    Country,
    Region,
    City,
    Language,
    Device,
    Browser,
    BrowserVersion,
    Os,
    OsVersion,
    Screen,
    Returning,
    Goal,
}

/// <summary>A dimension as a query names it.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Prop">For <see cref="DimensionKind.EventProp"/> the property's name, otherwise <see langword="null"/>.</param>
public readonly record struct Dimension(DimensionKind Kind, string? Prop = null)
{
    private const string PropPrefix = "event:props.";

    private static readonly (string Name, DimensionKind Kind)[] Names =
    [
        ("time:minute", DimensionKind.TimeMinute), ("time:hour", DimensionKind.TimeHour), ("time:day", DimensionKind.TimeDay),
        ("time:week", DimensionKind.TimeWeek), ("time:month", DimensionKind.TimeMonth),
        ("event:name", DimensionKind.EventName),
        ("page:path", DimensionKind.PagePath), ("page:host", DimensionKind.PageHost), ("page:title", DimensionKind.PageTitle),
        ("visit:entry_page", DimensionKind.EntryPage), ("visit:exit_page", DimensionKind.ExitPage),
        ("visit:source", DimensionKind.Source), ("visit:referrer", DimensionKind.Referrer), ("visit:channel", DimensionKind.Channel),
        ("visit:utm_source", DimensionKind.UtmSource), ("visit:utm_medium", DimensionKind.UtmMedium),
        ("visit:utm_campaign", DimensionKind.UtmCampaign), ("visit:utm_term", DimensionKind.UtmTerm),
        ("visit:utm_content", DimensionKind.UtmContent),
        ("visit:country", DimensionKind.Country), ("visit:region", DimensionKind.Region), ("visit:city", DimensionKind.City),
        ("visit:language", DimensionKind.Language), ("visit:device", DimensionKind.Device),
        ("visit:browser", DimensionKind.Browser), ("visit:browser_version", DimensionKind.BrowserVersion),
        ("visit:os", DimensionKind.Os), ("visit:os_version", DimensionKind.OsVersion), ("visit:screen", DimensionKind.Screen),
        ("visit:returning", DimensionKind.Returning),
        ("goal", DimensionKind.Goal),
    ];

    private static readonly Dictionary<string, DimensionKind> ByName = Names.ToDictionary(n => n.Name, n => n.Kind, StringComparer.Ordinal);
    private static readonly Dictionary<DimensionKind, string> ByKind = Names.ToDictionary(n => n.Kind, n => n.Name);

    /// <summary>As written in queries: <c>visit:source</c>, <c>event:props.plan</c>.</summary>
    public string Name => Kind == DimensionKind.EventProp ? PropPrefix + Prop : ByKind[Kind];

    public bool IsTime => Kind <= DimensionKind.TimeMonth;

    /// <summary>The same for all events of a visit.</summary>
    public bool IsVisit => Kind is >= DimensionKind.EntryPage and <= DimensionKind.Returning;

    public static bool TryParse(string name, out Dimension dimension)
    {
        if (name.StartsWith(PropPrefix, StringComparison.Ordinal) && name.Length > PropPrefix.Length)
        {
            dimension = new(DimensionKind.EventProp, name[PropPrefix.Length..]);
            return true;
        }
        var known = ByName.TryGetValue(name, out var kind);
        dimension = new(kind);
        return known;
    }

    public override string ToString() => Name;
}
