using Sightline.Core.Queries.Explore;

namespace Sightline.Tests.Explore;

/// <summary>Names of metrics turned into tags.</summary>
public class MetricRulesTests
{
    private static readonly MetricRules Usual = MetricRules.Parse("");

    [Theory]
    [InlineData("stats.timers.web.checkout.upper_90", "service=web.checkout stat=upper_90 target_type=gauge unit=ms")]
    [InlineData("stats.timers.web.count_ps", "service=web stat=count_ps target_type=rate unit=Event/s")]
    [InlineData("stats.counters.orders.paid.rate", "service=orders.paid target_type=rate unit=Event/s")]
    [InlineData("stats.gauges.queue", "service=queue target_type=gauge unit=unknown")]
    [InlineData("stats.orders", "service=orders target_type=rate unit=Event/s")]
    [InlineData("stats_counts.orders", "service=orders target_type=count unit=Event")]
    [InlineData("collectd.web1.cpu-0.cpu-user", "core=0 server=web1 state=user target_type=gauge_pct unit=Jiff/s what=cpu")]
    [InlineData("web1.interface-eth0.if_octets.rx", "device=eth0 direction=rx server=web1 target_type=rate unit=B/s what=network")]
    [InlineData("web1.df-root.df_complex-free", "mountpoint=root server=web1 target_type=gauge type=free unit=B what=diskspace")]
    [InlineData("servers.web1.cpu.cpu0.user", "core=cpu0 server=web1 state=user target_type=gauge_pct unit=Jiff/s what=cpu")]
    [InlineData("carbon.agents.host-a.metricsReceived", "server=host-a service=carbon target_type=gauge unit=unknown what=metricsReceived")]
    [InlineData("some.thing.else", "n1=some n2=thing n3=else target_type=gauge unit=unknown")]
    [InlineData("host=web1.unit=Req/s.target_type=rate.requests", "host=web1 n4=requests target_type=rate unit=Req/s")]
    [InlineData("host_is_web1.unit_is_B.target_type_is_gauge", "host=web1 target_type=gauge unit=B")]
    [InlineData("disk.used;dc=eu;unit=B", "dc=eu n1=disk n2=used target_type=gauge unit=B")]
    public void The_usual_senders_names_have_tags(string name, string tags) =>
        Assert.Equal(tags, string.Join(' ', Usual.TagsOf(name).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));

    [Fact]
    public void A_projects_own_rules_come_first()
    {
        var rules = MetricRules.Parse("""
            # ours
            app.{server}.{direction:in|out}[.total].{what**} unit=B target_type=counter

            stats.{service**} unit=Order/s target_type=rate
            """);

        Assert.Equal(2, rules.Own.Count);
        Assert.Equal("a.b", rules.TagsOf("app.web1.in.total.a.b")["what"]);
        Assert.Equal("x", rules.TagsOf("app.web1.out.x")["what"]);
        Assert.False(rules.TagsOf("app.web1.up.x").ContainsKey("direction"));
        Assert.Equal("Order/s", rules.TagsOf("stats.timers.a.mean")["unit"]);
    }

    [Theory]
    [InlineData("a.{b unit=x", "a brace is not closed")]
    [InlineData("a.{} unit=x", "a brace is not closed, or empty")]
    [InlineData("a.[b unit=x", "a bracket is not closed")]
    [InlineData("a.b} unit=x", "'}' closes nothing")]
    [InlineData("a.{1b} unit=x", "'1b' cannot be a tag's name")]
    [InlineData("a.{b} unit", "'unit' is not tag=value")]
    public void A_rule_that_cannot_be_read_says_why(string rule, string why) => Assert.Contains(why, Assert.Throws<ExploreException>(() => MetricRules.Parse(rule)).Message, StringComparison.Ordinal);
}
