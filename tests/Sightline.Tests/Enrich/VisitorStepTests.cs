using Dapper;
using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;
using Sightline.Store.Settings;

namespace Sightline.Tests.Enrich;

public sealed class VisitorStepTests : IDisposable
{
    private readonly EnrichBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void SipHash_gives_the_reference_s_answers()
    {
        var key = Enumerable.Range(0, 16).Select(i => (byte)i).ToArray();
        Assert.Equal(0x726fdb47dd0e0e31u, SipHash.Compute(key, []));
        Assert.Equal(0xa129ca6149be45e5u, SipHash.Compute(key, Enumerable.Range(0, 15).Select(i => (byte)i).ToArray()));
    }

    [Fact]
    public void A_user_id_is_visitor_and_person_for_good()
    {
        var first = _bench.One(new IncomingEvent { Url = "/", UserId = "ann" });
        var later = _bench.One(new IncomingEvent { Url = "/", UserId = "ann", ClientIp = "198.51.100.3", UserAgent = EnrichBench.Chrome + " x", TimeMs = EnrichBench.NowMs - 400L * 86_400_000 });
        Assert.Equal(first.Visitor, later.Visitor);
        Assert.Equal(first.Visitor, first.Person);
        Assert.True(first.Persistent);
        Assert.Equal(0u, first.AlsoVisitor);
        Assert.NotEqual(first.Visitor, _bench.One(new IncomingEvent { Url = "/", UserId = "bob" }).Visitor);
    }

    [Fact]
    public void A_user_id_beside_a_first_party_id_names_both()
    {
        var anonymous = _bench.One(new IncomingEvent { Url = "/", VisitorId = "v1" });
        var known = _bench.One(new IncomingEvent { Url = "/", VisitorId = "v1", UserId = "ann" });
        Assert.True(anonymous.Persistent);
        Assert.Equal(0u, anonymous.Person);
        Assert.Equal(anonymous.Visitor, known.AlsoVisitor);
        Assert.NotEqual(anonymous.Visitor, known.Visitor);
    }

    [Fact]
    public void The_same_text_as_user_id_and_first_party_id_are_two_visitors() =>
        Assert.NotEqual(_bench.One(new IncomingEvent { Url = "/", UserId = "x" }).Visitor, _bench.One(new IncomingEvent { Url = "/", VisitorId = "x" }).Visitor);

    [Fact]
    public void Projects_share_no_visitors()
    {
        var other = EnrichBench.Shop with { Id = 8 };
        Assert.NotEqual(_bench.One(new IncomingEvent { Url = "/", UserId = "ann" }).Visitor, _bench.One(new IncomingEvent { Url = "/", UserId = "ann" }, other).Visitor);
        Assert.NotEqual(_bench.One(EnrichBench.Page()).Visitor, _bench.One(EnrichBench.Page(), other).Visitor);
    }

    [Theory]
    [InlineData("203.0.113.9", null, "https://shop.example/b", true)]
    [InlineData("203.0.113.9", null, "https://www.shop.example/b", true)]
    [InlineData("203.0.113.9", null, "/b", true)]
    [InlineData("203.0.113.10", null, "https://shop.example/b", false)]
    [InlineData("203.0.113.9", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "https://shop.example/b", false)]
    public void Without_an_id_a_visitor_is_address_and_browser(string ip, string? userAgent, string url, bool same)
    {
        var first = _bench.One(EnrichBench.Page());
        var second = _bench.One(new IncomingEvent { Url = url, ClientIp = ip, UserAgent = userAgent });
        Assert.Equal(same, first.Visitor == second.Visitor);
        Assert.False(second.Persistent);
        Assert.NotEqual(0u, second.Visitor);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("host-a", "host-a", true)]
    [InlineData("host-a", "host-b", false)]
    public void The_network_half_of_an_ipv6_address_counts_and_names_do(string a, string b, bool same) =>
        Assert.Equal(same, _bench.One(new IncomingEvent { Url = "/", ClientIp = a }).Visitor == _bench.One(new IncomingEvent { Url = "/", ClientIp = b }).Visitor);

