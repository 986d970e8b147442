using Sightline.Core.Model;
using Sightline.Core.Wire.Matomo;

namespace Sightline.Tests.Wire.Matomo;

public sealed class MatomoSampleTests
{
    private const string Page = "https://shop.example.com/shoes/runner-42";

    [Theory]
    [InlineData("01-matomojs-page-view.http", "PageView pageview " + Page + "?mtm_campaign=autumn&mtm_kwd=running")]
    [InlineData("02-matomojs-ping.http", "Engagement engagement " + Page)]
    [InlineData("03-matomojs-long-url-in-body.http", "Interaction play " + Page)]
    [InlineData("04-matomojs-queue.http", "Interaction outlink " + Page, "Interaction download " + Page, "Passive content_impression https://shop.example.com/")]
    [InlineData("05-noscript-image.http", "PageView pageview https://shop.example.com/imprint")]
    [InlineData("06-order.http", "Interaction order https://shop.example.com/thanks", "Passive order_item https://shop.example.com/thanks")]
    [InlineData("07-log-importer.http", "PageView pageview " + Page, "PageView pageview https://shop.example.com/gone")]
    [InlineData("08-php-tracker.http", "Interaction search https://shop.example.com/account")]
    public void Requests_of_real_clients_become_events(string file, params string[] expected)
    {
        var batch = Read(file);
        Assert.Empty(batch.Drops);
        Assert.Equal(expected, batch.Events.Select(e => $"{e.Kind} {e.Name} {e.Url}"));
        Assert.All(batch.Events, e => Assert.DoesNotContain("ignored_fields", MatomoHits.PropsOf(e) ?? "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_page_view_of_matomojs_keeps_all_it_says()
    {
        var e = Assert.Single(Read("01-matomojs-page-view.http").Events);
        Assert.Equal("Shoes / Runner 42", e.Title);
        Assert.Equal("https://www.google.com/", e.Referrer);
        Assert.Equal("8a1b2c3d4e5f6071", e.VisitorId);
        Assert.Equal("1920x1080", e.Screen);
        Assert.Equal("Windows 19.0.0", e.HintPlatform);
        Assert.Equal(new Campaign(null, null, "autumn", "running", null), e.Campaign);
        Assert.Equal(
            """{"network_ms":12,"server_ms":87,"transfer_ms":3,"dom_processing_ms":214,"dom_completion_ms":402,"on_load_ms":1,"dimension1":"guest"}""", MatomoHits.PropsOf(e));
    }

    [Fact]
    public void The_log_importers_lines_keep_their_time_address_and_browser()
    {
        var events = Read("07-log-importer.http").Events;
        Assert.Equal((1_795_162_239_000, "198.51.100.23", IncomingFlags.AllowBots), (events[0].TimeMs, events[0].ClientIp, events[0].Flags));
        Assert.Equal("""{"server_ms":103,"bytes":31337}""", MatomoHits.PropsOf(events[0]));
        Assert.Equal("curl/8.5.0", events[1].UserAgent);
        Assert.Equal("""{"HTTP-code":"404"}""", MatomoHits.PropsOf(events[1]));
    }

    private static EventBatch Read(string file)
    {
        var sample = MatomoSample.Read(file);
        using var call = sample.Call();
        var batch = new EventBatch { ReceivedBy = ReceivedBy.Matomo, ReceivedMs = MatomoHits.NowMs };
        var parser = new MatomoParser();
        foreach (var hit in call.Hits())
        {
            parser.Read(hit!, new MatomoFacts(MatomoHits.Project, MatomoHits.NowMs, Authorised: true, sample.Referer, Prefetch: false, IgnoreCookie: false), batch);
        }

        return batch;
    }
}
