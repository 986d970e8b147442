using static Sightline.Tests.Wire.Matomo.MatomoHits;

namespace Sightline.Tests.Wire.Matomo;

public sealed class MatomoTimeTests
{
    [Theory]
    [InlineData("cdt=2026-11-22+15:00:00", -3600)]
    [InlineData("cdt=2026-11-22T15:00:00Z", -3600)]
    [InlineData("cdt=2026-11-22T16:00:00%2B01:00", -3600)]
    [InlineData("cdt=2026-11-22+15:59:59.500", -0.5)]
    [InlineData("cdt=2026-11-22+15:00", -3600)]
    [InlineData("cdt=Sun,+22+Nov+2026+15:00:00+GMT", -3600)]
    [InlineData("cdt=22/Nov/2026:16:00:00+%2B0100", -3600)]
    [InlineData("cdt=1795363100", -100)]
    [InlineData("cdt=@1795363100", -100)]
    [InlineData("cdt=1795363100.25", -99.75)]
    [InlineData("cdt=now&cdo=60", -60)]
    [InlineData("cdt=1795363200&cdo=60", -60)]
    [InlineData("cdo=60", -60)]
    [InlineData("cdo=-60", -60)]
    [InlineData("cdt=1795276801", -86399)]
    public void A_time_of_the_last_day_needs_no_token(string query, double seconds)
    {
        var e = One(query);
        Assert.Equal(NowMs + (long)(seconds * 1000), e.TimeMs);
        Assert.Null(e.Props);
    }

    [Theory]
    [InlineData("cdt=2026-11-01+00:00:00", 1_793_491_200_000)]
    [InlineData("cdt=2012-8-1+8:10:39", 1_343_808_639_000)]
    [InlineData("cdt=1795276800", 1_795_276_800_000)]
    public void An_older_time_counts_with_a_token(string query, long expected) => Assert.Equal(expected, One(query, authorised: true).TimeMs);

    [Theory]
    [InlineData("cdt=2026-11-22+16:00:01", "cdt")]
    [InlineData("cdt=9999-12-31+23:59:59", "cdt")]
    [InlineData("cdt=0001-01-01", "cdt")]
    [InlineData("cdt=2006-11-27+00:00:00", "cdt")]
    [InlineData("cdt=yesterday+at+noon", "cdt")]
    [InlineData("cdt=1e308", "cdt")]
    [InlineData("cdt=1e999", "cdt")]
    [InlineData("cdt=-1", "cdt")]
    [InlineData("cdt=1795363200000", "cdt")]
    [InlineData("cdt=2026-02-31+00:00:00", "cdt")]
    [InlineData("cdo=soon", "cdt")]
    [InlineData("cdo=1e300", "cdt")]
    public void A_time_that_cannot_be_is_the_time_of_receipt_and_says_so(string query, string ignored)
    {
        var e = One(query, authorised: true);
        Assert.Null(e.TimeMs);
        Assert.Equal($$"""{"ignored_fields":"{{ignored}}"}""", PropsOf(e));
    }

    [Theory]
    [InlineData("cdt=")]
    [InlineData("cdt=0")]
    [InlineData("cdo=0")]
    public void No_time_is_the_time_of_receipt(string query)
    {
        var e = One(query);
        Assert.Null(e.TimeMs);
        Assert.Null(e.Props);
    }
}
