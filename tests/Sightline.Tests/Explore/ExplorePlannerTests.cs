using Sightline.Core.Queries.Explore;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Tests.Explore;

/// <summary>How metrics become graphs.</summary>
public class ExplorePlannerTests
{
    private static readonly MetricRules Usual = MetricRules.Parse("");

    private static readonly string[] Cpu =
        [.. from server in (string[])["db1", "web1", "web2"] from core in (string[])["cpu0", "cpu1"] from state in (string[])["idle", "system", "user"] select $"servers.{server}.cpu.{core}.{state}"];

    private static readonly string[] Disks = ["servers.web1.diskspace.root.byte_free", "servers.web1.diskspace.root.byte_used", "servers.db1.diskspace.root.byte_free"];

    private static readonly string[] Network =
        [.. from server in (string[])["db1", "web1"] from device in (string[])["eth0", "eth1"] from direction in (string[])["rx", "tx"] select $"servers.{server}.network.{device}.{direction}_byte"];

    private static readonly string[] Timers =
        ["stats.timers.api.get.upper_90", "stats.timers.api.put.upper_90", "stats.timers.api.get.mean", "stats.timers.api.get.count_ps"];

    [Fact]
    public void By_default_there_is_a_graph_for_each_kind_unit_and_server()
    {
        var plan = Plan("cpu", [.. Cpu, .. Disks]);

        Assert.Equal(["db1", "web1", "web2"], plan.Graphs.Select(graph => graph.Tags["server"]));
        Assert.All(plan.Graphs, graph => Assert.Equal(6, graph.Targets.Count));
        Assert.Equal((18, 18), (plan.Metrics, plan.Lines));
        Assert.Equal(["core", "state"], plan.Graphs[0].Targets[0].Tags.Keys);
        Assert.Equal("cpu", plan.Graphs[0].Tags["what"]);
    }

    [Fact]
    public void Averages_by_core_are_one_line_a_state()
    {
        var plan = Plan("cpu state:(user|system) group by server avg by core", Cpu);

        Assert.Equal(3, plan.Graphs.Count);
        Assert.Equal(
            ["averageSeries(servers.db1.cpu.cpu0.system,servers.db1.cpu.cpu1.system)", "averageSeries(servers.db1.cpu.cpu0.user,servers.db1.cpu.cpu1.user)"],
            plan.Graphs[0].Targets.Select(target => target.Expression));
        Assert.Equal("average of 2", plan.Graphs[0].Tags["core"]);
    }

    [Fact]
    public void Sums_go_by_buckets_and_a_word_in_capitals_is_meant()
    {
        var plan = Plan("stack network unit=Mb/s direction:rx sum by device,server:web|db from -6h", Network);

        var graph = Assert.Single(plan.Graphs);
        Assert.Equal("Mb/s", graph.Unit);
        Assert.Equal(["db1", "web1"], graph.Targets.Select(target => target.Tags["server"]));
        Assert.Equal("scale(sumSeries(servers.web1.network.eth0.rx_byte,servers.web1.network.eth1.rx_byte),8E-06)", graph.Targets[1].Expression);
        Assert.Empty(Plan("NETWORK", Network).Graphs);
    }

    [Fact]
    public void A_unit_finds_what_can_be_converted_to_it()
    {
        var plan = Plan("diskspace unit=GB server:web max 1Ti", Disks);

        var graph = Assert.Single(plan.Graphs);
        Assert.Equal(["scale(servers.web1.diskspace.root.byte_free,1E-09)", "scale(servers.web1.diskspace.root.byte_used,1E-09)"], graph.Targets.Select(target => target.Expression));
        Assert.Equal("GB", graph.Unit);
    }

    [Theory]
    [InlineData("MB/d", "scale(scaleToSeconds(derivative(servers.web1.diskspace.root.byte_used),86400),1E-06)")]
    [InlineData("MiB", "scale(servers.web1.diskspace.root.byte_used,9.5367431640625E-07)")]
    public void Totals_become_rates(string unit, string expression) =>
        Assert.Equal(expression, Plan($"byte_used unit={unit}", Disks).Graphs[0].Targets[0].Expression);

    [Fact]
    public void Rates_become_totals() => Assert.Equal(
        "integral(hitcount(scale(servers.db1.network.eth0.rx_byte,1E-06),'1min'))",
        Plan("db1 eth0 rx unit=MB", Network).Graphs[0].Targets[0].Expression);