    [Fact]
    public void A_cookieless_visitor_changes_at_the_project_s_midnight()
    {
        // Berlin's 22 November 2026 begins at 23:00 UTC of the 21st.
        const long midnight = EnrichBench.NowMs - 13 * 3_600_000;
        ulong At(long ms) => _bench.One(new IncomingEvent { Url = "/", TimeMs = ms }).Visitor;
        Assert.Equal(At(midnight), At(EnrichBench.NowMs));
        Assert.NotEqual(At(midnight - 1), At(midnight));
        Assert.Equal(At(midnight - 1), At(midnight - 86_400_000));
    }

    [Fact]
    public void Salts_survive_a_restart_and_die_after_48_hours()
    {
        var first = _bench.One(EnrichBench.Page()).Visitor;
        _bench.Time.Advance(TimeSpan.FromHours(47));
        _bench.Restart();
        Assert.Equal(first, _bench.One(EnrichBench.Page()).Visitor);
        _bench.Time.Advance(TimeSpan.FromHours(1));
        Assert.NotEqual(first, _bench.One(EnrichBench.Page()).Visitor);
    }

    [Fact]
    public void A_salt_past_its_time_is_gone_from_the_files()
    {
        Span<byte> salt = stackalloc byte[VisitorSalts.SaltSize];
        _bench.Salts.Read(7, 739_000, salt);
        var bytes = salt.ToArray();
        Assert.Contains(Files(), content => content.AsSpan().IndexOf(bytes) >= 0);
        _bench.Time.Advance(VisitorSalts.Lifetime + VisitorSalts.SweepInterval);
        Assert.DoesNotContain(Files(), content => content.AsSpan().IndexOf(bytes) >= 0);
        using var connection = SettingsDb.Open(_bench.Path, _bench.Time).Connect();
        Assert.Equal(0, connection.ExecuteScalar<int>("SELECT count(*) FROM visitor_salts"));
    }

    [Fact]
    public void Two_processes_agree_on_a_day_s_salt()
    {
        using var other = new VisitorSalts(SettingsDb.Open(_bench.Path, _bench.Time), _bench.Time);
        Span<byte> one = stackalloc byte[VisitorSalts.SaltSize], two = stackalloc byte[VisitorSalts.SaltSize];
        _bench.Salts.Read(7, 1, one);
        other.Read(7, 1, two);
        Assert.True(one.SequenceEqual(two));
        Assert.Equal(_bench.Salts.InstallSecret, other.InstallSecret);
        other.Read(7, 2, two);
        Assert.False(one.SequenceEqual(two));
    }

    [Fact]
    public void Ties_differ_by_content_alone()
    {
        var a = _bench.One(new IncomingEvent { Url = "/a", ClientIp = "192.0.2.1" });
        Assert.Equal(a.Tie, _bench.One(new IncomingEvent { Url = "/a", ClientIp = "192.0.2.2" }).Tie);
        uint[] others =
        [
            _bench.One(new IncomingEvent { Url = "/b" }).Tie, _bench.One(new IncomingEvent { Url = "/a", Title = "t" }).Tie,
            _bench.One(new IncomingEvent { Url = "/a", EngagedMs = 1 }).Tie, _bench.One(new IncomingEvent { Url = "/a", Props = "{}"u8.ToArray() }).Tie,
        ];
        Assert.DoesNotContain(a.Tie, others);
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void An_idempotency_key_is_hashed_per_project()
    {
        ulong Key(string? key, uint project) => _bench.One(new IncomingEvent { Url = "/", DedupKey = key }, EnrichBench.Shop with { Id = project }).DedupKey;
        Assert.Equal(0u, Key(null, 1));
        Assert.NotEqual(0u, Key("order-1", 1));
        Assert.Equal(Key("order-1", 1), Key("order-1", 1));
        Assert.NotEqual(Key("order-1", 1), Key("order-1", 2));
    }

    private List<byte[]> Files() => [.. Directory.GetFiles(_bench.Path).Select(path =>
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    })];
}
