using Sightline.Core.Model;
using Sightline.Server.Features.Projects;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Dropped;

/// <summary>Counts of the store, written with the events themselves, and the remedies that the settings have.</summary>
internal sealed class DroppedService(EventStore store, ProjectStore projects, TimeProvider time)
{
    private const int MostSamples = 8;
    private const int MostDays = 400;
    private const int MostHosts = 5;

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
            [.. drops.GroupBy(drop => drop.Reason).Select(group => Reason(project, group, days.Last, count)).OrderByDescending(reason => reason.Count)],
            [.. project.ExcludedPaths, .. project.ExcludedIps]);
    }

    /// <summary>From now on, pages on that host count.</summary>
    /// <exception cref="SettingsException">It is no host.</exception>
    public void AllowHost(Project project, string host)
    {
        // The list as it is now, not as it was when the page was made: another may have been added meanwhile.
        var domains = projects.Find(project.Id)?.Domains ?? [];
        projects.Update(project.Id, new ProjectChange { Domains = [.. domains, host] });
    }

    /// <summary>From now on, what was excluded counts.</summary>
    public void Include(Project project, string exclusion)
    {
        var now = projects.Find(project.Id) ?? project;
        projects.Update(project.Id, new ProjectChange
        {
            ExcludedPaths = [.. now.ExcludedPaths.Where(path => path != exclusion)],
            ExcludedIps = [.. now.ExcludedIps.Where(address => address != exclusion)],
        });
    }

    private static DroppedReason Reason(Project project, IGrouping<DropReason, DropDay> drops, DateOnly last, int days)
    {
        var (title, sentence) = DropWords.Of(drops.Key);
        var perDay = drops.GroupBy(drop => drop.Day).ToDictionary(day => day.Key, day => day.Sum(drop => drop.Count));
        var samples = drops.SelectMany(drop => drop.Samples).OrderByDescending(sample => sample.TimeMs).ToList();
        return new DroppedReason(
            drops.Key, title, sentence, drops.Sum(drop => drop.Count), string.Join(", ", drops.Select(drop => drop.ReceivedBy).Distinct().Select(DropWords.Protocol)),
            [.. Enumerable.Range(1 - days, days).Select(day => perDay.GetValueOrDefault(last.AddDays(day)))],
            [.. samples.DistinctBy(sample => sample.Text).Take(MostSamples)],
            drops.Key == DropReason.Host ? [.. samples.Select(sample => HostIn(sample.Text)).OfType<string>().Distinct().Where(host => !project.Domains.Contains(host)).Take(MostHosts)] : []);
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
