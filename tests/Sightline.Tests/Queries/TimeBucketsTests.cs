using System.Globalization;
using Sightline.Core.Queries;

namespace Sightline.Tests.Queries;

public sealed class TimeBucketsTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29", 23)]
    [InlineData("Europe/Berlin", "2026-10-25", 25)]
    [InlineData("America/New_York", "2026-03-08", 23)]
    [InlineData("America/New_York", "2026-11-01", 25)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", 24.5)]
    [InlineData("Australia/Lord_Howe", "2026-10-04", 23.5)]
    [InlineData("Asia/Kathmandu", "2026-10-04", 24)]
    [InlineData("Africa/Cairo", "2026-04-24", 23)]
    [InlineData("America/Havana", "2026-11-01", 25)]
    [InlineData("Pacific/Apia", "2011-12-30", 0)]
    public void A_day_is_as_long_as_its_zone_says(string zone, string date, double hours)
    {
        var calendar = Calendar(zone);
        var day = DateOnly.Parse(date, CultureInfo.InvariantCulture);
        Assert.Equal(hours, (calendar.StartOf(day.AddDays(1)) - calendar.StartOf(day)) / (double)ZoneCalendar.HourMs);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z")]
    [InlineData("America/New_York", "2026-11-02", "2026-11-02T05:00:00Z")]
    [InlineData("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z")]
    [InlineData("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z")]
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z")]
    [InlineData("America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z")]
    public void A_day_begins_at_the_first_instant_of_its_date(string zone, string date, string utc) =>
        Assert.Equal(Ms(utc), Calendar(zone).StartOf(DateOnly.Parse(date, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(DayOfWeek.Monday, "2026-10-26,2026-11-02,2026-11-09")]
    [InlineData(DayOfWeek.Sunday, "2026-11-01,2026-11-08")]
    [InlineData(DayOfWeek.Saturday, "2026-10-31,2026-11-07")]
    public void Weeks_begin_on_the_project_s_day(DayOfWeek weekStart, string labels)
    {
        Assert.True(ZoneCalendar.TryFind("Europe/Berlin", out var calendar, weekStart));
        var range = calendar.Days(new(2026, 11, 1), new(2026, 11, 12));
        var buckets = TimeBuckets.Cut(DimensionKind.TimeWeek, range.FromMs, range.ToMs, calendar)!;
        Assert.Equal(labels, string.Join(',', buckets.Labels));
    }

    [Fact]
    public void An_hour_that_comes_twice_is_two_buckets()
    {
        var calendar = Calendar("Europe/Berlin");
        var day = calendar.Days(new(2026, 10, 25), new(2026, 10, 25));
        var buckets = TimeBuckets.Cut(DimensionKind.TimeHour, day.FromMs, day.ToMs, calendar)!;
        Assert.Equal(25, buckets.Count);
        Assert.Equal(["2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"],
            buckets.Labels.Skip(1).Take(4));
    }

    [Fact]
    public void An_hour_that_is_skipped_is_no_bucket()
    {
        var calendar = Calendar("America/New_York");
        var day = calendar.Days(new(2026, 3, 8), new(2026, 3, 8));
        var buckets = TimeBuckets.Cut(DimensionKind.TimeHour, day.FromMs, day.ToMs, calendar)!;
        Assert.Equal(["2026-03-08T01:00:00-05:00", "2026-03-08T03:00:00-04:00"], buckets.Labels.Skip(1).Take(2));
    }

    [Fact]
    public void Half_an_hour_of_change_cuts_hours_in_two()
    {
        var calendar = Calendar("Australia/Lord_Howe");
        var day = calendar.Days(new(2026, 4, 5), new(2026, 4, 5));
        var buckets = TimeBuckets.Cut(DimensionKind.TimeHour, day.FromMs, day.ToMs, calendar)!;
        Assert.Equal(["2026-04-05T01:00:00+11:00", "2026-04-05T01:30:00+10:30", "2026-04-05T02:00:00+10:30"], buckets.Labels.Skip(1).Take(3));
        Assert.Equal(24.5 * ZoneCalendar.HourMs, day.ToMs - day.FromMs);
    }

    [Fact]
    public void Hours_of_a_zone_with_quarters_begin_at_its_own_full_hours()
    {
        var calendar = Calendar("Asia/Kathmandu");
        var buckets = TimeBuckets.Cut(DimensionKind.TimeHour, Ms("2026-01-01T00:00:00Z"), Ms("2026-01-01T02:00:00Z"), calendar)!;
        Assert.Equal(["2026-01-01T05:00:00+05:45", "2026-01-01T06:00:00+05:45", "2026-01-01T07:00:00+05:45"], buckets.Labels);
        Assert.Equal(Ms("2026-01-01T00:15:00Z"), buckets.Starts[1]);
        Assert.Equal(0, buckets.IndexOf(Ms("2026-01-01T00:14:59Z")));
        Assert.Equal(1, buckets.IndexOf(Ms("2026-01-01T00:15:00Z")));
    }

    [Theory]
    [InlineData(DimensionKind.TimeWeek, "2026-10-26,2026-11-02,2026-11-09")]
    [InlineData(DimensionKind.TimeMonth, "2026-11-01")]
    [InlineData(DimensionKind.TimeDay, "2026-11-01,2026-11-02,2026-11-03,2026-11-04,2026-11-05,2026-11-06,2026-11-07,2026-11-08,2026-11-09,2026-11-10")]
    public void Partial_buckets_bear_the_name_of_the_whole(DimensionKind unit, string labels)
    {
        var calendar = Calendar("America/New_York");
        var range = calendar.Days(new(2026, 11, 1), new(2026, 11, 10));
        var buckets = TimeBuckets.Cut(unit, range.FromMs, range.ToMs, calendar)!;
        Assert.Equal(labels.Split(','), buckets.Labels);
        Assert.Equal(range.FromMs, buckets.Starts[0]);
    }

    [Fact]
    public void Buckets_have_a_limit()
    {
        var calendar = Calendar("UTC");
        Assert.Null(TimeBuckets.Cut(DimensionKind.TimeMinute, 0, (QueryLimits.Buckets + 1) * 60_000L, calendar));
        Assert.Equal(QueryLimits.Buckets, TimeBuckets.Cut(DimensionKind.TimeMinute, 0, QueryLimits.Buckets * 60_000L, calendar)!.Count);
    }

    internal static ZoneCalendar Calendar(string zone)
    {
        Assert.True(ZoneCalendar.TryFind(zone, out var calendar));
        return calendar;
    }

    internal static long Ms(string utc) => DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
