using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sightline.Core.Queries.Explore;

namespace Sightline.Tests.Explore;

/// <summary>What the catalogue answers is what looking at each metric answers.</summary>
public class MetricCatalogueTests
{
    private static readonly string[] Words =
        ["web1", "web12", "WEB1", "db1", "cpu", "cpu0", "idle", "user", "eth0", "rx_byte", "stats", "timers", "servers", "count", "mean_90", "größe", "a+b", "x-y", "Ꭰ", "\u212A", "k", "unit=B", "host_is_web1", "cpu-0"];

    private static readonly string[] Patterns =
    [
        "cpu", "CPU", "web1", "WEB1", "!idle", "^servers", "user$", "web1.cpu", @"^servers\.web1\.cpu\.idle$", "(idle|user)", "idle|rx", "w.b1", "web[12]", "e+", "(a|b)c", "cpu-?0", "k", "größe", "a.b", "x-y", @"a\+b",
        "web{1}", "(cpu|eth)0", "(cpu)*0", "[^a]b1", @"\d+", "!web", "server=web1", "!server=web1", "server:web", "server:", "serv:", "!serv:", "=web1", "!=idle", ":^web", "!:user", "unit=B", "unit=kB/s", "!unit=B", "target_type=gauge",
        "n1=", "!n1=", "n2:web", "host=web1", "what=cpu", "core=0", "service:count",
    ];

