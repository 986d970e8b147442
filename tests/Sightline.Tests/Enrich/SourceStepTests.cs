using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;

namespace Sightline.Tests.Enrich;

public sealed class SourceStepTests(EnrichBench bench) : IClassFixture<EnrichBench>
{
    private VisitContext From(string? referrer, string query = "", Campaign? campaign = null) =>
        bench.One(new IncomingEvent { Url = "https://shop.example/a" + query, Referrer = referrer, Campaign = campaign }).Visit;

    [Theory]
    [InlineData("https://www.google.com/", "Google", "Organic Search")]
    [InlineData("https://www.google.co.uk/url?sa=t", "Google", "Organic Search")]
    [InlineData("https://google.de/", "Google", "Organic Search")]
    [InlineData("android-app://com.google.android.googlequicksearchbox/", "Google", "Organic Search")]
    [InlineData("https://docs.google.com/document/d/1", "docs.google.com", "Referral")]
    [InlineData("https://google.evil.example/", "google.evil.example", "Referral")]
    [InlineData("https://notgoogle.com/", "notgoogle.com", "Referral")]
    [InlineData("https://duckduckgo.com/", "DuckDuckGo", "Organic Search")]
    [InlineData("https://www.bing.com/search", "Bing", "Organic Search")]
    [InlineData("https://search.yahoo.com/search", "Yahoo", "Organic Search")]
    [InlineData("https://r.search.yahoo.com/", "Yahoo", "Organic Search")]
    [InlineData("https://finance.yahoo.com/", "finance.yahoo.com", "Referral")]
    [InlineData("https://yandex.ru/", "Yandex", "Organic Search")]
    [InlineData("https://www.ecosia.org/", "Ecosia", "Organic Search")]
    [InlineData("https://search.brave.com/", "Brave Search", "Organic Search")]
    [InlineData("https://l.facebook.com/l.php?u=x", "Facebook", "Organic Social")]
    [InlineData("https://t.co/abc", "X", "Organic Social")]
    [InlineData("https://out.reddit.com/", "Reddit", "Organic Social")]
    [InlineData("https://bsky.app/", "Bluesky", "Organic Social")]
    [InlineData("https://www.pinterest.de/pin/1", "Pinterest", "Organic Social")]
    [InlineData("https://news.ycombinator.com/item?id=1", "Hacker News", "Organic Social")]
    [InlineData("https://m.youtube.com/watch?v=1", "YouTube", "Organic Video")]
    [InlineData("https://www.amazon.co.uk/dp/1", "Amazon", "Organic Shopping")]
    [InlineData("https://chatgpt.com/", "ChatGPT", "AI Assistants")]
    [InlineData("https://chat.openai.com/", "ChatGPT", "AI Assistants")]
    [InlineData("https://www.perplexity.ai/search", "Perplexity", "AI Assistants")]
    [InlineData("https://claude.ai/", "Claude", "AI Assistants")]
    [InlineData("https://gemini.google.com/", "Gemini", "AI Assistants")]
    [InlineData("https://copilot.microsoft.com/", "Copilot", "AI Assistants")]
    [InlineData("https://mail.google.com/", "Gmail", "Referral")]
    [InlineData("https://www.blog.example/post/1", "blog.example", "Referral")]
    [InlineData("http://192.0.2.55/x", "192.0.2.55", "Referral")]
    public void A_referrer_s_site_is_the_source(string referrer, string source, string channel)
    {
        var visit = From(referrer);
        Assert.Equal((source, channel), (visit.Source, visit.Channel));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://shop.example/other")]
    [InlineData("https://www.shop.example/other")]
    [InlineData("https://blog.shop.example/")]
    [InlineData("/relative")]
    [InlineData("about:blank")]
    [InlineData("garbage")]
    [InlineData("https://")]
    public void No_referrer_or_the_site_s_own_is_direct(string? referrer)
    {
        var visit = From(referrer);
        Assert.Equal(("", "", "Direct"), (visit.Source, visit.Referrer, visit.Channel));
    }

    [Theory]
    [InlineData("https://www.blog.example/post/1?session=secret#x", "blog.example/post/1")]
    [InlineData("https://user:pass@blog.example/", "blog.example")]
    [InlineData("https://www.google.com/search?q=shoes", "google.com/search")]
    public void A_referrer_is_stored_without_its_query(string referrer, string stored) => Assert.Equal(stored, From(referrer).Referrer);

    [Theory]
    [InlineData("https://www.google.com/search?q=red+shoes&hl=en", "red shoes")]
    [InlineData("https://www.bing.com/search?form=x&q=sch%C3%B6n", "schön")]
    [InlineData("https://www.baidu.com/s?wd=%E9%9E%8B", "鞋")]
    [InlineData("https://www.google.com/", "")]
    [InlineData("https://blog.example/?q=private", "")]
    public void A_search_engine_s_keyword_is_the_term(string referrer, string term) => Assert.Equal(term, From(referrer).UtmTerm);

    [Theory]
    [InlineData("?utm_source=newsletter&utm_medium=email&utm_campaign=may&utm_term=t&utm_content=c", "newsletter", "Email", "newsletter", "email", "may", "t", "c")]
    [InlineData("?UTM_Source=Google&utm_medium=CPC", "Google", "Paid Search", "Google", "CPC", "", "", "")]
    [InlineData("?utm_source=fb&utm_medium=paid_social", "Facebook", "Paid Social", "fb", "paid_social", "", "", "")]
    [InlineData("?utm_source=facebook.com", "Facebook", "Organic Social", "facebook.com", "", "", "", "")]
    [InlineData("?utm_source=chatgpt.com", "ChatGPT", "AI Assistants", "chatgpt.com", "", "", "", "")]
    [InlineData("?utm_source=chatgpt.com&utm_medium=referral", "ChatGPT", "AI Assistants", "chatgpt.com", "referral", "", "", "")]
    [InlineData("?utm_source=perplexity&utm_medium=cpc", "Perplexity", "Paid Other", "perplexity", "cpc", "", "", "")]
    [InlineData("?utm_source=acme", "acme", "Unassigned", "acme", "", "", "", "")]
    [InlineData("?source=acme", "acme", "Referral", "", "", "", "", "")]
    [InlineData("?ref=producthunt", "Product Hunt", "Organic Social", "", "", "", "", "")]
    [InlineData("?ref=a&source=b&utm_source=c", "c", "Unassigned", "c", "", "", "", "")]
    [InlineData("?mtm_source=partner&mtm_medium=affiliate&mtm_campaign=m&mtm_kwd=k&mtm_content=z", "partner", "Affiliates", "partner", "affiliate", "m", "k", "z")]
    [InlineData("?pk_campaign=p&pk_kwd=k&pk_source=s&pk_medium=audio", "s", "Audio", "s", "audio", "p", "k", "")]
    [InlineData("?piwik_campaign=p", "", "Unassigned", "", "", "p", "", "")]
    [InlineData("?matomo_campaign=m&utm_campaign=u&utm_medium=sms", "", "SMS", "", "sms", "u", "", "")]
    [InlineData("#mtm_campaign=f&mtm_source=hash&mtm_medium=social", "hash", "Organic Social", "hash", "social", "f", "", "")]
    [InlineData("?utm_source=a%20b%00c&utm_medium=+link+", "a bc", "Referral", "a bc", "link", "", "", "")]
    [InlineData("?utm_source=&utm_medium=", "", "Direct", "", "", "", "", "")]
    [InlineData("?gclid=abc", "Google", "Paid Search", "", "", "", "", "")]
    [InlineData("?gad_source=1&wbraid=x", "Google", "Paid Search", "", "", "", "", "")]
    [InlineData("?msclkid=abc", "Bing", "Paid Search", "", "", "", "", "")]
    [InlineData("?dclid=abc", "Google", "Paid Search", "", "", "", "", "")]
    [InlineData("?ttclid=abc", "TikTok", "Paid Social", "", "", "", "", "")]
    [InlineData("?fbclid=abc", "Facebook", "Organic Social", "", "", "", "", "")]
    [InlineData("?gclid=abc&utm_source=google&utm_medium=organic", "Google", "Organic Search", "google", "organic", "", "", "")]
    [InlineData("?gclid=", "", "Direct", "", "", "", "", "")]
    [InlineData("?utm_campaign=spring-shop&gclid=1", "Google", "Paid Shopping", "", "", "spring-shop", "", "")]
    public void The_landing_page_s_query_names_the_campaign(
        string query, string source, string channel, string utmSource, string medium, string campaign, string term, string content)
    {
        var visit = From(null, query);
        Assert.Equal((source, channel), (visit.Source, visit.Channel));
        Assert.Equal((utmSource, medium, campaign, term, content), (visit.UtmSource, visit.UtmMedium, visit.UtmCampaign, visit.UtmTerm, visit.UtmContent));
    }

    [Fact]
    public void A_click_id_never_reaches_what_is_stored()
    {
        var e = bench.One(new IncomingEvent { Url = "https://shop.example/a?gclid=SECRETID&fbclid=SECRETID", Referrer = "https://www.google.com/aclk?gclid=SECRETID" });
        Assert.DoesNotContain("SECRETID", EnrichmentTests.Dump(e), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://www.google.com/", "?utm_source=acme&utm_medium=referral", "acme", "Referral")]
    [InlineData("https://www.google.com/", "?gclid=1", "Google", "Paid Search")]
    [InlineData("https://m.facebook.com/", "?fbclid=1", "Facebook", "Organic Social")]
    [InlineData("https://blog.example/", "?fbclid=1", "blog.example", "Referral")]
    [InlineData("https://blog.example/", "?utm_medium=email", "blog.example", "Email")]
    [InlineData("https://shop.example/", "?utm_source=acme&utm_medium=link", "acme", "Referral")]
    public void A_campaign_goes_before_an_advertisement_s_mark_and_that_before_the_referrer(string referrer, string query, string source, string channel)
    {
        var visit = From(referrer, query);
        Assert.Equal((source, channel), (visit.Source, visit.Channel));
    }

    [Fact]
    public void A_campaign_given_outside_the_url_wins_field_by_field()
    {
        var visit = From(null, "?utm_source=url&utm_medium=email", new Campaign("given", null, "c", null, null));
        Assert.Equal(("given", "email", "c", "Email"), (visit.UtmSource, visit.UtmMedium, visit.UtmCampaign, visit.Channel));
    }

    [Theory]
    [InlineData("http://semalt.com/project?u=1", true)]
    [InlineData("http://www.semalt.com/", true)]
    [InlineData("http://a.b.semalt.com/", true)]
    [InlineData("http://notsemalt.com/", false)]
    public void Referrer_spam_is_dropped(string referrer, bool dropped)
    {
        var into = bench.Run(new IncomingEvent { Url = "/", Referrer = referrer });
        Assert.Equal(dropped ? [DropReason.ReferrerSpam] : [], into.Drops.Select(drop => drop.Reason));
    }

    [Fact]
    public void An_operator_s_own_list_of_spam_is_read_too()
    {
        using var own = new EnrichBench();
        File.WriteAllText(Path.Combine(own.Path, "referrer-spam.txt"), "# ours\nWWW.Nuisance.Example\n");
        Assert.Equal("nuisance.example", own.Dropped(new IncomingEvent { Url = "/", Referrer = "https://nuisance.example/x" }).Sample);
    }

    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("a.b.example.com", "example.com")]
    [InlineData("shop.example.co.uk", "example.co.uk")]
    [InlineData("example.co.uk", "example.co.uk")]
    [InlineData("ann.github.io", "ann.github.io")]
    [InlineData("x.ann.github.io", "ann.github.io")]
    [InlineData("localhost", "localhost")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]")]
    [InlineData("", "")]
    public void The_owner_s_part_of_a_host(string host, string site) => Assert.Equal(site, SiteDomain.Of(host).ToString());
}
