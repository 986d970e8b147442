using Sightline.Core.Model;
using Sightline.Server.Features.Projects;
using Sightline.Server.Features.Settings;
using Sightline.Server.Receive;
using Sightline.Store;
using Sightline.Store.Series;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Dropped;

/// <summary>Counts of the store, written with the events themselves, and the remedies that the settings have.</summary>
internal sealed class DroppedService(EventStore store, ProjectSettings settings, Gate gate, TimeProvider time)
{
    private const int MostSamples = 8;
    private const int MostDays = 400;
    private const int MostRemedies = 5;

    public DroppedModel Load(Project project, string range)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (range.Length == 0 || !DayRange.TryParse(range, today, out var days))
        {
            range = "30d";
            DayRange.TryParse(range, today, out days);
        }

        var received = store.Received(project.Id, days.First, days.Last);
        var drops = store.Drops(project.Id, days.First, days.Last);
        var first = drops.Select(drop => drop.Day).Append(days.Last).Min();
        first = first < days.First ? days.First : first;
        var count = Math.Min(MostDays, days.Last.DayNumber - first.DayNumber + 1);
        return new DroppedModel(
            project, range, days.First, days.Last, received.Sum(day => day.Received), received.Sum(day => day.Stored), drops.Sum(drop => drop.Count),
            [.. drops.GroupBy(drop => drop.Reason).Select(group => Reason(project, group, days.Last, count)).OrderByDescending(reason => reason.Count)])
        {
            WrongKeys = WrongKeys(project),
        };
    }

    /// <summary>From now on, pages on that host count.</summary>
    /// <exception cref="SettingsException">It is no host.</exception>
    public void AllowHost(HttpContext context, Project project, string host) =>
        settings.Change(context, project, new ProjectChange { Domains = [.. Now(project).Domains, host] });

    /// <summary>From now on, programs whose User-Agent contains that count.</summary>
    /// <exception cref="SettingsException">It is no part of one.</exception>
    public void AllowBot(HttpContext context, Project project, string part) =>
        settings.Change(context, project, new ProjectChange { AllowedBots = [.. Now(project).AllowedBots, part] });

    /// <summary>From now on, twice as many events count in a day (<c>day</c>) or a month.</summary>
    public void RaiseQuota(HttpContext context, Project project, string of)
    {
        var now = Now(project);
        settings.Change(context, project, of == "day" ? new ProjectChange { EventsPerDay = Twice(now.EventsPerDay) } : new ProjectChange { EventsPerMonth = Twice(now.EventsPerMonth) });
    }

    /// <summary>From now on, what one of the project's sites sends with that key counts.</summary>
    /// <exception cref="SettingsException">None of them does, or another project has it.</exception>
    public void AdoptKey(HttpContext context, Project project, string key)
    {
        if (key.Length == 0 || !WrongKeys(Now(project)).Any(wrong => wrong.Key == key))
        {
            throw new InvalidSettingException("none of the project's sites has sent with this key lately");
        }

        settings.AdoptKey(context, project, key);
        gate.UnknownKeys.Forget(key);
    }

    /// <summary>From now on, the project may have twice as many series of metrics.</summary>
    /// <exception cref="SettingsException">That is more than any may have.</exception>
    public void RaiseSeries(HttpContext context, Project project) =>
        settings.Change(context, project, new ProjectChange { MaxSeries = 2 * SeriesLimit(Now(project)) });

    /// <summary>From now on, what was excluded counts.</summary>
    public void Include(HttpContext context, Project project, string exclusion)
    {
        var now = Now(project);
        settings.Change(context, project, new ProjectChange
        {
            ExcludedPaths = [.. now.ExcludedPaths.Where(path => path != exclusion)],
            ExcludedIps = [.. now.ExcludedIps.Where(address => address != exclusion)],
            ExcludedHosts = [.. now.ExcludedHosts.Where(host => host != exclusion)],
        });
    }

    // More than a domain takes in: a subdomain that nobody has named is the same people's, and it is they who look.
    private static bool IsOf(string domain, string host) => $".{host}".EndsWith($".{domain.TrimStart('*').TrimStart('.')}", StringComparison.OrdinalIgnoreCase);

    private List<UnknownKey> WrongKeys(Project project) =>
        [.. gate.UnknownKeys.Since(time.GetUtcNow().AddDays(-1).ToUnixTimeMilliseconds()).Where(key => key.Host.Length > 0 && project.Domains.Any(domain => IsOf(domain, key.Host)))];

    private Project Now(Project project) => settings.Find(project.Id) ?? project;

    private int SeriesLimit(Project project) => project.MaxSeries > 0 ? project.MaxSeries : store.Series.UsualLimit;

    private static long Twice(long quota) => quota > long.MaxValue / 2 ? quota : quota * 2;

    private IEnumerable<DropRemedy> Remedies(Project project, DropReason reason, IEnumerable<string> samples) => reason switch
    {
        DropReason.Host => samples.Select(HostIn).OfType<string>().Distinct().Where(host => !project.Domains.Contains(host)).Take(MostRemedies)
            .Select(host => new DropRemedy("allow-host", "host", host, $"Count {host} from now on")),
        DropReason.Bot when !project.AllowsBots => samples.Select(BotName.Of).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(name => !project.AllowedBots.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase))).Take(MostRemedies)
            .Select(name => new DropRemedy("allow-bot", "part", name, $"Count {name} from now on")),
        DropReason.Excluded => project.ExcludedPaths.Concat(project.ExcludedHosts).Concat(project.ExcludedIps)
            .Select(exclusion => new DropRemedy("include", "exclusion", exclusion, $"Count {exclusion} again")),
        DropReason.Quota => new[] { (Of: "day", Quota: project.EventsPerDay), (Of: "month", Quota: project.EventsPerMonth) }.Where(quota => quota.Quota > 0)
            .Select(quota => new DropRemedy("raise-quota", "of", quota.Of, $"Raise the quota of a {quota.Of} to {Twice(quota.Quota).ToString("#,0", System.Globalization.CultureInfo.InvariantCulture)} events")),
        DropReason.TooManySeries => [new DropRemedy("raise-series", "to", "twice", $"Allow {(2 * SeriesLimit(project)).ToString("#,0", System.Globalization.CultureInfo.InvariantCulture)} series of metrics")],
        _ => [],
    };

    private DroppedReason Reason(Project project, IGrouping<DropReason, DropDay> drops, DateOnly last, int days)
    {
        var (title, sentence) = DropWords.Of(drops.Key);
        if (drops.Key == DropReason.TooManySeries && store.Series.GuardReport(project.Id) is { Worst.Count: > 0 } report)
        {
            sentence += $" Most of the latest new names begin with {report.WorstText}.";
        }

        var perDay = drops.GroupBy(drop => drop.Day).ToDictionary(day => day.Key, day => day.Sum(drop => drop.Count));
        var samples = drops.SelectMany(drop => drop.Samples).OrderByDescending(sample => sample.TimeMs).ToList();
        return new DroppedReason(
            drops.Key, title, sentence, drops.Sum(drop => drop.Count), string.Join(", ", drops.Select(drop => drop.ReceivedBy).Distinct().Select(DropWords.Protocol)),
            [.. Enumerable.Range(1 - days, days).Select(day => perDay.GetValueOrDefault(last.AddDays(day)))],
            [.. samples.DistinctBy(sample => sample.Text).Take(MostSamples)],
            [.. Remedies(project, drops.Key, samples.Select(sample => sample.Text))]);
    }

    /// <summary>The host that a sample is, or that an address in it has.</summary>
    internal static string? HostIn(string sample)
    {
        foreach (var word in sample.Split(' '))
        {
            if (Uri.TryCreate(word, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                return address.IdnHost;
            }

            if (word.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(word) == UriHostNameType.Dns)
            {
                return word.ToLowerInvariant();
            }
        }

        return null;
    }
}
