namespace Sightline.Core.Queries;

/// <summary>Places the ranges of a query in time. Named ranges end with today's day, month or year, which is not over yet.</summary>
/// <param name="calendar">Days are this zone's.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
/// <param name="firstEventMs">Time of the project's first event, for <c>all</c>; <see langword="null"/>: it has none.</param>
public sealed class TimeRangeResolver(ZoneCalendar calendar, long nowMs, Func<long?> firstEventMs)
{
    private const int MinuteMs = 60_000;
    private const int RealtimeMinutes = 30;

    public TimeRange Resolve(RangeSpec range) => range switch
    {
        NamedRange named => Named(named.Name),
        DateRange dates => calendar.Days(dates.First, dates.Last),
        InstantRange instants => new(instants.FromMs, instants.ToMs, null, null),
        _ => throw new ArgumentOutOfRangeException(nameof(range)),
    };

    /// <summary>The range to compare with. <paramref name="range"/> is what <see cref="Resolve"/> gave.</summary>
    public TimeRange ResolveCompare(CompareSpec compare, TimeRange range) => compare.Kind switch
    {
        CompareKind.Explicit => Resolve(compare.Range!),
        CompareKind.PreviousYear => PreviousYear(range),
        _ => PreviousPeriod(range),
    };

    private TimeRange Named(RangeName name)
    {
        var today = calendar.DateOf(nowMs);
        var month = new DateOnly(today.Year, today.Month, 1);
        switch (name)
        {
            case RangeName.Day:
                return calendar.Days(today, today);
            case RangeName.Days7:
                return calendar.Days(today.AddDays(-6), today);
            case RangeName.Days28:
                return calendar.Days(today.AddDays(-27), today);
            case RangeName.Days30:
                return calendar.Days(today.AddDays(-29), today);
            case RangeName.Days90:
                return calendar.Days(today.AddDays(-89), today);
            case RangeName.Months12:
                return calendar.Days(month.AddMonths(-11), month.AddMonths(1).AddDays(-1));
            case RangeName.Month:
                return calendar.Days(month, month.AddMonths(1).AddDays(-1));
            case RangeName.Year:
                return calendar.Days(new(today.Year, 1, 1), new(today.Year, 12, 31));
            case RangeName.All:
                var first = firstEventMs() is { } ms ? calendar.DateOf(ms) : today;
                return calendar.Days(first < today ? first : today, today);
            case RangeName.Realtime:
                var end = ((nowMs / MinuteMs) + 1) * MinuteMs;
                return new(end - (RealtimeMinutes * MinuteMs), end, null, null);
            default:
                throw new ArgumentOutOfRangeException(nameof(name));
        }
    }

    /// <summary>
    /// Whole calendar months: as many months before. Other whole days: as many days before. Otherwise the same length before. Of days that are not over yet
    /// only as much is compared as has gone by: today until this minute with yesterday until the same time.
    /// </summary>
    private TimeRange PreviousPeriod(TimeRange range)
    {
        if (range is not { FirstDay: { } first, LastDay: { } last })
        {
            return new(range.FromMs - (range.ToMs - range.FromMs), range.FromMs, null, null);
        }
        var next = last.AddDays(1);
        if (first.Day == 1 && next.Day == 1)
        {
            var months = ((next.Year - first.Year) * 12) + next.Month - first.Month;
            return SoFar(range, calendar.Days(first.AddMonths(-months), first.AddDays(-1)), today => today.AddMonths(-months));
        }
        var days = next.DayNumber - first.DayNumber;
        return SoFar(range, calendar.Days(first.AddDays(-days), first.AddDays(-1)), today => today.AddDays(-days));
    }

    /// <param name="range">Of whole days.</param>
    /// <param name="before">What it is compared with.</param>
    /// <param name="move">The day before that stands for a day of the range.</param>
    private TimeRange SoFar(TimeRange range, TimeRange before, Func<DateOnly, DateOnly> move)
    {
        // Whole minutes: answers stay the same, and in the cache, for a minute.
        var until = ((nowMs / MinuteMs) + 1) * MinuteMs;
        if (nowMs < range.FromMs || until >= range.ToMs)
        {
            return before;
        }
        var today = calendar.DateOf(nowMs);
        var day = move(today);
        var (start, end) = (calendar.StartOf(day), calendar.StartOf(day.AddDays(1)));
        // By the clock on the wall: one of the two days may be an hour longer than the other.
        var wanted = until + calendar.OffsetMs(until) - ((today.DayNumber - day.DayNumber) * ZoneCalendar.DayMs);
        var same = start + until - calendar.StartOf(today);
        same += wanted - (same + calendar.OffsetMs(same));
        return new(before.FromMs, Math.Clamp(same, start + MinuteMs, Math.Min(end, before.ToMs)), null, null);
    }

    private TimeRange PreviousYear(TimeRange range)
    {
        if (range is { FirstDay: { } first, LastDay: { } last })
        {
            // The end is moved as the day after, so that a year with and one without 29 February both stay whole.
            return calendar.Days(first.AddYears(-1), last.AddDays(1).AddYears(-1).AddDays(-1));
        }
        return new(YearBefore(range.FromMs), YearBefore(range.ToMs), null, null);
    }

    private static long YearBefore(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).AddYears(-1).ToUnixTimeMilliseconds();
}
