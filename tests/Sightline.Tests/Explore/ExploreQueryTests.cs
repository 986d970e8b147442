using Sightline.Core.Queries.Explore;

namespace Sightline.Tests.Explore;

/// <summary>The query language of the Explorer.</summary>
public class ExploreQueryTests
{
    [Fact]
    public void A_question_without_clauses_has_Graph_Explorers_defaults()
    {
        var query = ExploreQueryParser.Parse("cpu");

        Assert.Equal(ExploreStatement.Graph, query.Statement);
        Assert.Equal(["target_type", "unit", "server"], query.GroupBy.Select(group => group.Tag));
        Assert.Equal(["cpu", "target_type=", "unit="], query.Patterns.Select(pattern => pattern.Text));
        Assert.Equal(("-24hours", "now", 500, "*"), (query.From, query.To, query.Limit, query.Events));
        Assert.Null(query.Unit);
    }

    [Fact]
    public void Every_clause_is_read_wherever_it_stands()
    {
        var query = ExploreQueryParser.Parse("stack network limit 20 unit=Mb/s from -6h avg over 10M direction:rx min -1 sum by device,core:a|b to -1h avg by server max 1Ti || deploy web");

        Assert.Equal(ExploreStatement.Stack, query.Statement);
        Assert.Equal(["network", "unit=Mb/s", "direction:rx", "target_type=", "unit="], query.Patterns.Select(pattern => pattern.Text));
        Assert.Equal(["target_type", "unit"], query.GroupBy.Select(group => group.Tag));
        Assert.Equal(["device", "core"], query.SumBy.Select(spec => spec.Tag));
        Assert.Equal(["a", "b"], query.SumBy[1].Buckets);
        Assert.Equal("server", Assert.Single(query.AverageBy).Tag);
        Assert.Equal((600L, -1d, 1099511627776d, 20), (query.AverageOver, query.Min, query.Max, query.Limit));
        Assert.Equal(("-6h", "-1h", "deploy web", "Mb/s"), (query.From, query.To, query.Events, query.Unit!.Text));
    }

    [Theory]
    [InlineData("a group by server:web|db,what", "target_type,unit,server,what")]
    [InlineData("a group by unit", "target_type,unit")]
    [InlineData("a GROUP BY what=", "what")]
    [InlineData("a sum by server", "target_type,unit")]
    [InlineData("a sum by server group by server", "target_type,unit,server")]
    [InlineData("a group by server, what", "target_type,unit,server,what")]
    public void Groups_replace_the_soft_default_or_all_of_them(string text, string tags) =>
        Assert.Equal(tags, string.Join(',', ExploreQueryParser.Parse(text).GroupBy.Select(group => group.Tag)));

    [Theory]
    [InlineData("sum by", "'sum by' needs something after it")]
    [InlineData("a limit 0", "'limit 0' needs a whole number")]
    [InlineData("a limit x", "'limit x' needs a whole number")]
    [InlineData("a min zero", "'min zero' needs a number")]
    [InlineData("a avg over 5", "'avg over 5' needs a length of time")]
    [InlineData("a (", "'(' has a regular expression that cannot be read")]
    [InlineData("a !", "'!' looks for nothing")]
    [InlineData("a group by ,", "a list of tags is empty")]
    [InlineData("a group by =", "'=' names no tag")]
    public void A_question_that_cannot_be_read_says_why(string text, string why) =>
        Assert.StartsWith(why, Assert.Throws<ExploreException>(() => ExploreQueryParser.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("cpu", true)]
    [InlineData("CPU", false)]
    [InlineData("!cpu", false)]
    [InlineData("server=web1", true)]
    [InlineData("server=web", false)]
    [InlineData("!server=web2", true)]
    [InlineData("server=", true)]
    [InlineData("core=", false)]
    [InlineData("!core=", true)]
    [InlineData("=web1", true)]
    [InlineData("server:^web", true)]
    [InlineData("server:^eb", false)]
    [InlineData("ser:", true)]
    [InlineData(":user|system", true)]
    [InlineData("!:nice", true)]
    [InlineData("unit=GB", true)]
    [InlineData("unit=B/s", true)]
    [InlineData("unit=Req", false)]
    public void A_pattern_looks_at_the_name_or_at_tags(string pattern, bool matches) => Assert.Equal(
        matches,
        TagPattern.Parse(pattern).Matches("servers.web1.cpu.user", new Dictionary<string, string> { ["server"] = "web1", ["state"] = "user", ["unit"] = "B" }));

    [Fact]
    public void Any_text_is_read_or_refused_in_words()
    {
        var random = new Random(20261123);
        string[] parts = ["graph", "stack", "list", "group", "by", "GROUP", "BY", "sum", "avg", "over", "limit", "from", "to", "min", "max", "||", "a=", "=b", "a:b|c", "!x", "(", "[", "5", "1Gi", ",", "=", ":", "10M", "\u0000", "é", "unit=MB/s"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Join(random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(10)).Select(_ => parts[random.Next(parts.Length)]));
            try
            {
                var query = ExploreQueryParser.Parse(text);
                Assert.InRange(query.Limit, 1, 5000);
            }
            catch (ExploreException fault)
            {
                Assert.NotEmpty(fault.Message);
            }
        }
    }
}
