namespace Sightline.Core.Wire.AccessLog;

/// <summary>What a path of an access log stands for, judged by its extension.</summary>
internal enum PathKind : byte
{
    Page,
    /// <summary>Part of a page, or read by machines: images, styles, scripts, fonts, feeds, <c>robots.txt</c>.</summary>
    Static,
    /// <summary>A file a visitor fetches for itself.</summary>
    Download,
}
