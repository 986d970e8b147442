using System.Text;
using Sightline.Core.Queries;

namespace Sightline.Tests.Queries;

public sealed class StatsQueryParserTests
{
    private const string Full =
        """
        {"project": 1, "metrics": ["visitors","visits","page_views","bounce_rate","visit_duration"],
         "dimensions": ["time:day","page:path"], "range": "30d", "timezone": "Europe/Berlin",
         "filters": ["and", [["is","visit:country",["DE","AT"]], ["contains","page:path",["/shop"]], ["not",["is","visit:browser",["Chrome"]]]]],
         "order": [["visitors","desc"]], "limit": 100, "offset": 0, "compare": "previous_period", "include": ["totals"]}
        """;

    [Fact]
    public void The_documented_query_is_read_whole()
    {
        var query = Parse(Full);
        Assert.Equal(1u, query.Project);
        Assert.Equal(["visitors", "visits", "page_views", "bounce_rate", "visit_duration"], query.Metrics.Select(m => m.Name));
        Assert.Equal(["time:day", "page:path"], query.Dimensions.Select(d => d.Name));
        Assert.Equal(new NamedRange(RangeName.Days30), query.Range);
        Assert.Equal("Europe/Berlin", query.TimeZone);
        Assert.Equal(new OrderTerm(IsMetric: true, 0, Descending: true), Assert.Single(query.Order));
        Assert.Equal(100, query.Limit);
        Assert.Equal(CompareKind.PreviousPeriod, query.Compare!.Kind);
        Assert.True(query.IncludeTotals);
        Assert.False(query.IncludeTotalRows);
        Assert.Equal(
            """["and",[["is","visit:country",["DE","AT"]],["contains","page:path",["/shop"]],["is_not","visit:browser",["Chrome"]]]]""",
            FilterWriter.Text(query.Filter!));
    }

    [Theory]
    [InlineData("""["is","visit:country",["DE"]]""")]
    [InlineData("""["is_not","visit:source",["Google"]]""")]
    [InlineData("""["contains","page:path",["/a","/b"]]""")]
    [InlineData("""["contains_not","page:title",["x"]]""")]
    [InlineData("""["starts_with","page:host",["www"]]""")]
    [InlineData("""["ends_with","visit:entry_page",["/"]]""")]
    [InlineData("""["matches","visit:exit_page",["^/a[0-9]+$"]]""")]
    [InlineData("""["matches_not","event:name",["^x"]]""")]
    [InlineData("""["gt","event:props.price",["10"]]""")]
    [InlineData("""["gte","event:props.price",["10.5"]]""")]
    [InlineData("""["lt","visit:browser_version",["120"]]""")]
    [InlineData("""["lte","visit:os_version",["11"]]""")]
    [InlineData("""["is_set","visit:utm_source"]""")]
    [InlineData("""["is_not_set","event:props.a.b"]""")]
    [InlineData("""["or",[["is","goal",["3"]],["segment",7]]]""")]
    [InlineData("""["has_done",["is","event:name",["signup"]]]""")]
    [InlineData("""["has_not_done",["is","page:path",["/pricing"]]]""")]
    [InlineData("""["not",["and",[["is","visit:returning",["true"]],["is","visit:os",["Linux"]]]]]""")]
    public void Filters_are_read_and_written_back(string filter) => Assert.Equal(filter, FilterWriter.Text(Parse(With("filters", filter)).Filter!));

    [Theory]
    [InlineData("""["is","visit:returning",[true]]""", """["is","visit:returning",["true"]]""")]
    [InlineData("""["is","visit:source",[null]]""", """["is","visit:source",[""]]""")]
    [InlineData("""["is","goal",[3]]""", """["is","goal",["3"]]""")]
    [InlineData("""["gt","event:props.n",[1e2]]""", """["gt","event:props.n",["100"]]""")]
    public void Values_that_are_no_text_become_it(string filter, string expected) =>
        Assert.Equal(expected, FilterWriter.Text(Parse(With("filters", filter)).Filter!));

