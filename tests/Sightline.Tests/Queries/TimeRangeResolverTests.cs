using System.Globalization;
using Sightline.Core.Queries;

namespace Sightline.Tests.Queries;

public sealed class TimeRangeResolverTests
{
    // 2026-11-22 23:30 in Berlin, still the 22nd in New York, already the 23rd in Kathmandu.
    private const string Now = "2026-11-22T22:30:00Z";

    [Theory]
    [InlineData("Europe/Berlin", "day", "2026-11-22", "2026-11-22")]
    [InlineData("Asia/Kathmandu", "day", "2026-11-23", "2026-11-23")]
    [InlineData("Europe/Berlin", "7d", "2026-11-16", "2026-11-22")]
    [InlineData("Europe/Berlin", "28d", "2026-10-26", "2026-11-22")]
    [InlineData("Europe/Berlin", "30d", "2026-10-24", "2026-11-22")]
    [InlineData("America/New_York", "90d", "2026-08-25", "2026-11-22")]
    [InlineData("Europe/Berlin", "12mo", "2025-12-01", "2026-11-30")]
    [InlineData("Europe/Berlin", "month", "2026-11-01", "2026-11-30")]
    [InlineData("Europe/Berlin", "year", "2026-01-01", "2026-12-31")]
    [InlineData("Europe/Berlin", "all", "2026-05-01", "2026-11-22")]
    public void Named_ranges_are_whole_days_up_to_today(string zone, string name, string first, string last)
    {
        var range = Resolver(zone).Resolve(Spec($"\"{name}\""));
        Assert.Equal((Date(first), Date(last)), (range.FirstDay, range.LastDay));
        Assert.Equal(TimeBucketsTests.Calendar(zone).Days(Date(first), Date(last)), range);
    }

    [Fact]
    public void Realtime_is_the_last_thirty_minutes_with_the_present_one() =>
        Assert.Equal((TimeBucketsTests.Ms("2026-11-22T22:01:00Z"), TimeBucketsTests.Ms("2026-11-22T22:31:00Z")), Bounds(Resolver("UTC").Resolve(Spec("\"realtime\""))));

    [Fact]
    public void Dates_are_inclusive_in_the_zone() => Assert.Equal(
        (TimeBucketsTests.Ms("2026-03-28T23:00:00Z"), TimeBucketsTests.Ms("2026-03-29T22:00:00Z")),
        Bounds(Resolver("Europe/Berlin").Resolve(Spec("""["2026-03-29","2026-03-29"]"""))));

    [Fact]
    public void Instants_exclude_the_end() => Assert.Equal(
        (TimeBucketsTests.Ms("2026-03-29T00:00:00Z"), TimeBucketsTests.Ms("2026-03-29T01:00:00.5Z")),
        Bounds(Resolver("Europe/Berlin").Resolve(Spec("""["2026-03-29T02:00:00+02:00","2026-03-29T01:00:00.5Z"]"""))));

    [Theory]
    [InlineData("""["2026-11-15","2026-11-21"]""", "\"previous_period\"", "2026-11-08", "2026-11-14")]
    [InlineData("""["2026-10-01","2026-10-31"]""", "\"previous_period\"", "2026-09-01", "2026-09-30")]
    [InlineData("""["2026-01-01","2026-02-28"]""", "\"previous_period\"", "2025-11-01", "2025-12-31")]
    [InlineData("""["2025-01-01","2025-12-31"]""", "\"previous_period\"", "2024-01-01", "2024-12-31")]
    [InlineData("\"7d\"", "\"year_over_year\"", "2025-11-16", "2025-11-22")]
    [InlineData("""["2024-02-01","2024-02-29"]""", "\"previous_year\"", "2023-02-01", "2023-02-28")]
    [InlineData("\"7d\"", """["2026-01-01","2026-01-02"]""", "2026-01-01", "2026-01-02")]
    public void Comparisons_are_placed_before(string range, string compare, string first, string last)
    {
        var query = StatsQueryParserTests.Parse($$"""{"project":1,"metrics":["visitors"],"range":{{range}},"compare":{{compare}}}""");
        var resolver = Resolver("Europe/Berlin");
        var other = resolver.ResolveCompare(query.Compare!, resolver.Resolve(query.Range));
        Assert.Equal((Date(first), Date(last)), (other.FirstDay, other.LastDay));
    }

