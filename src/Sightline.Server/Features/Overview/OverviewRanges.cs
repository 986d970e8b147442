using System.Globalization;

namespace Sightline.Server.Features.Overview;

/// <summary>The ranges the page offers.</summary>
internal static class OverviewRanges
{
    public const string Default = "30d";
    public const string Custom = "custom";

    /// <summary>Each with its name, its shortcut and how many days it has, for choosing intervals.</summary>
    public static IReadOnlyList<(string Key, string Name, string? Shortcut, int Days)> Named { get; } =
    [
        ("realtime", "Last 30 minutes", "R", 0), ("day", "Today", "D", 1), ("7d", "Last 7 days", "W", 7), ("28d", "Last 28 days", null, 28),
        ("30d", "Last 30 days", "T", 30), ("90d", "Last 90 days", "Q", 90), ("month", "This month", "M", 31), ("year", "This year", "Y", 366),
        ("12mo", "Last 12 months", "L", 366), ("all", "All time", "A", 3000),
    ];

    public static bool IsNamed(string key) => Named.Any(r => r.Key == key);

    /// <summary>Intervals that make some, but not too many points of that many days.</summary>
    public static IReadOnlyList<string> Intervals(int days)
    {
        List<string> fit = [];
        if (days <= 1)
        {
            fit.Add("minute");
        }

        if (days is >= 1 and <= 35)
        {
            fit.Add("hour");
        }

        if (days is > 1 and <= 1200)
        {
            fit.Add("day");
        }

        if (days >= 14)
        {
            fit.Add("week");
        }

        if (days >= 31)
        {
            fit.Add("month");
        }

        return fit;
    }

    public static string DefaultInterval(int days) => days switch { 0 => "minute", <= 2 => "hour", <= 120 => "day", <= 364 => "week", _ => "month" };

    /// <summary>A day (<c>2026-11-01</c>) or an instant (RFC 3339 with its offset).</summary>
    public static bool IsPoint(string? text, out bool isDay)
    {
        isDay = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        return isDay || (text is { Length: > 16 and < 40 } && text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
    }

    public static DateTimeOffset Instant(string point) => DateTimeOffset.Parse(point, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
