using System.Text;
using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;

namespace Sightline.Tests.Enrich;

public sealed class CleanStepTests(EnrichBench bench) : IClassFixture<EnrichBench>
{
    private static readonly Project Any = EnrichBench.Shop with { Domains = [] };

    private readonly EnrichBench _bench = bench;

    [Theory]
    [InlineData("https://shop.example", "shop.example", "/")]
    [InlineData("https://Shop.Example/Path/?q=1#top", "shop.example", "/Path/")]
    [InlineData("HTTP://shop.example:8080/a", "shop.example", "/a")]
    [InlineData("https://user:secret@shop.example/a", "shop.example", "/a")]
    [InlineData("//shop.example/a", "shop.example", "/a")]
    [InlineData("/only/path?x#y", "", "/only/path")]
    [InlineData("https://shop.example?x=1", "shop.example", "/")]
    [InlineData("https://shop.example#!/route", "shop.example", "/")]
    [InlineData("https://shop.example/app#/route/1", "shop.example", "/app")]
    [InlineData("https://shop.example./a", "shop.example", "/a")]
    [InlineData("https://shop.example\\a\\b", "shop.example", "/a\\b")]
    [InlineData("  https://shop.example/a\n", "shop.example", "/a")]
    [InlineData("https://shop.exa\tmple/a\0b", "shop.example", "/ab")]
    [InlineData("https://bücher.example/ä", "xn--bcher-kva.example", "/ä")]
    [InlineData("https://xn--bcher-kva.example/%C3%A4", "xn--bcher-kva.example", "/%C3%A4")]
    [InlineData("http://[2001:DB8::1]:8080/x", "[2001:db8::1]", "/x")]
    [InlineData("http://127.0.0.1:3000/x", "127.0.0.1", "/x")]
    [InlineData("http://localhost/x", "localhost", "/x")]
    [InlineData("https://shop.example/cart;jsessionid=A1B2?x", "shop.example", "/cart")]
    [InlineData("https://shop.example/a;JSESSIONID=A1/b", "shop.example", "/a/b")]
    [InlineData("https://shop.example/a;jsessionid=1;jsessionid=2", "shop.example", "/a")]
    public void Reads_pages(string url, string host, string path)
    {
        var e = _bench.One(EnrichBench.Page(url), Any);
        Assert.Equal((host, path), (e.Host, e.Path));
    }

    [Theory]
    [InlineData("about:blank", DropReason.BadUrl)]
    [InlineData("file:///C:/x.html", DropReason.BadUrl)]
    [InlineData("chrome-extension://abc/x", DropReason.BadUrl)]
    [InlineData("javascript:alert(1)", DropReason.BadUrl)]
    [InlineData("shop.example/a", DropReason.BadUrl)]
    [InlineData("https://", DropReason.BadUrl)]
    [InlineData("https:///a", DropReason.BadUrl)]
    [InlineData("https://a b/", DropReason.BadUrl)]
    [InlineData("https://shop.example:port/", DropReason.BadUrl)]
    [InlineData("https://[::1/", DropReason.BadUrl)]
    [InlineData("https://.example/", DropReason.BadUrl)]
    [InlineData("https://<script>/", DropReason.BadUrl)]
    [InlineData("", DropReason.MissingField)]
    [InlineData(null, DropReason.MissingField)]
    public void Rejects_pages(string? url, DropReason reason) => Assert.Equal(reason, _bench.Dropped(EnrichBench.Page(url), Any).Reason);

    [Fact]
    public void A_sample_of_a_bad_url_carries_no_query() =>
        Assert.Equal("shop.example/reset", _bench.Dropped(EnrichBench.Page("shop.example/reset?token=secret"), Any).Sample);

    [Fact]
    public void An_event_may_have_no_page()
    {
        var e = _bench.One(new IncomingEvent { Kind = EventKind.Interaction, Name = "renewal" });
        Assert.Equal(("", "", "renewal"), (e.Host, e.Path, e.Name));
    }

    [Fact]
    public void A_path_is_cut_where_it_stays_text()
    {
        var path = _bench.One(EnrichBench.Page("/" + new string('a', 2046) + "😀")).Path;
        Assert.Equal(2047, path.Length);
        Assert.Equal('a', path[^1]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-86_400_000L * 365 * 30, -86_400_000L * 365 * 30)]
    [InlineData(5_000, 0)]
    [InlineData(86_400_000, 0)]
    public void Accepts_times_and_pulls_fast_clocks_back(long offset, long stored) =>
        Assert.Equal(EnrichBench.NowMs + stored, _bench.One(new IncomingEvent { Url = "/", TimeMs = EnrichBench.NowMs + offset }).TimeMs);

