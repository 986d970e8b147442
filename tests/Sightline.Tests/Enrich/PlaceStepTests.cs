using System.Globalization;
using System.Net;
using System.Numerics;
using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;

namespace Sightline.Tests.Enrich;

public sealed class PlaceStepTests(EnrichBench bench) : IClassFixture<EnrichBench>
{
    [Theory]
    [InlineData("8.8.8.8", "US")]
    [InlineData("2001:4860:4860::8888", "US")]
    [InlineData("193.0.6.139", "NL")]
    [InlineData("::ffff:193.0.6.139", "NL")]
    [InlineData("10.0.0.1", "")]
    [InlineData("127.0.0.1", "")]
    [InlineData("::1", "")]
    [InlineData("fe80::1", "")]
    [InlineData("0.0.0.0", "")]
    [InlineData("255.255.255.255", "")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "")]
    [InlineData("nobody", "")]
    public void The_built_in_table_knows_countries(string ip, string country) =>
        Assert.Equal(country, bench.One(new IncomingEvent { Url = "/", ClientIp = ip }).Visit.Country);

    [Theory]
    [InlineData("4")]
    [InlineData("6")]
    public void Ranges_begin_and_end_where_the_source_says(string family)
    {
        var table = CountryRanges.Load(Path.Combine(EnrichmentFactory.BuiltInFiles, "countries.bin"));
        var file = Path.Combine(EnrichBench.Repository, $"web/node_modules/@ip-location-db/geo-whois-asn-country/geo-whois-asn-country-ipv{family}-num.csv");
        var ranges = File.ReadLines(file).Select(line => line.Split(','))
            .Select(f => (Start: BigInteger.Parse(f[0], CultureInfo.InvariantCulture), End: BigInteger.Parse(f[1], CultureInfo.InvariantCulture), Country: f[2])).ToList();
        var tested = 0;
        for (var i = 1; i < ranges.Count - 1; i++)
        {
            var (start, end, country) = ranges[i];
            // Where ranges overlap the narrower one counts; those have a test of their own.
            if (i % 50 != 0 || start <= ranges[i - 1].End || end >= ranges[i + 1].Start || ranges.Skip(Math.Max(0, i - 200)).Take(200).Any(r => r != ranges[i] && r.End >= start && r.Start <= end))
            {
                continue;
            }

            tested++;
            Assert.Equal(country, Find(start));
            Assert.Equal(country, Find(end));
            if (ranges[i + 1].Start > end + 1)
            {
                Assert.Equal("", Find(end + 1));
            }
        }

        Assert.True(tested > 1000, $"{tested}");

        string Find(BigInteger number)
        {
            var bytes = new byte[family == "4" ? 4 : 16];
            var raw = number.ToByteArray(isUnsigned: true, isBigEndian: true);
            raw.CopyTo(bytes, bytes.Length - raw.Length);
            return table.Find(VisitorAddress.Parse(new IPAddress(bytes).ToString()));
        }
    }

    [Fact]
    public void The_narrower_of_two_ranges_counts()
    {
        var table = CountryRanges.Load(Path.Combine(EnrichmentFactory.BuiltInFiles, "countries.bin"));
        // 37405696 to 37406207 is German but for 37405967, which is Belgian.
        Assert.Equal(["DE", "BE", "DE"], new[] { 37405966, 37405967, 37405968 }.Select(n => table.Find(VisitorAddress.Parse(new IPAddress(BitConverter.GetBytes(n).Reverse().ToArray()).ToString()))));
    }

    [Fact]
    public void What_the_sender_knows_wins()
    {
        var visit = bench.One(new IncomingEvent { Url = "/", ClientIp = "8.8.8.8", Country = "at", Region = "AT-9", City = "Wien\0" }).Visit;
        Assert.Equal(("AT", "AT-9", "Wien"), (visit.Country, visit.Region, visit.City));
        Assert.Equal("US", bench.One(new IncomingEvent { Url = "/", ClientIp = "8.8.8.8", Country = "nowhere" }).Visit.Country);
        Assert.Equal(("US", "Marin"), Two(bench.One(new IncomingEvent { Url = "/", ClientIp = "8.8.8.8", City = "Marin" }).Visit));

        static (string, string) Two(VisitContext visit) => (visit.Country, visit.City);
    }

    [Fact]
    public void An_operator_s_database_gives_regions_and_cities()
    {
        using var own = new EnrichBench();
        Dictionary<string, object> Named(string name) => new() { ["names"] = new Dictionary<string, object> { ["en"] = name } };
        File.WriteAllBytes(Path.Combine(own.Path, "places.mmdb"), MmdbWriter.Write(
            ("203.0.113.0/24", new Dictionary<string, object>
            {
                ["country"] = new Dictionary<string, object> { ["iso_code"] = "DE" },
                ["subdivisions"] = new List<object> { new Dictionary<string, object> { ["iso_code"] = "BE" } },
                ["city"] = Named("Berlin"),
            }),
            ("8.8.8.0/24", new Dictionary<string, object> { ["city"] = Named("Somewhere") }),
            ("2001:db8::/32", new Dictionary<string, object>
            {
                ["registered_country"] = new Dictionary<string, object> { ["iso_code"] = "FR" },
                ["subdivisions"] = new List<object> { Named("Bretagne") },
            })));
        (string, string, string) At(string ip) => own.One(new IncomingEvent { Url = "/", ClientIp = ip }).Visit is var v ? (v.Country, v.Region, v.City) : default;
        Assert.Equal(("DE", "DE-BE", "Berlin"), At("203.0.113.255"));
        Assert.Equal(("FR", "Bretagne", ""), At("2001:db8::5"));
        // Where it is silent, the built-in table goes on.
        Assert.Equal(("US", "", "Somewhere"), At("8.8.8.8"));
        Assert.Equal(("NL", "", ""), At("193.0.6.139"));
    }

    [Fact]
    public void A_damaged_database_is_named_at_the_start()
    {
        using var own = new EnrichBench();
        File.WriteAllText(Path.Combine(own.Path, "places.mmdb"), "this is no database");
        Assert.Contains("places.mmdb", Assert.Throws<InvalidDataException>(() => own.Enrichment).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1000)]
    [InlineData(6_000_000)]
    public void A_table_of_countries_that_is_cut_off_is_refused(int length)
    {
        using var own = new EnrichBench();
        var path = Path.Combine(own.Path, "countries.bin");
        File.WriteAllBytes(path, File.ReadAllBytes(Path.Combine(EnrichmentFactory.BuiltInFiles, "countries.bin"))[..length]);
        Assert.Throws<InvalidDataException>(() => CountryRanges.Load(path));
    }
}