    /// <summary>Thousands of names of all shapes, hundreds of questions of patterns put together by chance.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Questions_find_what_looking_at_each_metric_finds(int seed)
    {
        var random = new Random(seed);
        var rules = MetricRules.Parse("shop.{server}[.total].{what**} unit=B target_type=counter");
        var names = Enumerable.Range(0, 3_000).Select(_ => Name(random)).Distinct().ToList();
        var catalogue = new MetricCatalogue(rules);
        names.ForEach(name => catalogue.Add(Encoding.UTF8.GetBytes(name)));
        var known = names.Select(name => (Name: name, Tags: rules.TagsOf(name))).OrderBy(static metric => metric.Name, Comparer<string>.Create(Bytes)).ToList();
        var found = 0;
        for (var i = 0; i < 300; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Patterns[random.Next(Patterns.Length)])) + (random.Next(2) == 0 ? " GROUP BY n1" : "");
            var query = ExploreQueryParser.Parse(text);
            var expected = known.Where(metric => query.Patterns.All(pattern => pattern.Matches(metric.Name, metric.Tags))).Select(static metric => metric.Name).ToList();
            Assert.True(expected.SequenceEqual(ExplorePlanner.Find(query, catalogue, TestContext.Current.CancellationToken)), text);
            found += expected.Count;
        }

        Assert.True(found > 10_000, $"{found} found");
    }

    [Fact]
    public void Its_tags_count_what_has_them()
    {
        var catalogue = new MetricCatalogue(MetricRules.Parse(""));
        foreach (var name in (string[])["servers.web1.cpu.cpu0.idle", "servers.web2.cpu.cpu0.idle", "servers.web2.cpu.cpu1.idle", "other"])
        {
            catalogue.Add(Encoding.UTF8.GetBytes(name));
        }

        var server = catalogue.Tags.Find("server")!;
        Assert.Equal((3, 2), (server.Count, server.Find("web2")!.Count));
        Assert.Equal(["web1"], server.First(1, static _ => true).Select(static value => value.Text));
        Assert.Equal(["web2"], server.First(5, static value => value.Text.EndsWith('2')).Select(static value => value.Text));
        Assert.Equal(4, catalogue.Tags.Find("unit")!.Count);
        Assert.Null(catalogue.Tags.Find("nothing"));
    }

    /// <summary>A shape is matched as the regular expression would be that says the same.</summary>
    [Theory]
    [InlineData("servers.{server}.cpu.{core}.{state}", @"^servers\.(?<server>[^.]+)\.cpu\.(?<core>[^.]+)\.(?<state>[^.]+)$")]
    [InlineData("[collectd.]{server}.cpu-{core}.cpu-{state}", @"^(?:collectd\.)?(?<server>[^.]+)\.cpu-(?<core>[^.]+)\.cpu-(?<state>[^.]+)$")]
    [InlineData("stats.timers.{service**}.{stat:count|count_90|mean}", @"^stats\.timers\.(?<service>.+)\.(?<stat>count|count_90|mean)$")]
    [InlineData("{a}_{b}.*.{c**}", @"^(?<a>[^.]+)_(?<b>[^.]+)\.[^.]*\.(?<c>.+)$")]
    [InlineData("{a**}.{b**}.{c**}x", @"^(?<a>.+)\.(?<b>.+)\.(?<c>.+)x$")]
    [InlineData("{a:web|web1}{b**}", @"^(?<a>web|web1)(?<b>.+)$")]
    public void A_shape_takes_what_a_regular_expression_takes(string shape, string regex)
    {
        var random = new Random(1);
        var (rules, expression, matched) = (MetricRules.Parse(shape + " own=1"), new Regex(regex), 0);
        string[] parts = ["servers", "web", "web1", "1", "cpu", "cpu-0", "cpu-", "stats", "timers", "count", "count_90", "mean", "collectd", "_", "x", "a_b_c", "interface"];
        string[] joints = [".", ".", ".", "_", "", ".."];
        for (var i = 0; i < 6_000; i++)
        {
            var name = i % 3 > 0 ? string.Concat(Enumerable.Range(0, random.Next(2, 7)).Select(_ => parts[random.Next(parts.Length)] + joints[random.Next(joints.Length)])).Trim('.')
                : Regex.Replace(shape, @"\{[^}]*\}|\[|\]|\*", hole => hole.Value is "[" or "]" ? "" : parts[random.Next(parts.Length)]);
            var match = expression.Match(name);
            var tags = rules.TagsOf(name);
            matched += match.Success ? 1 : 0;
            foreach (var group in match.Success ? expression.GetGroupNames().Where(static group => group != "0") : [])
            {
                Assert.Equal((name, match.Groups[group].Value), (name, tags.GetValueOrDefault(group, "")));
            }

            Assert.Equal((name, match.Success), (name, tags.ContainsKey("own")));
        }

        Assert.True(matched > 50, $"{matched} matched");
    }

    [Fact]
    public void A_hostile_shape_takes_no_long_time()
    {
        var rules = MetricRules.Parse(string.Concat(Enumerable.Range(0, 40).Select(static i => string.Create(CultureInfo.InvariantCulture, $"{{t{i}**}}"))) + "!");
        var name = new string('a', 400) + "!a";
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(name, rules.TagsOf(name)["n1"]);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), clock.Elapsed.ToString());
    }

    [Theory]
    [InlineData("cpu", "cpu", true)]
    [InlineData("CPU", "cpu", false)]
    [InlineData("^servers", "servers", false)]
    [InlineData(@"^a\.bc$", "a.bc", false)]
    [InlineData("idle|user", "idle,user", true)]
    [InlineData("((idle|user))", "idle,user", true)]
    [InlineData("(idle|user)x", "x", false)]
    [InlineData("abc*d", "ab", false)]
    [InlineData("abc+d", "abc", false)]
    [InlineData("a{2}bcd", "bcd", false)]
    [InlineData(@"a\dbc", "bc", false)]
    [InlineData("[]a]bc", "bc", false)]
    [InlineData("[(]bc|d", "bc,d", false)]
    [InlineData("a.b|c", "a,c", false)]
    public void What_an_expression_requires_is_told(string regex, string texts, bool isAll)
    {
        var required = RequiredTexts.Of(regex)!;
        Assert.Equal((texts, isAll), (string.Join(',', required.Texts), required.IsAll));
    }

    [Theory]
    [InlineData(".*")]
    [InlineData("a|")]
    [InlineData("(?i)abc")]
    [InlineData(@"\x41bc")]
    [InlineData("a?")]
    [InlineData("größe")]
    [InlineData("[abc]")]
    public void Of_some_nothing_can_be_told(string regex) => Assert.Null(RequiredTexts.Of(regex));

    private static int Bytes(string? a, string? b) => Encoding.UTF8.GetBytes(a!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b!));

    private static string Name(Random random)
    {
        string Word() => Words[random.Next(Words.Length)];
        return random.Next(6) switch
        {
            0 => $"servers.{Word()}.cpu.{Word()}.{Word()}",
            1 => $"stats.timers.{Word()}.{Word()}.mean_90",
            2 => $"shop.{Word()}.total.{Word()}",
            3 => $"{Word()}.{Word()};dc={Word().Replace(";", "", StringComparison.Ordinal)};unit=kB",
            4 => $"{Word()}.cpu-{random.Next(3)}.cpu-{Word()}",
            _ => string.Join('.', Enumerable.Range(0, random.Next(1, 40)).Select(_ => Word())),
        };
    }
}
