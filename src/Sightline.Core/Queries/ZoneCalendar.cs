namespace Sightline.Core.Queries;

/// <summary>
/// Where days begin in a time zone. A day begins at the first instant whose local date is that date: where clocks skip midnight it
/// begins at the change, where midnight comes twice it begins at the first. Days therefore last 23, 24 or 25 hours, or what the zone says.
/// </summary>
public sealed class ZoneCalendar(TimeZoneInfo zone, DayOfWeek weekStart = DayOfWeek.Monday)
{
    public const long HourMs = 3_600_000;
    public const long DayMs = 24 * HourMs;

    /// <summary>Unix milliseconds of 1970-01-01 and 9999-12-01: what a range may span.</summary>
    public const long MaxMs = 253_399_536_000_000;

    private static readonly int EpochDay = new DateOnly(1970, 1, 1).DayNumber;

    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>The day weeks begin with.</summary>
    public DayOfWeek WeekStart { get; } = weekStart;

    /// <summary>First day of the week that <paramref name="date"/> lies in.</summary>
    public DateOnly WeekOf(DateOnly date) => date.AddDays(-(((int)date.DayOfWeek - (int)WeekStart + 7) % 7));

    /// <summary>Milliseconds to add to UTC for local time at that instant.</summary>
    public long OffsetMs(long utcMs) => (long)Zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(utcMs)).TotalMilliseconds;

    public DateOnly DateOf(long utcMs) => DateOnly.FromDayNumber(EpochDay + (int)Math.Floor((utcMs + OffsetMs(utcMs)) / (double)DayMs));

    public long StartOf(DateOnly date)
    {
        var local = (date.DayNumber - EpochDay) * DayMs;
        var before = local - OffsetMs(local - DayMs);
        var after = local - OffsetMs(local + DayMs);
        var (early, late) = before <= after ? (before, after) : (after, before);
        if (early + OffsetMs(early) == local)
        {
            return early;
        }
        if (late + OffsetMs(late) == local)
        {
            return late;
        }
        // Midnight does not exist: the day begins where the clocks jump over it.
        while (late - early > 1)
        {
            var middle = early + ((late - early) / 2);
            if (middle + OffsetMs(middle) >= local)
            {
                late = middle;
            }
            else
            {
                early = middle;
            }
        }
        return late;
    }

    public TimeRange Days(DateOnly first, DateOnly last) => new(StartOf(first), StartOf(last.AddDays(1)), first, last);

    /// <summary>Finds a zone by its IANA name.</summary>
    public static bool TryFind(string name, out ZoneCalendar calendar, DayOfWeek weekStart = DayOfWeek.Monday)
    {
        var found = TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone);
        calendar = new(zone ?? TimeZoneInfo.Utc, weekStart);
        return found;
    }
}
