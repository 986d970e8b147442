using System.Net;
using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;

namespace Sightline.Tests.Enrich;

/// <summary>Domains, prefetch, exclusions: what the project's settings let in.</summary>
public sealed class FilterStepsTests(EnrichBench bench) : IClassFixture<EnrichBench>
{
    private readonly EnrichBench _bench = bench;

    [Theory]
    [InlineData("https://shop.example/", "shop.example", true)]
    [InlineData("https://www.shop.example/", "shop.example", true)]
    [InlineData("https://m.shop.example/", "shop.example", false)]
    [InlineData("https://m.shop.example/", "*.shop.example", true)]
    [InlineData("https://a.b.shop.example/", "*.shop.example", true)]
    [InlineData("https://shop.example/", "*.shop.example", true)]
    [InlineData("https://eshop.example/", "*.shop.example", false)]
    [InlineData("https://shop.example.evil.test/", "shop.example", false)]
    [InlineData("https://other.example/", "shop.example", false)]
    [InlineData("/path", "shop.example", true)]
    [InlineData("https://other.example/", null, true)]
    public void Only_the_project_s_domains_are_let_in(string url, string? domain, bool accepted)
    {
        var into = _bench.Run(EnrichBench.Batch(EnrichBench.Page(url)), EnrichBench.Shop with { Domains = domain is null ? [] : [domain] });
        Assert.Equal(accepted ? 1 : 0, into.Events.Count);
        Assert.All(into.Drops, drop => Assert.Equal(DropReason.Host, drop.Reason));
    }

    [Fact]
    public void A_foreign_host_is_named_in_the_sample() => Assert.Equal("other.example", _bench.Dropped(EnrichBench.Page("https://other.example/x?secret")).Sample);

    [Fact]
    public void A_sender_that_knows_no_host_is_not_asked_for_one() =>
        Assert.Equal("other.example", _bench.One(new IncomingEvent { Url = "https://other.example/", Flags = IncomingFlags.AnyHost }).Host);

    [Fact]
    public void Prefetched_pages_are_dropped() => Assert.Equal(DropReason.Prefetch, _bench.Dropped(new IncomingEvent { Url = "/", Flags = IncomingFlags.Prefetch }).Reason);

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.8", "192.0.2.7", false)]
    [InlineData("192.0.2.0", "192.0.2.0/24", true)]
    [InlineData("192.0.2.255", "192.0.2.0/24", true)]
    [InlineData("192.0.3.0", "192.0.2.0/24", false)]
    [InlineData("192.0.1.255", "192.0.2.0/24", false)]
    [InlineData("::ffff:192.0.2.9", "192.0.2.0/24", true)]
    [InlineData("192.0.2.9:4711", "192.0.2.0/24", true)]
    [InlineData("2001:db8::1", "2001:db8::/32", true)]
    [InlineData("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32", true)]
    [InlineData("2001:db9::", "2001:db8::/32", false)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1", true)]
    [InlineData("fe80::1%eth0", "fe80::/10", true)]
    [InlineData("10.1.2.3", "0.0.0.0/0", true)]
    [InlineData("2001:db8::1", "0.0.0.0/0", false)]
    [InlineData("2001:db8::1", "::/0", true)]
    [InlineData("not an address", "0.0.0.0/0", false)]
    public void Excluded_addresses_are_dropped(string ip, string range, bool dropped)
    {
        var into = _bench.Run(EnrichBench.Batch(new IncomingEvent { Url = "/", ClientIp = ip }), EnrichBench.Shop with { ExcludedIps = ["198.51.100.1", range] });
        Assert.Equal(dropped ? [DropReason.Excluded] : [], into.Drops.Select(drop => drop.Reason));
    }

    [Fact]
    public void Ranges_that_touch_or_overlap_are_one()
    {
        var ranges = new AddressRanges(["10.0.0.0/9", "10.128.0.0/9", "10.5.0.0/16", "10.0.0.1", "garbage", "10.0.0.0/99"]);
        foreach (var (ip, inside) in new[] { ("9.255.255.255", false), ("10.0.0.0", true), ("10.127.255.255", true), ("10.128.0.0", true), ("10.255.255.255", true), ("11.0.0.0", false) })
        {
            Assert.Equal(inside, ranges.Contains(VisitorAddress.BitsOf(IPAddress.Parse(ip))));
        }
    }

    [Theory]
    [InlineData("/admin", "/admin", true)]
    [InlineData("/admin/", "/admin", false)]
    [InlineData("/admin/users", "/admin*", true)]
    [InlineData("/a/b/c", "/a/*/c", true)]
    [InlineData("/a/b/d", "/a/*/c", false)]
    [InlineData("/x.pdf", "*.pdf", true)]
    [InlineData("/Admin", "/admin", false)]
    [InlineData("/anything", "*", true)]
    [InlineData("/abcabcabd", "*abc*abd", true)]
    public void Excluded_pages_are_dropped(string path, string pattern, bool dropped)
    {
        var into = _bench.Run(EnrichBench.Batch(EnrichBench.Page(path)), EnrichBench.Shop with { ExcludedPaths = [pattern] });
        Assert.Equal(dropped ? [DropReason.Excluded] : [], into.Drops.Select(drop => drop.Reason));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1:80", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("[2001:db8::1]:80", "2001:db8::1")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("-", null)]
    [InlineData("", null)]
    [InlineData("1", null)]
    [InlineData("0x7f.0.0.1", null)]
    [InlineData("host.example", null)]
    [InlineData("999.1.1.1", null)]
    public void Reads_addresses(string text, string? address) => Assert.Equal(address, VisitorAddress.Parse(text).Ip?.ToString());
}
