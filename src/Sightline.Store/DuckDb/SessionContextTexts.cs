using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>The context columns of <c>sessions</c>, in their order there.</summary>
internal static class SessionContextTexts
{
    public const int Count = 18;

    private static readonly StringKind[] Kinds =
    [
        StringKind.Source, StringKind.Referrer, StringKind.Channel, StringKind.UtmSource, StringKind.UtmMedium, StringKind.UtmCampaign, StringKind.UtmTerm,
        StringKind.UtmContent, StringKind.Country, StringKind.Region, StringKind.City, StringKind.Language, StringKind.Device, StringKind.Browser,
        StringKind.BrowserVersion, StringKind.Os, StringKind.OsVersion, StringKind.Screen,
    ];

    public static TextEntry[] Want(TextDictionary texts, uint project, VisitContext visit)
    {
        ReadOnlySpan<string> values =
        [
            visit.Source, visit.Referrer, visit.Channel, visit.UtmSource, visit.UtmMedium, visit.UtmCampaign, visit.UtmTerm,
            visit.UtmContent, visit.Country, visit.Region, visit.City, visit.Language, visit.Device, visit.Browser,
            visit.BrowserVersion, visit.Os, visit.OsVersion, visit.Screen,
        ];
        var entries = new TextEntry[Count];
        for (var i = 0; i < Count; i++)
        {
            entries[i] = texts.Want(project, Kinds[i], values[i]);
        }

        return entries;
    }
}
