namespace Sightline.Server.Features.Setup;

/// <summary>Whether a page's Content-Security-Policy lets the tracker in: loaded from our address, and sending to it.</summary>
internal static class ContentPolicy
{
    /// <summary>Directives that stand in the tracker's way, as they should be changed; empty when nothing does.</summary>
    /// <param name="policies">Values of the header; several hold all at once, as do those joined by commas.</param>
    /// <param name="page">Address of the page, for 'self'.</param>
    /// <param name="server">Our address.</param>
    public static IReadOnlyList<string> Obstacles(IEnumerable<string> policies, Uri page, Uri server)
    {
        var obstacles = new List<string>();
        foreach (var policy in policies.SelectMany(value => value.Split(',')))
        {
            var directives = policy.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(directive => directive.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .DistinctBy(words => words[0].ToLowerInvariant())
                .ToDictionary(words => words[0].ToLowerInvariant(), words => words[1..]);
            foreach (var (names, wanted) in new[] { (new[] { "script-src-elem", "script-src", "default-src" }, "script-src"), (["connect-src", "default-src"], "connect-src") })
            {
                var sources = names.Select(directives.GetValueOrDefault).FirstOrDefault(found => found is not null);
                if (sources is not null && !sources.Any(source => Allows(source, page, server)))
                {
                    obstacles.Add($"{wanted} {server.GetLeftPart(UriPartial.Authority)}");
                }
            }
        }

        return [.. obstacles.Distinct()];
    }

    private static bool Allows(string source, Uri page, Uri server)
    {
        if (source == "*")
        {
            return true;
        }

        if (source.Equals("'self'", StringComparison.OrdinalIgnoreCase))
        {
            return page.Scheme == server.Scheme && page.Authority == server.Authority;
        }

        if (source.StartsWith('\''))
        {
            // A nonce may be on the snippet too; what the page does with it cannot be seen from here.
            return source.StartsWith("'nonce-", StringComparison.OrdinalIgnoreCase);
        }

        if (source.EndsWith(':'))
        {
            return source.TrimEnd(':').Equals(server.Scheme, StringComparison.OrdinalIgnoreCase);
        }

        var at = source.IndexOf("://", StringComparison.Ordinal);
        if (at >= 0 && !source[..at].Equals(server.Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = at < 0 ? source : source[(at + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        // A path allows that file only, or what is below it: the tracker's is /sl.js, its events go to /api/event.
        if (slash >= 0 && rest[slash..] != "/")
        {
            return false;
        }

        var authority = slash < 0 ? rest : rest[..slash];
        var colon = authority.LastIndexOf(':');
        var port = colon < 0 ? "" : authority[(colon + 1)..];
        var host = colon < 0 ? authority : authority[..colon];
        return (port == "*" || port == (port.Length == 0 && server.IsDefaultPort ? "" : server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            && (host.StartsWith("*.", StringComparison.Ordinal)
                ? server.Host.EndsWith(host[1..], StringComparison.OrdinalIgnoreCase)
                : host.Equals(server.Host, StringComparison.OrdinalIgnoreCase));
    }
}
