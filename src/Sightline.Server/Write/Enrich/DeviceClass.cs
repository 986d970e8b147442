namespace Sightline.Server.Write.Enrich;

/// <summary>
/// The kind of device, by rules of our own on the words of a User-Agent; the first that holds wins. They are listed in docs/enrichment.md.
/// An iPad that asks for desktop pages calls itself a Macintosh and counts as one: nothing in the request tells them apart.
/// </summary>
internal static class DeviceClass
{
    private static readonly string[] Tv =
    [
        "smart-tv", "smarttv", "smart tv", "hbbtv", "appletv", "apple tv", "googletv", "google tv", "android tv", "bravia", "web0s", "netcast", "viera", "roku", "crkey", "aquosbrowser",
        "dtv", "netrangemmh", "tizen tv", "tv safari", "philipstv", "opera tv", "inettvbrowser", "ce-html", "large screen", "; aft", "mibox", "mitv", "shield android", "chromecast",
    ];

    private static readonly string[] Console = ["playstation", "xbox", "nintendo", "steam deck", "valve steam gameoverlay"];
    private static readonly string[] Wearable = ["apple watch", "watchos", "wear os", "galaxy watch", "; sm-r8", "; sm-r9", "smartwatch", "tizen 2.3; samsung sm-r", "gear s"];
    private static readonly string[] Tablet = ["ipad", "tablet; ", "; tablet", "kindle", "playbook", "nexus 7", "nexus 9", "nexus 10", "xoom", "touchpad", "silk-accelerated", "android 3."];

    private static readonly string[] Mobile =
    [
        "mobi", "iphone", "ipod", "windows phone", "opera mini", "opera mobi", "blackberry", "bb10", "kaios", "symbian", "series60", "series40", "nokia", "j2me", "midp", "up.browser", "webos/",
        "palmos", "ucweb", "windows ce",
    ];

    private static readonly string[] Desktop = ["windows nt", "windows 9", "windows xp", "macintosh", "mac os x", "x11", "linux", "cros ", "freebsd", "openbsd", "netbsd", "sunos", "windows;", "win64", "win32", "win98"];

    /// <param name="lower">The User-Agent in lower case.</param>
    public static string Of(string lower)
    {
        if (HasAny(lower, Tv))
        {
            return "TV";
        }

        if (HasAny(lower, Console))
        {
            return "Console";
        }

        if (HasAny(lower, Wearable))
        {
            return "Wearable";
        }

        var android = lower.Contains("android", StringComparison.Ordinal);
        var windows = lower.Contains("windows nt", StringComparison.Ordinal);
        // Old Internet Explorer says "Tablet PC 2.0" on any Windows with pen support.
        if (!windows && (HasAny(lower, Tablet) || (android && lower.Contains("tablet", StringComparison.Ordinal))))
        {
            return "Tablet";
        }

        if (!windows && HasAny(lower, Mobile))
        {
            return "Mobile";
        }

        if (android)
        {
            // Google's rule for its platform: telephones say "Mobile", tablets do not.
            return "Tablet";
        }

        return HasAny(lower, Desktop) ? "Desktop" : "";
    }

    private static bool HasAny(string text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
