using System.Collections.Frozen;
using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>A project's settings in the form the steps ask them. Made once for each snapshot.</summary>
internal sealed class ProjectView
{
    private readonly HostSet? _hosts;
    private readonly FrozenSet<string> _sites;
    private readonly string[] _excludedPaths;
    private readonly HostSet _excludedHosts;
    private readonly FrozenSet<string> _excludedParams;
    private readonly string[] _allowedBots;

    public ProjectView(Project project)
    {
        var domains = project.Domains.Select(domain => domain.ToLowerInvariant()).ToList();
        _hosts = domains.Count == 0 ? null : new HostSet(domains);
        _sites = domains.Select(domain => SiteDomain.Of(domain.TrimStart('*').TrimStart('.')).ToString()).ToFrozenSet(StringComparer.Ordinal);
        _excludedPaths = [.. project.ExcludedPaths];
        _excludedHosts = new HostSet(project.ExcludedHosts);
        _excludedParams = project.ExcludedParams.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _allowedBots = [.. project.AllowedBots];
        ExcludedAddresses = new AddressRanges(project.ExcludedIps);
        Site = _sites.Count == 0 ? "" : SiteDomain.Of(domains[0].TrimStart('*').TrimStart('.')).ToString();
        Zone = TimeZoneInfo.TryFindSystemTimeZoneById(project.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
    }

    public AddressRanges ExcludedAddresses { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>Owner's part of the first domain; empty when the project names none.</summary>
    public string Site { get; }

    /// <summary><c>example.com</c> takes in <c>www.example.com</c>, <c>*.example.com</c> takes in every subdomain and the domain itself.</summary>
    public bool IsOwnHost(string host) => _hosts is null || _hosts.Contains(host);

    public bool IsExcludedHost(string host) => _excludedHosts.Contains(host);

    public bool IsAllowedBot(string userAgent)
    {
        foreach (var part in _allowedBots)
        {
            if (userAgent.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address without the query parameters that the project leaves out.</summary>
    public string WithoutExcludedParams(string url) => _excludedParams.Count == 0 ? url : UrlParameters.Without(url, _excludedParams);

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
