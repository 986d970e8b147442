using System.Collections.Frozen;
using System.Text;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>The extensions of static files and downloads; docs/import-logs.md lists them too.</summary>
internal static class PathKinds
{
    private const int LongestExtension = 11;

    public static readonly string[] StaticExtensions =
    [
        "gif", "jpg", "jpeg", "jpe", "png", "apng", "bmp", "ico", "cur", "svg", "svgz", "webp", "avif", "jxl", "heic", "tif", "tiff",
        "css", "less", "scss", "js", "mjs", "cjs", "map", "wasm", "json", "webmanifest", "manifest", "appcache",
        "ttf", "otf", "eot", "woff", "woff2", "swf", "class", "xml", "xsl", "rss", "atom", "m3u8", "mpd", "m4s", "ts", "vtt", "br", "key", "pem",
    ];

    public static readonly string[] DownloadExtensions =
    [
        "pdf", "epub", "mobi", "azw3", "djvu", "ps", "rtf", "doc", "docx", "odt", "xls", "xlsx", "ods", "csv", "tsv", "ppt", "pptx", "odp", "odg", "pages", "numbers", "keynote",
        "zip", "7z", "rar", "gz", "tgz", "bz2", "tbz", "tbz2", "xz", "txz", "zst", "tar", "lz", "lzma", "jar", "war", "ear", "whl", "gem", "nupkg", "crx", "xpi",
        "exe", "msi", "msix", "dmg", "pkg", "deb", "rpm", "apk", "ipa", "aab", "appimage", "snap", "flatpak", "iso", "img", "bin", "torrent",
        "mp3", "m4a", "aac", "ogg", "oga", "opus", "flac", "wav", "wma", "mid", "midi", "mp4", "m4v", "webm", "ogv", "mov", "avi", "mkv", "wmv", "flv", "mpg", "mpeg", "3gp",
        "psd", "ai", "sketch", "dwg", "dxf", "stl", "ics", "vcf", "gpx", "kml", "kmz", "asc", "sig",
    ];

    private static readonly FrozenDictionary<UInt128, PathKind> Kinds = StaticExtensions.Select(static text => (text, PathKind.Static))
        .Concat(DownloadExtensions.Select(static text => (text, PathKind.Download)))
        .ToFrozenDictionary(static entry => Pack(Encoding.ASCII.GetBytes(entry.text)), static entry => entry.Item2);

    /// <param name="path">The path, without query.</param>
    public static PathKind Of(ReadOnlySpan<byte> path)
    {
        var file = path[(path.LastIndexOf((byte)'/') + 1)..];
        var dot = file.LastIndexOf((byte)'.');
        if (dot < 0)
        {
            return path.StartsWith("/.well-known/"u8) ? PathKind.Static : PathKind.Page;
        }

        var extension = file[(dot + 1)..];
        if (extension.Length is 0 or > LongestExtension)
        {
            return PathKind.Page;
        }

        return Kinds.TryGetValue(Pack(extension), out var kind) ? kind
            : path.StartsWith("/.well-known/"u8) || path.SequenceEqual("/robots.txt"u8) || path.SequenceEqual("/ads.txt"u8) || path.SequenceEqual("/llms.txt"u8) ? PathKind.Static
            : PathKind.Page;
    }

    private static UInt128 Pack(ReadOnlySpan<byte> extension)
    {
        UInt128 packed = 0;
        foreach (var b in extension)
        {
            packed = (packed << 8) | (byte)(b is >= (byte)'A' and <= (byte)'Z' ? b | 0x20 : b);
        }

        return packed;
    }
}
