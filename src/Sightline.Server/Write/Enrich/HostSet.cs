using System.Collections.Frozen;

namespace Sightline.Server.Write.Enrich;

/// <summary>Hosts as settings name them: <c>example.com</c> takes in <c>www.example.com</c>, <c>*.example.com</c> every subdomain and the domain itself.</summary>
internal sealed class HostSet
{
    private readonly FrozenSet<string> _hosts;
    private readonly string[] _wildcards;

    public HostSet(IReadOnlyList<string> names)
    {
        _hosts = names.Where(name => !name.StartsWith("*.", StringComparison.Ordinal)).Select(name => name.ToLowerInvariant()).ToFrozenSet(StringComparer.Ordinal);
        _wildcards = [.. names.Where(name => name.StartsWith("*.", StringComparison.Ordinal)).Select(name => name[1..].ToLowerInvariant())];
    }

    public bool Contains(string host)
    {
        if (_hosts.Count > 0 && (_hosts.Contains(host) || (host.StartsWith("www.", StringComparison.Ordinal) && _hosts.Contains(host[4..]))))
        {
            return true;
        }

        foreach (var wildcard in _wildcards)
        {
            if (host.EndsWith(wildcard, StringComparison.Ordinal) || host.AsSpan().SequenceEqual(wildcard.AsSpan(1)))
            {
                return true;
            }
        }

        return false;
    }
}
