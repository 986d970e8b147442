using System.Buffers;
using System.Globalization;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// Splits URLs as found in the wild. <see cref="Uri"/> refuses or rewrites much of what browsers send, and costs a microsecond.
/// </summary>
internal static class UrlParts
{
    private static readonly SearchValues<char> AuthorityEnd = SearchValues.Create("/?#\\");
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");
    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    /// <summary><paramref name="host"/> is lower case and empty for a path; <paramref name="query"/> and <paramref name="fragment"/> come without their mark.</summary>
    public static bool TrySplit(
        ReadOnlySpan<char> url, out string host, out ReadOnlySpan<char> path, out ReadOnlySpan<char> query, out ReadOnlySpan<char> fragment)
    {
        host = "";
        path = query = fragment = default;
        ReadOnlySpan<char> rest;
        if (url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            rest = url[8..];
        }
        else if (url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            rest = url[7..];
        }
        else if (url.StartsWith("//"))
        {
            rest = url[2..];
        }
        else if (url.StartsWith("/"))
        {
            SplitPath(url, out path, out query, out fragment);
            return true;
        }
        else
        {
            return false;
        }

        var end = rest.IndexOfAny(AuthorityEnd);
        var authority = end < 0 ? rest : rest[..end];
        SplitPath(end < 0 ? default : rest[end..], out path, out query, out fragment);
        return ReadHost(authority, out host);
    }

    /// <summary>The host of <c>user:password@host:port</c>, lower case, in its ASCII form.</summary>
    public static bool ReadHost(ReadOnlySpan<char> authority, out string host)
    {
        host = "";
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        if (authority.StartsWith("["))
        {
            var close = authority.IndexOf(']');
            if (close < 0 || !System.Net.IPAddress.TryParse(authority[1..close], out var address))
            {
                return false;
            }

            host = $"[{address}]";
            return true;
        }

        var colon = authority.IndexOf(':');
        if (colon >= 0)
        {
            if (authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            authority = authority[..colon];
        }

        authority = authority.TrimEnd('.');
        if (authority.IsEmpty || authority.Length > 253)
        {
            return false;
        }

        Span<char> lower = stackalloc char[253];
        lower = lower[..authority.ToLowerInvariant(lower)];
        if (!lower.ContainsAnyExcept(HostCharacters))
        {
            host = lower.ToString();
            return lower[0] != '.';
        }

        return System.Text.Ascii.IsValid(lower) ? false : TryToAscii(lower.ToString(), out host);
    }

    private static bool TryToAscii(string name, out string host)
    {
        try
        {
            host = Idn.GetAscii(name);
            return !host.AsSpan().ContainsAnyExcept(HostCharacters);
        }
        catch (ArgumentException)
        {
            // IdnMapping has no Try form; a name it refuses is no host.
            host = "";
            return false;
        }
    }

    private static void SplitPath(ReadOnlySpan<char> rest, out ReadOnlySpan<char> path, out ReadOnlySpan<char> query, out ReadOnlySpan<char> fragment)
    {
        query = fragment = default;
        var hash = rest.IndexOf('#');
        if (hash >= 0)
        {
            fragment = rest[(hash + 1)..];
            rest = rest[..hash];
        }

        var mark = rest.IndexOf('?');
        if (mark >= 0)
        {
            query = rest[(mark + 1)..];
            rest = rest[..mark];
        }

        path = rest;
    }
}
