namespace Sightline.Server.Write.Enrich;

/// <summary>
/// An advertiser's or network's mark on a link. It names the source when the link names none, and the medium when only
/// advertisements carry it. The id itself is never stored.
/// </summary>
/// <param name="Parameter">Name of the query parameter, lower case.</param>
/// <param name="Source">Who put it there.</param>
/// <param name="Medium">GA4's medium, or empty where ordinary links carry the mark too.</param>
internal sealed record ClickId(string Parameter, string Source, string Medium)
{
    // First wins when a URL carries several.
    private static readonly ClickId[] All =
    [
        new("gclid", "google", "cpc"),
        new("gbraid", "google", "cpc"),
        new("wbraid", "google", "cpc"),
        new("gclsrc", "google", "cpc"),
        new("gad_source", "google", "cpc"),
        new("dclid", "google", "cpm"),
        new("msclkid", "bing", "cpc"),
        new("yclid", "yandex", "cpc"),
        new("ymclid", "yandex", "cpc"),
        new("ttclid", "tiktok", "cpc"),
        new("twclid", "x", "cpc"),
        new("li_fat_id", "linkedin", "cpc"),
        new("rdt_cid", "reddit", "cpc"),
        new("sccid", "snapchat", "cpc"),
        new("epik", "pinterest", "cpc"),
        new("qclid", "quora", "cpc"),
        new("fbclid", "facebook", ""),
        new("igshid", "instagram", ""),
        new("igsh", "instagram", ""),
        new("srsltid", "google-shopping", ""),
    ];

    public static IEnumerable<string> Names => All.Select(click => click.Parameter);

    public static ClickId Named(string parameter) => Array.Find(All, click => click.Parameter == parameter)!;
}