    [Theory]
    [InlineData(EnrichBench.NowMs + 86_400_001)]
    [InlineData(631_151_999_999)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Rejects_times(long time) => Assert.Equal(DropReason.BadTime, _bench.Dropped(new IncomingEvent { Url = "/", TimeMs = time }).Reason);

    [Fact]
    public void The_first_moment_of_1990_is_accepted() => Assert.Equal(CleanStep.EarliestMs, _bench.One(new IncomingEvent { Url = "/", TimeMs = CleanStep.EarliestMs }).TimeMs);

    [Fact]
    public void A_missing_time_is_that_of_receipt() => Assert.Equal(EnrichBench.NowMs, _bench.One(EnrichBench.Page()).TimeMs);

    [Theory]
    [InlineData("  Hello\0 World ", "Hello World")]
    [InlineData("a\r\n\tb", "a b")]
    [InlineData("a\u0085b\u2028c", "a b c")]
    [InlineData("bell\a\u007f\u009b", "bell")]
    [InlineData("whole 😀 pair", "whole 😀 pair")]
    [InlineData("\0\u0001", "")]
    public void Cleans_titles(string title, string stored) => Assert.Equal(stored, _bench.One(new IncomingEvent { Url = "/", Title = title }).Title);

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.Equal("half \ufffd pair", _bench.One(new IncomingEvent { Url = "/", Title = "half \ud83d pair" }).Title);

    [Theory]
    [InlineData("""{"plan":"pro","n":1.5,"ok":true}""", """{"plan":"pro","n":1.5,"ok":true}""")]
    [InlineData("""{"a\u0000b":"x\u0000y\nz"}""", """{"ab":"xy z"}""")]
    [InlineData("""{"a":null,"b":1}""", """{"b":1}""")]
    [InlineData("""{"q":"say \"hi\" <b>"}""", """{"q":"say \"hi\" <b>"}""")]
    [InlineData("""{ "a" : "ä\u0007" }""", """{"a":"ä"}""")]
    [InlineData("{\"a\":\"x\u0085y\"}", """{"a":"x y"}""")]
    [InlineData("""{"\u0000":1}""", null)]
    public void Cleans_properties(string props, string? stored)
    {
        var e = _bench.One(new IncomingEvent { Url = "/", Props = Encoding.UTF8.GetBytes(props) });
        Assert.Equal(stored, e.Props is null ? null : Encoding.UTF8.GetString(e.Props));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("""{"a":{"b":1}}""")]
    [InlineData("""{"a\n":[1]}""")]
    [InlineData("""{"a":1} x""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("")]
    public void Rejects_properties(string props) =>
        Assert.Equal(DropReason.Malformed, _bench.Dropped(new IncomingEvent { Url = "/", Props = Encoding.UTF8.GetBytes(props) }).Reason);

    [Fact]
    public void Rejects_properties_that_are_not_utf8() =>
        Assert.Equal(DropReason.Malformed, _bench.Dropped(new IncomingEvent { Url = "/", Props = [(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}'] }).Reason);

    [Theory]
    [InlineData("de-DE,de;q=0.9", "de-DE")]
    [InlineData("EN-us", "en-US")]
    [InlineData("zh_hans_cn", "zh-Hans-CN")]
    [InlineData("fr", "fr")]
    [InlineData("*", "")]
    [InlineData("<script>", "")]
    [InlineData("", "")]
    public void Reads_languages(string accept, string stored) => Assert.Equal(stored, _bench.One(new IncomingEvent { Url = "/", Language = accept }).Visit.Language);

    [Theory]
    [InlineData("1920x1080", "1920x1080")]
    [InlineData("0390X0844", "390x844")]
    [InlineData("0x0", "")]
    [InlineData("wide", "")]
    [InlineData("1920x", "")]
    [InlineData("-1x5", "")]
    [InlineData(null, "")]
    public void Reads_screens(string? screen, string stored) => Assert.Equal(stored, _bench.One(new IncomingEvent { Url = "/", Screen = screen }).Visit.Screen);

    [Fact]
    public void Money_without_a_currency_is_in_the_project_s()
    {
        Assert.Equal("EUR", _bench.One(new IncomingEvent { Url = "/", RevenueE4 = 10 }).Currency);
        Assert.Equal("USD", _bench.One(new IncomingEvent { Url = "/", RevenueE4 = 10, Currency = "USD" }).Currency);
        Assert.Equal("", _bench.One(EnrichBench.Page()).Currency);
    }

    [Fact]
    public void An_event_without_a_name_is_dropped() => Assert.Equal(DropReason.MissingField, _bench.Dropped(new IncomingEvent { Url = "/", Name = " \0" }).Reason);
}
