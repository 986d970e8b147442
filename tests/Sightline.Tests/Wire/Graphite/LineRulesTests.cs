using System.Text;
using Sightline.Core.Wire.Graphite;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.Graphite;

public sealed class LineRulesTests
{
    [Theory]
    [InlineData("a (60) = sum", "line 1: a rule is output_template (seconds) = method input_pattern")]
    [InlineData("a (60) = sum b c", "line 1: a rule is")]
    [InlineData("# x\n\na (m) = sum b", "line 3: '(m)' is no frequency")]
    [InlineData("a (0) = sum b", "line 1: '(0)' is no frequency")]
    [InlineData("a (60) = median b", "line 1: 'median' is no method")]
    [InlineData("a (60) = sum b(", "line 1: the pattern is no regular expression")]
    [InlineData("a.<host> (60) = sum <env>.b", "line 1: <host> is no field of the input pattern")]
    [InlineData("a.<<env>> (60) = sum <env>.b", "line 1: the output template has a <, > or %")]
    [InlineData("100% (60) = sum <env>.b", "line 1: the output template has a <, > or %")]
    public void Faulty_aggregation_rules_are_told_by_line(string text, string fault) => Assert.StartsWith(fault, Assert.Single(AggregationRules.Parse(text).Faults).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("a = b", "line 1: a rule stands below [pre] or [post]")]
    [InlineData("[pre]\na", "line 2: this is neither a section nor pattern = replacement")]
    [InlineData("[before]", "line 1: [before] is neither [pre] nor [post]")]
    [InlineData("[pre]\n( = b", "line 2: the pattern is no regular expression")]
    [InlineData("[pre]\na = \\1", "line 2: the pattern has no group 1")]
    [InlineData("[pre]\n(?P<x>a) = \\g<y>", "line 2: the pattern has no group y")]
    [InlineData("[pre]\na = \\q", "line 2: the replacement has \\q")]
    [InlineData("[pre]\na = b\\", "line 2: the replacement ends with a backslash")]
    public void Faulty_rewrite_rules_are_told_by_line(string text, string fault) => Assert.StartsWith(fault, RewriteRules.Parse(text).Faults[0].ToString(), StringComparison.Ordinal);

    [Fact]
    public void What_is_saved_goes_on_and_without_it_intervals_that_began_before_are_not_told()
    {
        var rules = LineRules.Parse("", "all (10) = sum *.hits");
        var before = new AggregationBuffers(0);
        before.Add(rules.Of("a.hits"u8), 1003, 1, 1003);
        before.Add(rules.Of("b.hits"u8), 1004, 2, 1004);
        Assert.Equal((1, 2), (before.Count, before.Values));

        var after = AggregationBuffers.Load(rules.Aggregations, before.Save(rules.Aggregations), 1006);
        after.Add(rules.Of("c.hits"u8), 1008, 4, 1008);
        Assert.Equal(["all 1000 7"], Told(after, 1016));
        // Late, and told with all the others again.
        after.Add(rules.Of("d.hits"u8), 1009, 8, 1017);
        Assert.Equal(["all 1000 15"], Told(after, 1026));
        Assert.Empty(Told(after, 1036));

        var killed = new AggregationBuffers(1006);
        killed.Add(rules.Of("c.hits"u8), 1008, 4, 1008);
        killed.Add(rules.Of("c.hits"u8), 1012, 5, 1012);
        Assert.Equal(["all 1010 5"], Told(killed, 1020));
        Assert.Empty(Told(killed, 2000));
        Assert.Equal((0, 0), (killed.Count, killed.Values));
    }

    [Fact]
    public void Names_that_rules_make_too_long_or_empty_are_faults_and_tags_are_put_in_order()
    {
        var rules = LineRules.Parse("[pre]\n^gone$ =\n^long$ = " + new string('x', 1025) + "\n[post]\n^cpu = cpu;zone=b", "");
        Assert.Equal(GraphiteFault.Malformed, rules.Of("gone"u8).Fault);
        Assert.Equal(GraphiteFault.TooLong, rules.Of("long"u8).Fault);
        Assert.Equal("cpu;dc=a;zone=b", Encoding.UTF8.GetString(rules.Of("cpu;dc=a"u8).Name!));
    }

    [Fact]
    public void Mutated_files_are_read_and_applied_or_refused() => FuzzRun.Run(
        "line rules", [Encoding.UTF8.GetBytes("[pre]\n^(a)\\.(?P<b>x+)$ = \\2.\\g<b>\n[post]\n_90 = _p90\n"), Encoding.UTF8.GetBytes("<a>.all (60) = p95 <a>.<<b>>.x*\n")], static input =>
    {
        var text = Encoding.UTF8.GetString(input.Span);
        if (text.Count(static c => c == '\n') > 6)
        {
            // Each rule is a machine of its own, of a hundred kilobytes: a matter of how many there may be, not of what they say.
            return;
        }

        var rules = LineRules.Parse(text, text);
        Assert.NotNull(rules.Of("a.xx.x_90"u8));
    });

    private static List<string> Told(AggregationBuffers buffers, double now)
    {
        var told = new List<string>();
        buffers.Tell(now, (name, start, value) => told.Add(FormattableString.Invariant($"{name} {start} {value}")));
        return told;
    }
}
