using System.Collections.Frozen;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// The part of a host that belongs to one owner: <c>shop.example.co.uk</c> gives <c>example.co.uk</c>. A rule instead of the public
/// suffix list: wrong only for hosts below rare registry suffixes, where it takes one label too few and so keeps owners together.
/// </summary>
internal static class SiteDomain
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> SecondLevel = FrozenSet
        .Create(StringComparer.Ordinal, "co", "com", "net", "org", "gov", "edu", "ac", "or", "ne", "go", "gob", "gouv", "in", "ltd", "plc", "sch", "nhs", "me", "id", "web", "nom", "asso", "priv")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    // Places where each subdomain is another owner's site.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> SharedHosts = FrozenSet
        .Create(
            StringComparer.Ordinal, "github.io", "gitlab.io", "netlify.app", "vercel.app", "pages.dev", "workers.dev", "web.app", "firebaseapp.com", "herokuapp.com", "onrender.com", "fly.dev",
            "blogspot.com", "wordpress.com", "tumblr.com", "substack.com", "myshopify.com", "wixsite.com", "weebly.com", "webflow.io", "azurewebsites.net", "cloudfront.net", "amazonaws.com",
            "surge.sh", "glitch.me", "repl.co", "neocities.org", "codeberg.page", "hashnode.dev", "notion.site", "framer.website", "bandcamp.com")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    public static ReadOnlySpan<char> Of(ReadOnlySpan<char> host)
    {
        var last = host.LastIndexOf('.');
        // An address has no owner's part.
        if (last <= 0 || host[0] == '[' || !host[(last + 1)..].ContainsAnyExceptInRange('0', '9'))
        {
            return host;
        }

        var second = host[..last].LastIndexOf('.');
        if (second < 0)
        {
            return host;
        }

        var twoLabels = host.Length - last - 1 == 2 && SecondLevel.Contains(host[(second + 1)..last]);
        if (!twoLabels && !SharedHosts.Contains(host[(second + 1)..]))
        {
            return host[(second + 1)..];
        }

        var third = host[..second].LastIndexOf('.');
        return host[(third + 1)..];
    }

    public static ReadOnlySpan<char> WithoutWww(ReadOnlySpan<char> host) => host.StartsWith("www.") && host.Length > 4 ? host[4..] : host;
}
