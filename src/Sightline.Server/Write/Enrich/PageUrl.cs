namespace Sightline.Server.Write.Enrich;

/// <summary>A page's address in the parts that are stored, and what its query said about where the visitor came from.</summary>
/// <param name="Host">Lower case, without port; empty when only a path was given.</param>
/// <param name="Path">Begins with <c>/</c>; without query, fragment and session ids.</param>
/// <param name="Landing">Campaign and click id of the query.</param>
internal sealed record PageUrl(string Host, string Path, Landing Landing)
{
    private const int PathLimit = 2048;

    /// <summary>The event has no page.</summary>
    public static readonly PageUrl None = new("", "", Landing.None);

    /// <summary>Absolute http or https, scheme-relative (<c>//host/</c>), or a path beginning with <c>/</c>; anything else is no page of a site.</summary>
    public static PageUrl? Parse(string url)
    {
        var text = CleanText.WithoutControls(url).Trim();
        if (UrlParts.TrySplit(text, out var host, out var path, out var query, out var fragment) && !(host.Length == 0 && !text.StartsWith('/')))
        {
            return new PageUrl(host, ReadPath(path), Landing.Parse(query, fragment));
        }

        return null;
    }

    private static string ReadPath(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty)
        {
            return "/";
        }

        // Browsers take a backslash after the host for a slash.
        if (path[0] != '/')
        {
            return ReadPath(string.Concat("/", path[1..]));
        }

        // Java servers write the session into the path: every visitor would have pages of its own.
        var session = path.IndexOf(";jsessionid=", StringComparison.OrdinalIgnoreCase);
        if (session >= 0)
        {
            var after = path[(session + 1)..].IndexOfAny(';', '/');
            return ReadPath(after < 0 ? path[..session] : string.Concat(path[..session], path[(session + 1 + after)..]));
        }

        if (path.Length > PathLimit)
        {
            path = path[..(char.IsHighSurrogate(path[PathLimit - 1]) ? PathLimit - 1 : PathLimit)];
        }

        return path.ToString();
    }
}
