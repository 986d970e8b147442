namespace Sightline.Server.Write.Enrich;

/// <summary>Names and versions of operating systems as people say them.</summary>
internal static class OsVersions
{
    /// <summary>From uap-core's family, major and minor.</summary>
    public static (string Os, string Version) Named(string family, string major, string minor) => family switch
    {
        "Mac OS X" or "macOS" => ("macOS", major == "10" ? Join(major, minor) : major),
        "iOS" or "tvOS" or "watchOS" or "iPadOS" => (family, Join(major, minor)),
        "Windows" => (family, major.Length > 0 && char.IsAsciiDigit(major[0]) ? Join(major, minor) : major),
        "Other" => ("", ""),
        _ => (family, major),
    };

    /// <summary>
    /// From client hints: platform and full version as the browser gave them, in one text (<c>"Windows" "15.0.0"</c>, <c>macOS 14.5.0</c>).
    /// <see langword="null"/>: nothing usable.
    /// </summary>
    public static (string Os, string Version)? FromHint(string? hint)
    {
        if (hint is not { Length: > 0 and <= 100 })
        {
            return null;
        }

        var text = CleanText.Line(hint.Replace('"', ' ').Replace('/', ' '), 100);
        var space = text.LastIndexOf(' ');
        var hasVersion = space > 0 && char.IsAsciiDigit(text[space + 1]);
        var platform = (hasVersion ? text[..space] : text).Trim();
        var parts = (hasVersion ? text[(space + 1)..] : "").Split('.');
        var major = int.TryParse(parts[0], out var number) ? number : -1;
        var minor = parts.Length > 1 ? parts[1] : "";
        return platform.ToLowerInvariant() switch
        {
            // Microsoft's table: 13 and up is Windows 11, 1 to 10 is Windows 10, 0.x are the older ones.
            "windows" => ("Windows", major switch
            {
                >= 13 => "11",
                >= 1 => "10",
                0 => minor switch { "1" => "7", "2" => "8", "3" => "8.1", _ => "" },
                _ => "",
            }),
            "macos" or "mac os x" => ("macOS", major < 0 ? "" : major == 10 ? Join("10", minor) : parts[0]),
            "android" => ("Android", major < 0 ? "" : parts[0]),
            "ios" => ("iOS", major < 0 ? "" : Join(parts[0], minor)),
            "chrome os" or "chromium os" or "chromeos" => ("Chrome OS", major < 0 ? "" : parts[0]),
            "linux" => ("Linux", ""),
            _ => null,
        };
    }

    public static string Join(string major, string minor) => major.Length == 0 || minor.Length == 0 ? major : $"{major}.{minor}";
}
