using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Overview;

/// <summary>Where a view lies in time: its name, the ranges beside it, and which of its buckets is running.</summary>
internal sealed class OverviewTime
{
    private readonly ZoneCalendar _calendar;
    private readonly long _nowMs;

    public OverviewTime(Project project, TimeProvider time)
    {
        ZoneCalendar.TryFind(project.TimeZone, out _calendar, project.WeekStart);
        _nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        Today = _calendar.DateOf(_nowMs);
    }

    public DateOnly Today { get; }

    public OverviewWhen When(OverviewState state, StatsTable answer)
    {
        if (answer.Days is not var (first, last))
        {
            var text = state.IsCustom ? Instants(state.From!, state.To!) : OverviewRanges.Named.First(r => r.Key == state.Range).Name;
            return new OverviewWhen(text, state.Compares ? "the same time before" : null, state.IsCustom ? Shift(state, -1) : null, state.IsCustom ? Shift(state, 1) : null, null, null, Today);
        }

        var (back, forward) = (Beside(first, last, -1), Beside(first, last, 1));
        return new OverviewWhen(
            Format.Days(first, last),
            answer.CompareDays is var (compareFirst, compareLast) ? Format.Days(compareFirst, compareLast)
                : answer.CompareUntil is var (begin, end, time) ? $"{Format.Days(begin, end)}, until {time.ToString("HH:mm", CultureInfo.InvariantCulture)}" : null,
            state.Range == "all" ? null : state.At(OverviewRanges.Day(back.First), OverviewRanges.Day(back.Last)),
            state.Range == "all" || forward.First > Today ? null : state.At(OverviewRanges.Day(forward.First), OverviewRanges.Day(forward.Last)),
            OverviewRanges.Day(first),
            OverviewRanges.Day(last),
            Today);
    }

    /// <summary>The part of a range that a bucket is, as a custom range is written.</summary>
    public static (string From, string To) Span(string label, string interval)
    {
        if (!OverviewRanges.IsPoint(label, out var isDay))
        {
            return (label, label);
        }

        if (!isDay)
        {
            var start = OverviewRanges.Instant(label);
            var end = interval == "hour" ? start.AddHours(1) : start.AddMinutes(1);
            return (Instant(start), Instant(end));
        }

        var day = DateOnly.ParseExact(label, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return (label, OverviewRanges.Day(interval switch { "day" => day, "week" => day.AddDays(6), _ => day.AddMonths(1).AddDays(-1) }));
    }

    /// <summary>Buckets that have not begun are nothing, not nought; the one that runs is not whole.</summary>
    public BucketState StateOf(string label, string interval)
    {
        if (interval is "minute" or "hour")
        {
            if (!DateTimeOffset.TryParse(label, CultureInfo.InvariantCulture, DateTimeStyles.None, out var start))
            {
                return BucketState.Over;
            }

            var startMs = start.ToUnixTimeMilliseconds();
            return startMs > _nowMs ? BucketState.Ahead : startMs + (interval == "hour" ? ZoneCalendar.HourMs : 60_000) > _nowMs ? BucketState.Running : BucketState.Over;
        }

        if (!DateOnly.TryParseExact(label, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return BucketState.Over;
        }

        var next = interval switch { "day" => day.AddDays(1), "week" => day.AddDays(7), _ => day.AddMonths(1) };
        return day > Today ? BucketState.Ahead : next > Today ? BucketState.Running : BucketState.Over;
    }

    /// <summary>Index of the bucket that holds an instant, by the buckets' labels; −1: none does.</summary>
    public int IndexOf(IReadOnlyList<string> labels, string interval, long timeMs)
    {
        var found = -1;
        for (var i = 0; i < labels.Count; i++)
        {
            var start = interval is "minute" or "hour"
                ? DateTimeOffset.TryParse(labels[i], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToUnixTimeMilliseconds() : long.MaxValue
                : DateOnly.TryParseExact(labels[i], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? _calendar.StartOf(day) : long.MaxValue;
            if (start <= timeMs)
            {
                found = i;
            }
        }

        return found;
    }

    public string Local(long timeMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToOffset(TimeSpan.FromMilliseconds(_calendar.OffsetMs(timeMs))).ToString("d MMM HH:mm", CultureInfo.InvariantCulture);

    // Whole months move by months, everything else by its length.
    private static (DateOnly First, DateOnly Last) Beside(DateOnly first, DateOnly last, int direction)
    {
        var next = last.AddDays(1);
        if (first.Day == 1 && next.Day == 1)
        {
            var months = ((next.Year - first.Year) * 12) + next.Month - first.Month;
            return (first.AddMonths(direction * months), next.AddMonths(direction * months).AddDays(-1));
        }

        var days = next.DayNumber - first.DayNumber;
        return (first.AddDays(direction * days), last.AddDays(direction * days));
    }

    private OverviewState? Shift(OverviewState state, int direction)
    {
        var (from, to) = (OverviewRanges.Instant(state.From!), OverviewRanges.Instant(state.To!));
        var length = (to - from) * direction;
        return direction > 0 && to.ToUnixTimeMilliseconds() > _nowMs ? null : state.At(Instant(from + length), Instant(to + length));
    }

    private static string Instants(string from, string to)
    {
        var (begin, end) = (OverviewRanges.Instant(from), OverviewRanges.Instant(to));
        return begin.Date == end.Date
            ? $"{begin.ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture)} – {end.ToString("HH:mm", CultureInfo.InvariantCulture)}"
            : $"{begin.ToString("d MMM HH:mm", CultureInfo.InvariantCulture)} – {end.ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture)}";
    }

    private static string Instant(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}

/// <summary>Whether a bucket of time is over.</summary>
internal enum BucketState
{
    Over,
    Running,
    Ahead,
}
