using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;
using Sightline.Store;

namespace Sightline.Tests.Enrich;

/// <summary>What a project's settings make of an event.</summary>
public sealed class ProjectChoicesTests : IDisposable
{
    private const string Crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

    private readonly EnrichBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("https://staging.shop.example/a")]
    [InlineData("https://www.staging.shop.example/a")]
    [InlineData("https://x.test.shop.example/")]
    public void An_excluded_host_is_dropped_though_it_is_the_project_s(string url)
    {
        var project = EnrichBench.Shop with { ExcludedHosts = ["staging.shop.example", "*.test.shop.example"] };
        var drop = _bench.Dropped(EnrichBench.Page(url), project);
        Assert.Equal(DropReason.Excluded, drop.Reason);
        Assert.Equal(new Uri(url).Host, drop.Sample);
        _bench.One(EnrichBench.Page("https://www.shop.example/"), project);
    }

    [Theory]
    [InlineData("https://shop.example/?ref=x", "https://shop.example/")]
    [InlineData("https://shop.example/?a=1&REF=x&b=2", "https://shop.example/?a=1&b=2")]
    [InlineData("https://shop.example/?ref=x&b=2#top", "https://shop.example/?b=2#top")]
    [InlineData("https://shop.example/?r%65f=x#ref=y&z=1", "https://shop.example/#z=1")]
    [InlineData("https://shop.example/?refs=1#ref", "https://shop.example/?refs=1#ref")]
    [InlineData("/a?ref", "/a")]
    [InlineData("/a#b?ref=1", "/a#b?ref=1")]
    [InlineData("/a", "/a")]
    public void Excluded_parameters_are_taken_out_of_an_address(string url, string expected) =>
        Assert.Equal(expected, UrlParameters.Without(url, System.Collections.Frozen.FrozenSet.ToFrozenSet(["ref"], StringComparer.OrdinalIgnoreCase)));

    [Fact]
    public void No_source_is_read_from_an_excluded_parameter()
    {
        Assert.Equal("friend", _bench.One(EnrichBench.Page("https://shop.example/?ref=friend")).Visit.Source);
        Assert.NotEqual("friend", _bench.One(EnrichBench.Page("https://shop.example/?ref=friend"), EnrichBench.Shop with { ExcludedParams = ["ref"] }).Visit.Source);
    }

    [Fact]
    public void Do_not_track_is_honoured_where_the_project_says_so()
    {
        static IncomingEvent Asking() => new() { Url = "https://shop.example/", Flags = IncomingFlags.DoNotTrack };
        _bench.One(Asking());
        var drop = _bench.Dropped(Asking(), EnrichBench.Shop with { HonoursDoNotTrack = true });
        Assert.Equal((DropReason.NotWanted, "Do Not Track"), (drop.Reason, drop.Sample));
        _bench.One(EnrichBench.Page(), EnrichBench.Shop with { HonoursDoNotTrack = true });
    }

    [Fact]
    public void Bots_count_where_all_or_their_name_is_allowed()
    {
        static IncomingEvent Robot() => new() { Url = "https://shop.example/", UserAgent = Crawler };
        Assert.Equal(DropReason.Bot, _bench.Dropped(Robot()).Reason);
        _bench.One(Robot(), EnrichBench.Shop with { AllowsBots = true });
        _bench.One(Robot(), EnrichBench.Shop with { AllowedBots = ["googleBOT"] });
        Assert.Equal(DropReason.Bot, _bench.Dropped(Robot(), EnrichBench.Shop with { AllowedBots = ["bingbot"] }).Reason);
    }

    [Fact]
    public void Ids_are_looked_at_as_the_privacy_mode_allows()
    {
        static IncomingEvent Known() => new() { Url = "https://shop.example/", UserId = "42", VisitorId = "abc" };
        var (all, browser, none) = (_bench.One(Known()), _bench.One(Known(), EnrichBench.Shop with { Privacy = PrivacyMode.FirstParty }), _bench.One(Known(), EnrichBench.Shop with { Privacy = PrivacyMode.Cookieless }));
        Assert.True(all.Persistent && all.Person != 0 && all.AlsoVisitor != 0);
        Assert.True(browser.Persistent && browser.Person == 0);
        Assert.Equal(all.AlsoVisitor, browser.Visitor);
        Assert.False(none.Persistent);
        Assert.Equal((0ul, 0ul), (none.Person, none.AlsoVisitor));
        Assert.Equal(_bench.One(EnrichBench.Page()).Visitor, none.Visitor);
    }

    [Fact]
    public void A_quota_counts_from_what_the_store_has_and_again_after_a_write_that_failed()
    {
        var day = DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(EnrichBench.NowMs));
        var stored = new List<ReceivedDay> { new(day, ReceivedBy.EventApi, 9, 1), new(day, ReceivedBy.AccessLog, 500, 500), new(day.AddDays(-1), ReceivedBy.EventApi, 3, 3) };
        using var enrichment = new Enrichment([new CleanStep(), new QuotaStep((_, _, _) => stored)], _bench.Time);
        var project = EnrichBench.Shop with { EventsPerDay = 3 };
        Assert.Equal([2, 1], Run(enrichment, project, 3));
        Assert.Equal([0, 1], Run(enrichment, project, 1));
        // What was counted was not written.
        enrichment.Restart();
        Assert.Equal([2, 0], Run(enrichment, project, 2));
        Assert.Equal([0, 1], Run(enrichment, EnrichBench.Shop with { EventsPerMonth = 6 }, 1));
        Assert.Equal([1, 0], Run(enrichment, EnrichBench.Shop with { EventsPerMonth = 7 }, 1));
        Assert.Equal([2, 0], Run(enrichment, project, 2, ReceivedBy.AccessLog));
    }

    private static int[] Run(Enrichment enrichment, Project project, int count, ReceivedBy by = ReceivedBy.EventApi)
    {
        var batch = new EventBatch { ReceivedBy = by, ReceivedMs = EnrichBench.NowMs, UserAgent = EnrichBench.Chrome };
        batch.Events.AddRange(Enumerable.Range(0, count).Select(_ => EnrichBench.Page()));
        var into = new StoreBatch { UpTo = LogPosition.Start };
        enrichment.Run(project, batch, into);
        Assert.All(into.Drops, drop => Assert.Equal((DropReason.Quota, "/"), (drop.Reason, drop.Sample)));
        return [into.Events.Count, into.Drops.Count];
    }
}
