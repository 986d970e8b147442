using Sightline.Server.Features.Settings;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Projects;

/// <summary>Body of <c>PATCH /api/v1/projects/{id}</c>, named as a project is shown: what is not given stays; a list replaces the whole list.</summary>
internal sealed record ChangedProject(
    string? Name = null, IReadOnlyList<string>? Domains = null, string? Timezone = null, string? WeekStart = null, string? Currency = null, int? RetentionDays = null, int? EventsPerSecond = null,
    long? EventsPerDay = null, long? EventsPerMonth = null, int? MaxSeries = null, IReadOnlyList<string>? ExcludedIps = null, IReadOnlyList<string>? ExcludedPaths = null, IReadOnlyList<string>? ExcludedHosts = null,
    IReadOnlyList<string>? ExcludedParams = null, string? Privacy = null, bool? DoNotTrack = null, bool? AllowBots = null, IReadOnlyList<string>? AllowedBots = null,
    bool? PublicDashboard = null, bool? PublicIndexed = null, bool? PublicBadge = null, IReadOnlyList<string>? EmbedOrigins = null)
{
    /// <exception cref="InvalidSettingException">A word is not known.</exception>
    public ProjectChange ToChange() => new()
    {
        Name = Name,
        Domains = Domains,
        TimeZone = Timezone,
        WeekStart = SettingWords.WeekStart(WeekStart),
        Currency = Currency,
        RetentionDays = RetentionDays,
        EventsPerSecond = EventsPerSecond,
        EventsPerDay = EventsPerDay,
        EventsPerMonth = EventsPerMonth,
        MaxSeries = MaxSeries,
        ExcludedIps = ExcludedIps,
        ExcludedPaths = ExcludedPaths,
        ExcludedHosts = ExcludedHosts,
        ExcludedParams = ExcludedParams,
        Privacy = SettingWords.Privacy(Privacy),
        HonoursDoNotTrack = DoNotTrack,
        AllowsBots = AllowBots,
        AllowedBots = AllowedBots,
        IsPublic = PublicDashboard,
        IsIndexed = PublicIndexed,
        HasBadge = PublicBadge,
        EmbedOrigins = EmbedOrigins,
    };
}
