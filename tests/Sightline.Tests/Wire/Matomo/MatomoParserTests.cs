using Sightline.Core.Model;
using Sightline.Core.Wire.Matomo;
using static Sightline.Tests.Wire.Matomo.MatomoHits;

namespace Sightline.Tests.Wire.Matomo;

public sealed class MatomoParserTests
{
    [Theory]
    [InlineData("url=https://s.test/a", EventKind.PageView, "pageview", null)]
    [InlineData("", EventKind.PageView, "pageview", null)]
    [InlineData("e_c=Videos&e_a=play&e_n=Intro&e_v=2.5&ca=1", EventKind.Interaction, "play", """{"category":"Videos","name":"Intro","value":2.5}""")]
    [InlineData("e_c=Videos", EventKind.PageView, "pageview", null)]
    [InlineData("e_c=c&e_a=a&e_v=much", EventKind.Interaction, "a", """{"category":"c","ignored_fields":"e_v"}""")]
    [InlineData("link=https://other.test/x", EventKind.Interaction, "outlink", """{"url":"https://other.test/x"}""")]
    [InlineData("download=https://s.test/f.pdf&link=https://s.test/f.pdf", EventKind.Interaction, "download", """{"url":"https://s.test/f.pdf"}""")]
    [InlineData("search=red+shoes&search_cat=men&search_count=12", EventKind.Interaction, "search", """{"keyword":"red shoes","category":"men","results":12}""")]
    [InlineData("search=", EventKind.PageView, "pageview", null)]
    [InlineData("c_n=Banner&c_p=b.png&c_t=/sale", EventKind.Passive, "content_impression", """{"name":"Banner","piece":"b.png","target":"/sale"}""")]
    [InlineData("c_n=Banner&c_p=b.png&c_i=click", EventKind.Interaction, "content_interaction", """{"name":"Banner","piece":"b.png","interaction":"click"}""")]
    [InlineData("ping=1&ca=1&e_c=c&e_a=a&idgoal=99", EventKind.Engagement, "engagement", null)]
    [InlineData("ping=1&pf_net=12&pf_onl=34", EventKind.Engagement, "engagement", """{"network_ms":12,"on_load_ms":34}""")]
    [InlineData("ma_id=m1&ma_ti=Film&ma_st=30&ma_mt=video&ca=1", EventKind.Passive, "media", """{"media_id":"m1","title":"Film","type":"video","seconds_played":30}""")]
    [InlineData("pf_net=1&pf_srv=2&pf_tfr=3&pf_dm1=4&pf_dm2=5&pf_onl=6", EventKind.PageView, "pageview",
        """{"network_ms":1,"server_ms":2,"transfer_ms":3,"dom_processing_ms":4,"dom_completion_ms":5,"on_load_ms":6}""")]
    [InlineData("dimension1=gold&dimension999=x&dimension0=no&dimension1000=no&dimensionx=no", EventKind.PageView, "pageview", """{"dimension1":"gold","dimension999":"x"}""")]
    [InlineData("""cvar={"1":["tier","gold"],"5":["n",7]}""", EventKind.PageView, "pageview", """{"tier":"gold","n":"7"}""")]
    [InlineData("cvar[1][]=tier&cvar[1][]=gold", EventKind.PageView, "pageview", """{"tier":"gold"}""")]
    [InlineData("""_cvar={"1":["tier","silver"]}&cvar={"1":["tier","gold"]}""", EventKind.PageView, "pageview", """{"tier":"gold"}""")]
    [InlineData("""e_c=c&e_a=a&e_cvar={"1":["category","own"]}""", EventKind.Interaction, "a", """{"category":"c","cvar.category":"own"}""")]
    [InlineData("cvar={broken", EventKind.PageView, "pageview", """{"ignored_fields":"cvar"}""")]
    [InlineData("""cvar={"1":["tier"],"2":["a","b"]}""", EventKind.PageView, "pageview", """{"a":"b","ignored_fields":"cvar"}""")]
    [InlineData("""_pks=S1&_pkn=Shoe&_pkp=9.99&_pkc=["Men","Shoes"]""", EventKind.PageView, "pageview",
        """{"product_sku":"S1","product_name":"Shoe","product_price":9.99,"product_category":"Men","product_category2":"Shoes"}""")]
    [InlineData("_pkc=Men", EventKind.PageView, "pageview", """{"product_category":"Men"}""")]
    [InlineData("idgoal=abc", EventKind.PageView, "pageview", """{"ignored_fields":"idgoal"}""")]
    public void Parses(string query, EventKind kind, string name, string? props)
    {
        var e = One(query);
        Assert.Equal(kind, e.Kind);
        Assert.Equal(name, e.Name);
        Assert.Equal(props, PropsOf(e));
    }

