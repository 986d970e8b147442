using System.Collections.Frozen;

namespace Sightline.Server.Write.Enrich;

/// <summary>Hosts that send made-up referrers; their subdomains are meant too.</summary>
internal sealed class SpamList(IEnumerable<string> hosts)
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _hosts = hosts
        .Select(host => SiteDomain.WithoutWww(host.ToLowerInvariant()).ToString())
        .ToFrozenSet(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    public bool Contains(ReadOnlySpan<char> host)
    {
        while (!host.IsEmpty)
        {
            if (_hosts.Contains(host))
            {
                return true;
            }

            var dot = host.IndexOf('.');
            host = dot < 0 ? default : host[(dot + 1)..];
        }

        return false;
    }
}
