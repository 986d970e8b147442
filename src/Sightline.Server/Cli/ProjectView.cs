using Sightline.Core.Model;
using Sightline.Server.Features.Settings;
using Sightline.Server.Show;

namespace Sightline.Server.Cli;

/// <summary>A project as <c>--json</c> shows it: with every key and address a client needs.</summary>
internal sealed record ProjectView(
    uint Id, string Name, string PublicKey, IReadOnlyList<string> Domains, string Timezone, string Currency, int RetentionDays, int EventsPerSecond,
    IReadOnlyList<string> ExcludedIps, IReadOnlyList<string> ExcludedPaths, IReadOnlyList<GoalView> Goals, DateTimeOffset Created,
    string WeekStart, IReadOnlyList<string> ExcludedHosts, IReadOnlyList<string> ExcludedParams, string Privacy, bool DoNotTrack, bool AllowBots, IReadOnlyList<string> AllowedBots,
    long EventsPerDay, long EventsPerMonth, int MaxSeries, bool PublicDashboard, bool PublicIndexed, bool PublicBadge, IReadOnlyList<string> EmbedOrigins, IReadOnlyList<string> OldKeys,
    string Snippet, string EventApiUrl, uint MatomoSiteId, string MatomoUrl, string Ga4MeasurementId, string SentryKey, string SentryDsn)
{
    /// <param name="project">The project.</param>
    /// <param name="url">Address of the server as clients reach it, without a slash at the end.</param>
    public static ProjectView Of(Project project, string url)
    {
        var address = new Uri(url);
        return new ProjectView(
            project.Id, project.Name, project.PublicKey, project.Domains, project.TimeZone, project.Currency, project.RetentionDays, project.EventsPerSecond,
            project.ExcludedIps, project.ExcludedPaths,
            [.. project.Goals.Select(g => new GoalView(g.Id, g.Name, g.EventName, g.PathPattern))],
            CliJson.Time(project.CreatedMs),
            SettingWords.Of(project.WeekStart), project.ExcludedHosts, project.ExcludedParams, SettingWords.Of(project.Privacy), project.HonoursDoNotTrack, project.AllowsBots, project.AllowedBots,
            project.EventsPerDay, project.EventsPerMonth, project.MaxSeries, project.IsPublic, project.IsIndexed, project.HasBadge, project.EmbedOrigins, project.RetiredKeys,
            TrackerSnippet.For(url, project.PublicKey),
            url + "/api/event",
            // Matomo's clients demand a positive integer.
            project.Id,
            url + "/matomo.php",
            project.Ga4MeasurementId,
            project.SentryKey,
            // https://key@host/path/id: Sentry's clients demand a numeric id.
            $"{address.Scheme}://{project.SentryKey}@{address.Authority}{address.AbsolutePath.TrimEnd('/')}/{project.Id}");
    }
}

/// <summary>A goal as <c>--json</c> shows it.</summary>
internal sealed record GoalView(uint Id, string Name, string? Event, string? Page);
