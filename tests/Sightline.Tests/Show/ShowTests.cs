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

    [Fact]
    public void The_bucket_that_is_not_over_is_a_line_of_its_own()
    {
        var chart = new ChartGeometry([Point(0), Point(60), Point(120), Point(null)], whole: false, lastIsPartial: true);
        Assert.Equal("M0 240L333.3 168", chart.Line);
        Assert.Equal("M333.3 168L666.7 96", chart.Part);
        Assert.Equal("M0 240L333.3 168L666.7 96L666.7 240L0 240Z", chart.Area);
    }

    [Theory]
    [InlineData(1, "0")]
    [InlineData(2, "0,1")]
    [InlineData(7, "0,1,2,3,4,5,6")]
    [InlineData(30, "0,5,10,15,19,24,29")]
    public void Ticks_are_spread_evenly_with_both_ends(int count, string ticks) => Assert.Equal(ticks, string.Join(',', Graph.Ticks(count)));

    [Theory]
    [InlineData("2026-10-24", "2026-11-22", "24 Oct – 22 Nov 2026")]
    [InlineData("2026-11-03", "2026-11-09", "3 – 9 Nov 2026")]
    [InlineData("2026-11-22", "2026-11-22", "Sun, 22 Nov 2026")]
    [InlineData("2026-11-01", "2026-11-30", "November 2026")]
    [InlineData("2026-01-01", "2026-12-31", "Jan – Dec 2026")]
    [InlineData("2025-12-01", "2026-11-30", "Dec 2025 – Nov 2026")]
    [InlineData("2025-12-24", "2026-01-03", "24 Dec 2025 – 3 Jan 2026")]
    public void Ranges_of_days_are_named_shortly(string first, string last, string text) =>
        Assert.Equal(text, Format.Days(DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture), DateOnly.Parse(last, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(null, "EUR", "–")]
    [InlineData(12.5, "EUR", "€12.50")]
    [InlineData(1200.0, "CHF", "CHF 1,200")]
    [InlineData(-3.0, "USD", "−$3")]
    [InlineData(45_600.0, "GBP", "£45.6k")]
    public void Money_has_its_currency(double? value, string currency, string text) => Assert.Equal(text, Format.Money(value, currency));

    [Theory]
    [InlineData("/projects/1?a=b", "/projects/1?a=b")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Only_paths_of_this_server_are_gone_back_to(string? address, string path) => Assert.Equal(path, LocalAddress.OrRoot(address));

    [Fact]
    public void Countries_are_found_by_a_part_of_their_name()
    {
        Assert.Equal(["DE"], CountryNames.Containing("germ"));
        Assert.Equal(["NE", "NG"], CountryNames.Containing("niger"));
        Assert.Equal("AT", CountryNames.CodeOf("austria"));
        Assert.Null(CountryNames.CodeOf("Atlantis"));
    }

    private static GraphPoint Point(double? now) => new("", now, null, "");
}