    [Theory]
    [InlineData("idsite=1", MatomoResult.Excluded, DropReason.NotWanted, "rec is not 1")]
    [InlineData("idsite=1&rec=0&url=https://s.test/a?secret=1", MatomoResult.Excluded, DropReason.NotWanted, "rec is not 1; url=https://s.test/a")]
    [InlineData("idsite=1&rec=1&ca=1", MatomoResult.Excluded, DropReason.UnknownReference, "ca=1 with no action known here")]
    [InlineData("idsite=1&rec=1&e_c=+&e_a=a", MatomoResult.Refused, DropReason.MissingField, "e_c or e_a is blank")]
    [InlineData("idsite=1&rec=1&idgoal=99", MatomoResult.Refused, DropReason.UnknownReference, "there is no goal 99")]
    [InlineData("idsite=1&rec=1&cid=123", MatomoResult.Refused, DropReason.Malformed, "cid is not 16 hexadecimal digits")]
    [InlineData("idsite=1&rec=1&cid=12345678901234567", MatomoResult.Refused, DropReason.Malformed, "cid is not 16 hexadecimal digits")]
    [InlineData("idsite=1&rec=1&cid=zzzzzzzzzzzzzzzz", MatomoResult.Refused, DropReason.Malformed, "cid is not 16 hexadecimal digits")]
    [InlineData("idsite=1&rec=0&cip=1.2.3.4", MatomoResult.Refused, DropReason.NotAuthorised, "cip without a valid token_auth")]
    [InlineData("idsite=1&rec=1&cdt=2026-11-21+16:00:00", MatomoResult.Refused, DropReason.NotAuthorised, "cdt a day old or more without a valid token_auth: 2026-11-21 16:00:00")]
    public void Rejects(string query, MatomoResult expected, DropReason reason, string sample)
    {
        var (result, batch) = Read(query);
        Assert.Equal(expected, result);
        Assert.Empty(batch.Events);
        Assert.Equal(new IncomingDrop(reason, 1, sample), Assert.Single(batch.Drops));
    }

    [Fact]
    public void A_prefetch_is_excluded_as_such() =>
        Assert.Equal(DropReason.Prefetch, Assert.Single(Read("idsite=1&rec=1", prefetch: true).Batch.Drops).Reason);

    [Fact]
    public void A_browser_with_the_opt_out_cookie_is_excluded() =>
        Assert.Equal(DropReason.NotWanted, Assert.Single(Read("idsite=1&rec=1", ignoreCookie: true).Batch.Drops).Reason);

    [Fact]
    public void More_parameters_than_PHP_takes_are_refused()
    {
        var (result, batch) = Read("idsite=1&rec=1&" + string.Join('&', Enumerable.Range(0, 5000).Select(i => $"x{i}=1")));
        Assert.Equal(MatomoResult.Refused, result);
        Assert.Equal(DropReason.TooLarge, Assert.Single(batch.Drops).Reason);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("4294967295", true)]
    [InlineData("0", false)]
    [InlineData("-1", false)]
    [InlineData("01", false)]
    [InlineData("1abc", false)]
    [InlineData("", false)]
    [InlineData("4294967296", false)]
    public void A_site_is_a_plain_positive_number(string text, bool valid)
    {
        using var call = MatomoCall.Read(System.Text.Encoding.UTF8.GetBytes("idsite=" + text), default);
        Assert.Equal(valid, MatomoParser.TryReadSite(call.Hits().Single()!, out _));
    }

    [Fact]
    public void The_fields_of_a_page_view_land_where_they_belong()
    {
        var e = One(
            "action_name=Shop%20%2F%20Shoes%0A&url=https%3A%2F%2Fs.test%2Fshoes%3Fid%3D1%23top&urlref=https%3A%2F%2Fnews.test%2F&res=1280x1024&lang=de-DE,de%3Bq%3D0.8&ua=Custom%2F1"
            + "&uid=ada&_id=0123456789ABCDEFff&new_visit=1&bots=1&uadata=%7B%22platform%22%3A%22Windows%22%2C%22platformVersion%22%3A%2215.0.0%22%7D");
        Assert.Equal("https://s.test/shoes?id=1#top", e.Url);
        Assert.Equal("https://news.test/", e.Referrer);
        Assert.Equal("Shop / Shoes", e.Title);
        Assert.Equal("1280x1024", e.Screen);
        Assert.Equal("de-DE,de;q=0.8", e.Language);
        Assert.Equal("Custom/1", e.UserAgent);
        Assert.Equal("ada", e.UserId);
        Assert.Equal("0123456789abcdef", e.VisitorId);
        Assert.Equal("Windows 15.0.0", e.HintPlatform);
        Assert.Equal(IncomingFlags.NewVisit | IncomingFlags.AllowBots, e.Flags);
        Assert.Null(e.TimeMs);
        Assert.Null(e.ClientIp);
    }

