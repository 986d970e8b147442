using System.Globalization;
using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Settings;

/// <summary>Settings of a project as the command line, the API and the activity log spell them.</summary>
internal static class SettingWords
{
    /// <summary>Days a week may begin on.</summary>
    public static IReadOnlyList<DayOfWeek> WeekStarts { get; } = [DayOfWeek.Monday, DayOfWeek.Sunday, DayOfWeek.Saturday];

    public static string Of(DayOfWeek weekStart) => weekStart.ToString().ToLowerInvariant();

    public static string Of(PrivacyMode mode) => mode switch
    {
        PrivacyMode.Cookieless => "cookieless",
        PrivacyMode.FirstParty => "first_party",
        PrivacyMode.UserIds => "user_ids",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "not a privacy mode"),
    };

    /// <exception cref="InvalidSettingException">It is none.</exception>
    public static DayOfWeek? WeekStart(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null => null,
        "monday" => DayOfWeek.Monday,
        "sunday" => DayOfWeek.Sunday,
        "saturday" => DayOfWeek.Saturday,
        _ => throw new InvalidSettingException($"'{text}' is not how a week begins: give monday, sunday or saturday"),
    };

    /// <exception cref="InvalidSettingException">It is none.</exception>
    public static PrivacyMode? Privacy(string? text) => text?.Trim().ToLowerInvariant().Replace('-', '_') switch
    {
        null => null,
        "cookieless" => PrivacyMode.Cookieless,
        "first_party" => PrivacyMode.FirstParty,
        "user_ids" => PrivacyMode.UserIds,
        _ => throw new InvalidSettingException($"'{text}' is not a privacy mode: give cookieless, first_party or user_ids"),
    };

    /// <summary>What a privacy mode means for the number of visitors, in a sentence: shown where visitors are.</summary>
    public static string Uniques(PrivacyMode mode) => mode switch
    {
        PrivacyMode.Cookieless => "Visitors are told apart without cookies or ids: somebody who comes on two days is two visitors.",
        PrivacyMode.FirstParty => "Visitors with a first-party id are counted once in the whole range; those without are new each day.",
        _ => "Visitors are counted once in the whole range; one who is known neither by a user id nor by a first-party id is a new visitor each day.",
    };

    /// <summary>What differs, for the activity log: <c>time zone Europe/Berlin, week start sunday</c>; empty: nothing.</summary>
    public static string Changes(Project before, Project after) => string.Join(", ", All(before).Zip(All(after))
        .Where(pair => pair.First.Value != pair.Second.Value)
        .Select(pair => $"{pair.Second.Name} {(pair.Second.Value.Length == 0 ? "none" : pair.Second.Value)}"));

    private static IEnumerable<(string Name, string Value)> All(Project project)
    {
        yield return ("name", project.Name);
        yield return ("domains", Join(project.Domains));
        yield return ("time zone", project.TimeZone);
        yield return ("week start", Of(project.WeekStart));
        yield return ("currency", project.Currency);
        yield return ("retention days", Number(project.RetentionDays));
        yield return ("events per second", Number(project.EventsPerSecond));
        yield return ("events per day", Number(project.EventsPerDay));
        yield return ("events per month", Number(project.EventsPerMonth));
        yield return ("series of metrics", Number(project.MaxSeries));
        yield return ("excluded addresses", Join(project.ExcludedIps));
        yield return ("excluded paths", Join(project.ExcludedPaths));
        yield return ("excluded hosts", Join(project.ExcludedHosts));
        yield return ("excluded parameters", Join(project.ExcludedParams));
        yield return ("privacy", Of(project.Privacy));
        yield return ("do not track", project.HonoursDoNotTrack ? "honoured" : "ignored");
        yield return ("bots", project.AllowsBots ? "count" : "dropped");
        yield return ("allowed bots", Join(project.AllowedBots));
        yield return ("public dashboard", Switch(project.IsPublic));
        yield return ("search engines", project.IsIndexed ? "welcome" : "kept away");
        yield return ("badge", Switch(project.HasBadge));
        yield return ("embedding sites", Join(project.EmbedOrigins));
        yield return ("goals", Join([.. project.Goals.Select(goal => $"{goal.Name} ({goal.EventName ?? goal.PathPattern})")]));
    }

    private static string Join(IReadOnlyList<string> values) => string.Join(" ", values);

    private static string Switch(bool on) => on ? "on" : "off";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
