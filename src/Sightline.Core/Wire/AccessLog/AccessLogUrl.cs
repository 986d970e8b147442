using System.Buffers;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>Finds host and path of a request: the virtual host of the log, the host of an absolute URL, or the one the user named.</summary>
internal static class AccessLogUrl
{
    private static readonly SearchValues<byte> HostBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_[]:"u8);

    /// <returns>False when the target is neither a path nor an absolute URL (<c>*</c>, <c>host:443</c>, no slash).</returns>
    public static bool TrySplit(
        ReadOnlySpan<byte> target, ReadOnlySpan<byte> logHost, ReadOnlySpan<byte> givenHost, out ReadOnlySpan<byte> scheme, out ReadOnlySpan<byte> host, out ReadOnlySpan<byte> path)
    {
        host = Clean(logHost, out var isPort80);
        scheme = isPort80 ? "http://"u8 : "https://"u8;
        path = target;
        if (target.StartsWith("/"u8))
        {
            host = host.IsEmpty ? givenHost : host;
            return true;
        }

        var isHttp = StartsWithFolded(target, "http://"u8);
        if (!isHttp && !StartsWithFolded(target, "https://"u8))
        {
            return false;
        }

        var rest = target[(isHttp ? 7 : 8)..];
        var slash = rest.IndexOfAny("/?#"u8);
        var authority = slash < 0 ? rest : rest[..slash];
        path = slash < 0 ? "/"u8 : rest[slash..];
        if (!path.StartsWith("/"u8))
        {
            return false;
        }

        if (host.IsEmpty)
        {
            scheme = isHttp ? "http://"u8 : "https://"u8;
            host = Clean(authority, out _);
            return !host.IsEmpty;
        }

        return true;
    }

    /// <summary>Names no host: empty, nginx's catch-all <c>_</c>, and what cannot be one. Ports are left away.</summary>
    private static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> host, out bool isPort80)
    {
        isPort80 = false;
        if (host.IsEmpty || host.Length > 255 || host.ContainsAnyExcept(HostBytes) || host.SequenceEqual("_"u8))
        {
            return default;
        }

        var colon = host.LastIndexOf((byte)':');
        if (colon > 0 && (host[..colon].IndexOf((byte)':') < 0 || host[colon - 1] == (byte)']'))
        {
            isPort80 = host[colon..].SequenceEqual(":80"u8);
            host = host[..colon];
        }

        return host;
    }

    private static bool StartsWithFolded(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && System.Text.Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);
}