    [Theory]
    [InlineData("_id=0123456789abcdef&cid=fedcba9876543210", "fedcba9876543210", null)]
    [InlineData("_id=short", null, """{"ignored_fields":"_id"}""")]
    [InlineData("_id=", null, null)]
    public void The_visitor_is_cid_before_id(string query, string? visitor, string? props)
    {
        var e = One(query);
        Assert.Equal(visitor, e.VisitorId);
        Assert.Equal(props, PropsOf(e));
    }

    [Fact]
    public void A_long_user_id_stays_its_own()
    {
        var first = One("uid=" + new string('x', 300) + "1").UserId!;
        var second = One("uid=" + new string('x', 300) + "2").UserId!;
        Assert.StartsWith("sha256:", first, StringComparison.Ordinal);
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("", "https://s.test/from-header")]
    [InlineData("url=https://s.test/own", "https://s.test/own")]
    [InlineData("urlref=https://other.test/", null)]
    public void An_image_tracker_takes_its_page_from_the_Referer(string query, string? url) => Assert.Equal(url, One(query, referer: "https://s.test/from-header").Url);

    [Theory]
    [InlineData("res=1x1", "1x1")]
    [InlineData("res=1280", null)]
    [InlineData("res=x", null)]
    [InlineData("res=123456x1", null)]
    [InlineData("res=-1x5", null)]
    public void A_screen_is_two_numbers(string query, string? screen) => Assert.Equal(screen, One(query).Screen);

    [Theory]
    [InlineData("https://s.test/?mtm_campaign=Spring&mtm_kwd=shoes&mtm_source=news&mtm_medium=email&mtm_content=top", "news|email|Spring|shoes|top")]
    [InlineData("https://s.test/?pk_campaign=Old", "||Old||")]
    [InlineData("https://s.test/#pk_cpn=Frag", "||Frag||")]
    [InlineData("https://s.test/?utm_source=x", null)]
    [InlineData("https://s.test/?mtm_campaign=", null)]
    public void Campaigns_in_Matomos_own_parameters_are_read(string url, string? expected)
    {
        var campaign = One("url=" + Uri.EscapeDataString(url)).Campaign;
        Assert.Equal(expected, campaign is null ? null : $"{campaign.Source}|{campaign.Medium}|{campaign.Name}|{campaign.Term}|{campaign.Content}");
    }

    [Theory]
    [InlineData("cs=windows-1251&url=https://s.test/%25EF%25F0", "https://s.test/%D0%BF%D1%80")]
    [InlineData("cs=iso-8859-1&url=https://s.test/%25E4", "https://s.test/%C3%A4")]
    [InlineData("cs=windows-1251&url=https://s.test/%25D0%25BF", "https://s.test/%D0%BF")]
    [InlineData("cs=utf-8&url=https://s.test/%25EF", "https://s.test/%EF")]
    [InlineData("cs=klingon&url=https://s.test/%25EF", "https://s.test/%EF")]
    public void Escapes_in_the_pages_charset_become_UTF8(string query, string url) => Assert.Equal(url, One(query).Url);

    [Fact]
    public void Place_and_address_need_a_token()
    {
        const string Query = "country=de&region=be&city=Berlin&lat=52.5&long=13.4";
        var trusted = One("cip=192.0.2.7&" + Query, authorised: true);
        Assert.Equal(("192.0.2.7", "DE", "DE-BE", "Berlin"), (trusted.ClientIp, trusted.Country, trusted.Region, trusted.City));
        Assert.Equal("""{"latitude":52.5,"longitude":13.4}""", PropsOf(trusted));
        var other = One(Query);
        Assert.Equal((null, null, null), (other.Country, other.Region, other.City));
        Assert.Equal("""{"ignored_fields":"country region city lat long"}""", PropsOf(other));
    }

    [Fact]
    public void An_unreadable_address_never_becomes_the_importers_own() => Assert.Equal("0.0.0.0", One("cip=nowhere", authorised: true).ClientIp);

    [Fact]
    public void Long_texts_are_cut_to_their_limits()
    {
        var e = One($"action_name={new string('t', 9000)}&url=https://s.test/{new string('u', 9000)}&urlref=https://r.test/{new string('r', 9000)}&e_c=c&e_a={new string('a', 9000)}");
        Assert.Equal((EventLimits.Title, EventLimits.Url, EventLimits.Referrer, EventLimits.Name), (e.Title!.Length, e.Url!.Length, e.Referrer!.Length, e.Name.Length));
    }
}
