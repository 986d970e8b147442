using System.Collections.Frozen;
using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>A project's settings in the form the steps ask them. Made once for each snapshot.</summary>
internal sealed class ProjectView
{
    private readonly FrozenSet<string>? _hosts;
    private readonly string[] _wildcards;
    private readonly FrozenSet<string> _sites;
    private readonly string[] _excludedPaths;

    public ProjectView(Project project)
    {
        var domains = project.Domains.Select(domain => domain.ToLowerInvariant()).ToList();
        _hosts = domains.Count == 0 ? null : domains.Where(domain => !domain.StartsWith("*.", StringComparison.Ordinal)).ToFrozenSet(StringComparer.Ordinal);
        _wildcards = [.. domains.Where(domain => domain.StartsWith("*.", StringComparison.Ordinal)).Select(domain => domain[1..])];
        _sites = domains.Select(domain => SiteDomain.Of(domain.TrimStart('*').TrimStart('.')).ToString()).ToFrozenSet(StringComparer.Ordinal);
        _excludedPaths = [.. project.ExcludedPaths];
        ExcludedAddresses = new AddressRanges(project.ExcludedIps);
        Site = _sites.Count == 0 ? "" : SiteDomain.Of(domains[0].TrimStart('*').TrimStart('.')).ToString();
        Zone = TimeZoneInfo.TryFindSystemTimeZoneById(project.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
    }

    public AddressRanges ExcludedAddresses { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>Owner's part of the first domain; empty when the project names none.</summary>
    public string Site { get; }

    /// <summary><c>example.com</c> takes in <c>www.example.com</c>, <c>*.example.com</c> takes in every subdomain and the domain itself.</summary>
    public bool IsOwnHost(string host)
    {
        if (_hosts is null || _hosts.Contains(host) || (host.StartsWith("www.", StringComparison.Ordinal) && _hosts.Contains(host[4..])))
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

    /// <summary>A link from there is a step within the site: same owner as the page, or as one of the project's domains.</summary>
    public bool IsSameSite(string referrerHost, string pageHost)
    {
        var site = SiteDomain.Of(referrerHost);
        return (pageHost.Length > 0 && site.SequenceEqual(SiteDomain.Of(pageHost))) || _sites.GetAlternateLookup<ReadOnlySpan<char>>().Contains(site);
    }

    public bool IsExcludedPath(string path)
    {
        foreach (var pattern in _excludedPaths)
        {
            if (PathPattern.IsMatch(pattern, path))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The date in the project's zone, as a number of days.</summary>
    public int DayOf(long timeMs)
    {
        var utc = DateTime.UnixEpoch.AddMilliseconds(timeMs);
        return (int)((utc.Ticks + Zone.GetUtcOffset(utc).Ticks) / TimeSpan.TicksPerDay);
    }
}