    [Theory]
    [InlineData("Europe/Berlin", Now, "\"day\"", "2026-11-20T23:00:00Z", "2026-11-21T22:31:00Z")]
    [InlineData("Europe/Berlin", Now, "\"7d\"", "2026-11-08T23:00:00Z", "2026-11-15T22:31:00Z")]
    [InlineData("Europe/Berlin", Now, "\"month\"", "2026-09-30T22:00:00Z", "2026-10-22T21:31:00Z")]
    [InlineData("Europe/Berlin", Now, "\"year\"", "2024-12-31T23:00:00Z", "2025-11-22T22:31:00Z")]
    [InlineData("Europe/Berlin", Now, """["2026-11-21","2026-11-30"]""", "2026-11-10T23:00:00Z", "2026-11-12T22:31:00Z")]
    [InlineData("Asia/Kathmandu", Now, "\"day\"", "2026-11-21T18:15:00Z", "2026-11-21T22:31:00Z")]
    // The day before is an hour longer, and an hour shorter; its last month shorter; the hour that the day before does not have.
    [InlineData("Europe/Berlin", "2026-10-26T11:00:59.999Z", "\"day\"", "2026-10-24T22:00:00Z", "2026-10-25T11:01:00Z")]
    [InlineData("Europe/Berlin", "2026-10-25T23:30:00Z", "\"day\"", "2026-10-24T22:00:00Z", "2026-10-24T22:31:00Z")]
    [InlineData("Europe/Berlin", "2026-03-30T10:00:00Z", "\"day\"", "2026-03-28T23:00:00Z", "2026-03-29T10:01:00Z")]
    [InlineData("UTC", "2026-03-31T10:00:00Z", "\"month\"", "2026-02-01T00:00:00Z", "2026-02-28T10:01:00Z")]
    [InlineData("Europe/Berlin", "2026-11-22T22:59:30Z", "\"day\"", "2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z")]
    public void Days_that_are_not_over_are_compared_as_far_as_they_have_gone(string zone, string now, string range, string from, string to)
    {
        TimeRangeResolver resolver = new(TimeBucketsTests.Calendar(zone), TimeBucketsTests.Ms(now), () => null);
        var before = resolver.ResolveCompare(new(CompareKind.PreviousPeriod, null), resolver.Resolve(Spec(range)));
        Assert.Equal((TimeBucketsTests.Ms(from), TimeBucketsTests.Ms(to)), Bounds(before));
    }

    [Fact]
    public void A_range_of_instants_is_compared_with_the_same_length_before()
    {
        var range = Resolver("UTC").Resolve(Spec("\"realtime\""));
        var before = Resolver("UTC").ResolveCompare(new(CompareKind.PreviousPeriod, null), range);
        Assert.Equal((range.FromMs - 1_800_000, range.FromMs), Bounds(before));
    }

    private static TimeRangeResolver Resolver(string zone) =>
        new(TimeBucketsTests.Calendar(zone), TimeBucketsTests.Ms(Now), () => TimeBucketsTests.Ms("2026-04-30T23:00:00Z"));

    private static RangeSpec Spec(string range) =>
        StatsQueryParserTests.Parse($$"""{"project":1,"metrics":["visitors"],"range":{{range}}}""").Range;

    private static (long From, long To) Bounds(TimeRange range) => (range.FromMs, range.ToMs);

    private static DateOnly Date(string date) => DateOnly.Parse(date, CultureInfo.InvariantCulture);
}
