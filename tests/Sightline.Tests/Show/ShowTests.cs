using Sightline.Server.Show;

namespace Sightline.Tests.Show;

public sealed class ShowTests
{
    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0")]
    [InlineData(9999.0, "9,999")]
    [InlineData(10000.0, "10.0k")]
    [InlineData(123456.0, "123k")]
    [InlineData(999499.0, "999k")]
    [InlineData(999999.0, "1.0M")]
    [InlineData(45_600_000.0, "45.6M")]
    [InlineData(2.5e9, "2.5B")]
    public void Counts_are_short(double? value, string text) => Assert.Equal(text, Format.Count(value));

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0%")]
    [InlineData(0.0033, "0.3%")]
    [InlineData(0.125, "13%")]
    [InlineData(1.0, "100%")]
    public void Shares_are_percent(double? value, string text) => Assert.Equal(text, Format.Share(value));

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0s")]
    [InlineData(59.6, "1m 00s")]
    [InlineData(83.5, "1m 24s")]
    [InlineData(7512.0, "2h 05m")]
    public void Durations_are_read_at_a_glance(double? seconds, string text) => Assert.Equal(text, Format.Duration(seconds));

    [Theory]
    [InlineData(0.122, "+12%")]
    [InlineData(-0.5, "−50%")]
    [InlineData(0.001, "±0%")]
    [InlineData(12.0, "+1200%")]
    public void Changes_have_a_sign(double change, string text) => Assert.Equal(text, Format.Change(change));

    [Theory]
    [InlineData("2026-11-01", "day", "1 Nov")]
    [InlineData("2026-11-01", "month", "Nov 2026")]
    [InlineData("2026-11-01T13:00:00+01:00", "hour", "1 Nov 13:00")]
    [InlineData("unreadable", "day", "unreadable")]
    public void Buckets_are_named_in_their_own_zone(string label, string interval, string text) => Assert.Equal(text, Format.Bucket(label, interval));

    [Theory]
    [InlineData(0.0, true, 2.0)]
    [InlineData(1.0, true, 2)]
    [InlineData(3.0, true, 4)]
    [InlineData(10.0, true, 10)]
    [InlineData(554.0, true, 600)]
    [InlineData(9001.0, true, 10000)]
    [InlineData(0.0, false, 1)]
    [InlineData(0.214, false, 0.3)]
    [InlineData(1.0, false, 1)]
    [InlineData(double.NaN, false, 1)]
    public void The_top_of_a_scale_is_round_and_not_below_the_greatest_value(double most, bool whole, double top) =>
        Assert.Equal(top, ChartGeometry.NiceTop(most, whole), 9);

    [Fact]
    public void A_line_goes_from_edge_to_edge_and_breaks_where_there_is_no_value()
    {
        var chart = new ChartGeometry([Point(0), Point(50), Point(null), Point(100)], whole: false);
        Assert.Equal("M0 240L333.3 120M1000 0L1000 0", chart.Line);
        Assert.Equal("", chart.Area);
        Assert.Equal("", chart.Before);
    }

    [Fact]
    public void A_single_bucket_is_a_dot_in_the_middle() => Assert.Equal("M500 0L500 0", new ChartGeometry([Point(10)], whole: true).Line);

    [Fact]
    public void Countries_have_names_and_unknown_codes_stay()
    {
        Assert.Equal("Germany", CountryNames.Of("DE"));
        Assert.Equal("Zimbabwe", CountryNames.Of("ZW"));
        Assert.Equal("QQ", CountryNames.Of("QQ"));
    }

    private static ChartPoint Point(double? now) => new("", now, null, "", "", "");
}
