namespace Sightline.Core.Queries.Graphite;

/// <summary>Beginnings of days, weeks and the like where the reader is.</summary>
internal static class ZonedTime
{
    /// <param name="time">Unix seconds.</param>
    /// <param name="unit">seconds, minutes, hours, days, weeks (a digit behind it is the day a week begins with, Monday is 1), months, years, or how they begin.</param>
    /// <param name="zone">Where.</param>
    /// <exception cref="GraphiteException">There is no such unit.</exception>
    public static long Floor(long time, string unit, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(time), zone);
        var day = local.Date;
        var floored = unit switch
        {
            ['s', ..] => local.DateTime,
            ['m', 'i', 'n', ..] => day.AddMinutes(Math.Floor(local.TimeOfDay.TotalMinutes)),
            ['h', ..] => day.AddHours(local.Hour),
            ['d', ..] => day,
            ['w', ..] => day.AddDays(-((IsoDay(local) - Beginning(unit) + 7) % 7)),
            ['m', 'o', 'n', ..] => new DateTime(day.Year, day.Month, 1, 0, 0, 0, DateTimeKind.Unspecified),
            ['y', ..] => new DateTime(day.Year, 1, 1, 0, 0, 0, DateTimeKind.Unspecified),
            _ => throw new GraphiteException($"Invalid offset unit '{unit}'"),
        };
        return new DateTimeOffset(floored, zone.IsInvalidTime(floored) ? local.Offset : zone.GetUtcOffset(floored)).ToUnixTimeSeconds();
    }

    private static int IsoDay(DateTimeOffset time) => time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek;

    private static int Beginning(string unit) => char.IsAsciiLetter(unit[^1]) ? 1
        : unit[^1] is >= '1' and <= '7' ? unit[^1] - '0'
        : throw new GraphiteException($"Invalid day of week '{unit[^1]}': 1 (Monday) to 7");
}