    [Fact]
    public void Filters_that_mean_the_same_are_normalised_to_the_same()
    {
        var first = Parse(With("filters", """["and",[["is","page:path",["/b","/a"]],["and",[["is","page:host",["h"]],["not",["not",["is_set","goal"]]]]]]]""")).Filter!;
        var second = Parse(With("filters", """["and",[["is_set","goal"],["is","page:host",["h","h"]],["segment",1]]]""")).Filter!;
        var segment = Parse(With("filters", """["is","page:path",["/a","/b"]]""")).Filter!;
        Assert.Equal(FilterWriter.Text(FilterNormaliser.Normalise(first, _ => null)), FilterWriter.Text(FilterNormaliser.Normalise(second, _ => segment)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{", "")]
    [InlineData("[]", "")]
    [InlineData("""{"metrics":["visitors"],"range":"day"}""", "project")]
    [InlineData("""{"project":0,"metrics":["visitors"],"range":"day"}""", "project")]
    [InlineData("""{"project":1.5,"metrics":["visitors"],"range":"day"}""", "project")]
    [InlineData("""{"project":1,"range":"day"}""", "metrics")]
    [InlineData("""{"project":1,"metrics":[],"range":"day"}""", "metrics")]
    [InlineData("""{"project":1,"metrics":["visitors"]}""", "range")]
    [InlineData("""{"project":1,"project":1,"metrics":["visitors"],"range":"day"}""", "project")]
    [InlineData("""{"project":1,"metrics":["visitors","nonsense"],"range":"day"}""", "metrics[1]")]
    [InlineData("""{"project":1,"metrics":["visitors","visitors"],"range":"day"}""", "metrics[1]")]
    [InlineData("""{"project":1,"metrics":["sum"],"range":"day"}""", "metrics[0]")]
    [InlineData("""{"project":1,"metrics":["p51(props.x)"],"range":"day"}""", "metrics[0]")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":"day","extra":1}""", "extra")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":"31d"}""", "range")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":["2026-11-22"]}""", "range")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":["2026-11-22","2026-11-21"]}""", "range[1]")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":["2026-02-30","2026-11-21"]}""", "range[0]")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":["2026-11-22T00:00:00Z","2026-11-23"]}""", "range[1]")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":["2026-11-22T00:00:00","2026-11-23T00:00:00Z"]}""", "range[0]")]
    [InlineData("""{"project":1,"metrics":["visitors"],"range":["2026-11-22T00:00:00Z","2026-11-22T00:00:00Z"]}""", "range[1]")]
    public void Rejects_with_the_place(string json, string at) => Assert.Equal(at, Fault(json).At);

    [Theory]
    [InlineData("timezone", "\"Mars/Olympus\"", "timezone")]
    [InlineData("dimensions", "[\"page:colour\"]", "dimensions[0]")]
    [InlineData("dimensions", "[\"page:path\",\"page:path\"]", "dimensions[1]")]
    [InlineData("dimensions", "[\"time:day\",\"time:hour\"]", "dimensions[1]")]
    [InlineData("dimensions", "[\"event:props.\"]", "dimensions[0]")]
    [InlineData("order", "[[\"visits\",\"desc\"]]", "order[0][0]")]
    [InlineData("order", "[[\"visitors\",\"down\"]]", "order[0][1]")]
    [InlineData("order", "[\"visitors\"]", "order[0]")]
    [InlineData("limit", "0", "limit")]
    [InlineData("limit", "10001", "limit")]
    [InlineData("offset", "-1", "offset")]
    [InlineData("compare", "\"last_week\"", "compare")]
    [InlineData("compare", "[\"2026-01-01\",\"x\"]", "compare[1]")]
    [InlineData("include", "[\"totals\",\"rows\"]", "include[1]")]
    [InlineData("filters", "{}", "filters")]
    [InlineData("filters", "[\"equals\",\"page:path\",[\"/\"]]", "filters[0]")]
    [InlineData("filters", "[\"is\",\"page:pth\",[\"/\"]]", "filters[1]")]
    [InlineData("filters", "[\"is\",\"time:day\",[\"2026-01-01\"]]", "filters[1]")]
    [InlineData("filters", "[\"is\",\"page:path\",\"/\"]", "filters[2]")]
    [InlineData("filters", "[\"is\",\"page:path\",[]]", "filters[2]")]
    [InlineData("filters", "[\"is\",\"page:path\",[{}]]", "filters[2][0]")]
    [InlineData("filters", "[\"is\",\"page:path\",[\"\\ud800\"]]", "filters[2][0]")]
    [InlineData("filters", "[\"gt\",\"event:props.n\",[\"ten\"]]", "filters[2][0]")]
    [InlineData("filters", "[\"is\",\"page:path\"]", "filters")]
    [InlineData("filters", "[\"is_set\",\"page:path\",[\"x\"]]", "filters")]
    [InlineData("filters", "[\"and\",[[\"is\",\"page:path\",[\"/\"]],[\"or\",[[\"is\",\"x\",[1]]]]]]", "filters[1][1][1][0][1]")]
    [InlineData("filters", "[\"and\",[]]", "filters[1]")]
    [InlineData("filters", "[\"not\",[\"nope\",\"page:path\",[1]]]", "filters[1][0]")]
    [InlineData("filters", "[\"has_done\",[\"and\",[[\"is\",\"bad\",[\"x\"]]]]]", "filters[1][1][0][1]")]
    [InlineData("filters", "[\"segment\",\"x\"]", "filters[1]")]
    public void Rejects_a_field_with_the_place(string field, string value, string at) => Assert.Equal(at, Fault(With(field, value)).At);

    [Fact]
    public void An_unknown_segment_is_named_with_its_place()
    {
        var filter = Parse(With("filters", """["and",[["is_set","goal"],["segment",9]]]""")).Filter!;
        Assert.Equal("filters[1][1][1]", Assert.Throws<InvalidQueryException>(() => FilterNormaliser.Normalise(filter, _ => null)).At);
    }

    [Fact]
    public void Segments_that_contain_themselves_end_in_an_error()
    {
        var filter = Parse(With("filters", """["segment",9]""")).Filter!;
        Assert.Throws<InvalidQueryException>(() => FilterNormaliser.Normalise(filter, _ => filter));
    }

    [Fact]
    public void Too_deep_or_too_long_queries_are_refused()
    {
        Assert.Equal("", Fault(With("filters", string.Concat(Enumerable.Repeat("[\"not\",", 100)) + "1" + new string(']', 100))).At);
        Assert.Equal("", Fault(new string(' ', QueryLimits.Bytes) + With("limit", "1")).At);
        var many = "[\"or\",[" + string.Join(',', Enumerable.Repeat("[\"is_set\",\"goal\"]", QueryLimits.FilterNodes)) + "]]";
        Assert.StartsWith("filters", Fault(With("filters", many)).At, StringComparison.Ordinal);
    }

    internal static StatsQuery Parse(string json) => StatsQueryParser.Parse(Encoding.UTF8.GetBytes(json));

    internal static string With(string field, string value) =>
        $$"""{"project":1,"metrics":["visitors"],"range":"day","{{field}}":{{value}}}""";

    private static InvalidQueryException Fault(string json) => Assert.Throws<InvalidQueryException>(() => Parse(json));
}
