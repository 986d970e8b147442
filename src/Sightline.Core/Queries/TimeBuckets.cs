using System.Globalization;

namespace Sightline.Core.Queries;

/// <summary>
/// The pieces a time dimension cuts a range into, in order and without gaps. Days, weeks (from the day the project begins them with) and months are the zone's;
/// hours and minutes are cut where the zone's offset changes, so an hour that comes twice is two buckets. The first and last bucket hold
/// only what of them is inside the range; labels name the whole bucket.
/// </summary>
public sealed class TimeBuckets
{
    private readonly long[] starts;

    private TimeBuckets(DimensionKind unit, long[] starts, string[] labels)
    {
        Unit = unit;
        this.starts = starts;
        Labels = labels;
    }

    public DimensionKind Unit { get; }

    /// <summary><c>2026-11-01</c> for days, weeks (their first day) and months; RFC 3339 with the zone's offset for hours and minutes.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>First instant of each bucket, Unix milliseconds; that of the first bucket is the range's.</summary>
    public ReadOnlySpan<long> Starts => starts;

    public int Count => starts.Length;

    /// <summary>The bucket of an instant inside the range.</summary>
    public int IndexOf(long utcMs)
    {
        var found = Array.BinarySearch(starts, utcMs);
        return found >= 0 ? found : ~found - 1;
    }

    /// <returns><see langword="null"/>: more than <see cref="QueryLimits.Buckets"/>.</returns>
    public static TimeBuckets? Cut(DimensionKind unit, long fromMs, long toMs, ZoneCalendar calendar)
    {
        List<long> starts = [];
        List<string> labels = [];
        var at = fromMs;
        while (at < toMs)
        {
            if (starts.Count == QueryLimits.Buckets)
            {
                return null;
            }
            var (label, next) = unit is DimensionKind.TimeMinute or DimensionKind.TimeHour
                ? Clock(at, unit == DimensionKind.TimeHour ? ZoneCalendar.HourMs : 60_000, calendar)
                : Date(at, unit, calendar);
            starts.Add(at);
            labels.Add(label);
            at = next;
        }
        return new(unit, [.. starts], [.. labels]);
    }

    private static (string Label, long Next) Date(long at, DimensionKind unit, ZoneCalendar calendar)
    {
        var date = calendar.DateOf(at);
        while (calendar.StartOf(date.AddDays(1)) <= at)
        {
            // After a change back over midnight the clock shows the day before once more; the new day has begun all the same.
            date = date.AddDays(1);
        }
        var (first, next) = unit switch
        {
            DimensionKind.TimeDay => (date, date.AddDays(1)),
            DimensionKind.TimeWeek => (calendar.WeekOf(date), calendar.WeekOf(date).AddDays(7)),
            _ => (new(date.Year, date.Month, 1), new DateOnly(date.Year, date.Month, 1).AddMonths(1)),
        };
        return (first.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), calendar.StartOf(next));
    }

    private static (string Label, long Next) Clock(long at, long lengthMs, ZoneCalendar calendar)
    {
        var offset = calendar.OffsetMs(at);
        var start = ((at + offset) / lengthMs * lengthMs) - offset;
        var next = start + lengthMs;
        if (calendar.OffsetMs(next - 1) != offset)
        {
            next = Change(at, next - 1, offset, calendar);
        }
        if (calendar.OffsetMs(start) != offset)
        {
            start = Change(start, at, calendar.OffsetMs(start), calendar);
        }
        var time = DateTimeOffset.FromUnixTimeMilliseconds(start).ToOffset(TimeSpan.FromMinutes(offset / 60_000));
        return (time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture), next);
    }

    /// <summary>The first instant after <paramref name="early"/> at which the offset is another.</summary>
    private static long Change(long early, long late, long offset, ZoneCalendar calendar)
    {
        while (late - early > 1)
        {
            var middle = early + ((late - early) / 2);
            if (calendar.OffsetMs(middle) == offset)
            {
                early = middle;
            }
            else
            {
                late = middle;
            }
        }
        return late;
    }
}