    [Fact]
    public void Counters_are_shown_by_what_they_grow_each_alone()
    {
        var plan = Plan("requests sum by n2", ["target_type=counter.a.unit=Req.requests", "target_type=counter.b.unit=Req.requests"]);

        var graph = Assert.Single(plan.Graphs);
        Assert.Equal("Req/s", graph.Unit);
        Assert.Equal(
            "scaleToSeconds(sumSeries(nonNegativeDerivative(target_type=counter.a.unit=Req.requests),nonNegativeDerivative(target_type=counter.b.unit=Req.requests)),1)",
            graph.Targets[0].Expression);
        Assert.Equal("nonNegativeDerivative(wraparound=100.target_type=counter.unit=Req,100)", Inner(Plan("wrap", ["wraparound=100.target_type=counter.unit=Req"]).Graphs[0].Targets[0].Expression));

        static string Inner(string expression) => expression["scaleToSeconds(".Length..^3];
    }

    [Fact]
    public void A_sum_there_is_already_is_taken_instead_of_its_parts_unless_parts_are_asked_for()
    {
        string[] names = ["h.cpu-0.cpu-user", "h.cpu-1.cpu-user", "h.cpu-average.cpu-user"];

        Assert.Equal("h.cpu-average.cpu-user", Plan("cpu sum by core", names).Graphs[0].Targets[0].Expression);
        Assert.Equal("sumSeries(h.cpu-0.cpu-user,h.cpu-1.cpu-user)", Plan("cpu core:[0-9] sum by core", names).Graphs[0].Targets[0].Expression);
        Assert.Equal("sumSeries(h.cpu-0.cpu-user,h.cpu-1.cpu-user)", Plan("cpu core:. sum by core", names).Graphs[0].Targets[0].Expression);
    }

    [Fact]
    public void A_moving_average_and_a_limit_are_applied()
    {
        var plan = Plan("upper_90 service:api avg over 10M limit 1 || deploy", Timers);

        Assert.Equal("movingAverage(stats.timers.api.get.upper_90,'600s')", Assert.Single(Assert.Single(plan.Graphs).Targets).Expression);
        Assert.Equal((2, 2), (plan.Metrics, plan.Lines));
    }

    [Fact]
    public void Buckets_of_a_group_make_a_graph_each_and_conditions_that_find_it_again()
    {
        string[] names = [.. Cpu];
        var plan = Plan("cpu group by server:web|db GROUP", names.Append("x.GROUP").ToArray());
        Assert.Empty(plan.Graphs);

        plan = Plan("cpu group by server:web", names);
        Assert.Equal(["others", "web"], plan.Graphs.Select(graph => graph.Tags["server"]));
        foreach (var graph in plan.Graphs)
        {
            var again = Plan("cpu " + string.Join(' ', graph.Conditions) + " group by server:web", names);
            Assert.Equal(graph.Targets.Select(target => target.Expression), Assert.Single(again.Graphs).Targets.Select(target => target.Expression));
        }
    }

    [Fact]
    public void A_tag_that_is_not_there_makes_a_graph_that_is_found_again()
    {
        var plan = Plan("a|servers", [.. Timers.Select(name => "a." + name), .. Disks]);
        foreach (var graph in plan.Graphs)
        {
            Assert.Single(Plan("a|servers " + string.Join(' ', graph.Conditions), [.. Timers.Select(name => "a." + name), .. Disks]).Graphs);
        }
    }

    [Fact]
    public void Every_expression_is_one_that_Graphite_reads()
    {
        string[] names = [.. Cpu, .. Disks, .. Network, .. Timers, "odd.na(me", "odd.na{m,e}", "odd.it's|that", "tag.ged;a=b;c=d"];
        foreach (var question in (string[])["", "odd", "ged", "unit=MB/s", "unit=TiB sum by server", "cpu avg over 1h sum by core", "list !server:web n1=stats"])
        {
            foreach (var target in Plan(question, names).Graphs.SelectMany(graph => graph.Targets))
            {
                var paths = Paths(TargetParser.Parse(target.Expression)).ToList();
                Assert.Equal(target.Metrics, paths);
            }
        }

        static IEnumerable<string> Paths(Target target) => target switch
        {
            PathTarget path => [path.Pattern],
            CallTarget call => call.Arguments.SelectMany(Paths),
            _ => [],
        };
    }

    private static ExplorePlan Plan(string question, string[] names) => ExplorePlanner.Plan(ExploreQueryParser.Parse(question), names, Usual, TestContext.Current.CancellationToken);
}
