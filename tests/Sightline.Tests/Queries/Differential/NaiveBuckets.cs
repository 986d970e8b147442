using System.Globalization;
using Sightline.Core.Queries;

namespace Sightline.Tests.Queries.Differential;

/// <summary>Labels of buckets by asking the zone about every single instant, without knowing where buckets begin.</summary>
internal sealed class NaiveBuckets(DimensionKind unit, TimeZoneInfo zone, TimeRange range, DayOfWeek weekStart)
{
    private string[]? labels;

    /// <summary>Found by walking through the range minute by minute.</summary>
    public IReadOnlyList<string> Labels => labels ??= [.. Walk().Distinct()];

    public string Label(long ms)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone);
        switch (unit)
        {
            case DimensionKind.TimeMonth:
                return local.ToString("yyyy-MM-01", CultureInfo.InvariantCulture);
            case DimensionKind.TimeWeek:
                while (local.DayOfWeek != weekStart)
                {
                    local = local.AddDays(-1);
                }
                return local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            case DimensionKind.TimeDay:
                return local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }
        // The earliest minute of this hour (or this minute) that the clock shows under the same offset.
        var start = local.AddTicks(-(local.Ticks % (unit == DimensionKind.TimeHour ? TimeSpan.TicksPerHour : TimeSpan.TicksPerMinute)));
        while (zone.GetUtcOffset(start) != local.Offset)
        {
            start = start.AddMinutes(1);
        }
        return start.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
    }

    private IEnumerable<string> Walk()
    {
        yield return Label(range.FromMs);
        for (var at = (range.FromMs / 60_000 * 60_000) + 60_000; at < range.ToMs; at += 60_000)
        {
            yield return Label(at);
        }
    }
}
