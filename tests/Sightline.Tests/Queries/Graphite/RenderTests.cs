using System.Globalization;
using Sightline.Core.Queries.Graphite;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Queries.Graphite;

public sealed class RenderTests
{
    /// <summary>Sunday, 22 November 2026, 09:28:43 UTC.</summary>
    private const long Now = 1_795_339_723;

    private static readonly RenderContext Context = new(Now - 300, Now, Now, TimeZoneInfo.Utc);

    [Theory]
    [InlineData("now", Now)]
    [InlineData("", Now)]
    [InlineData("-1h", Now - 3600)]
    [InlineData("now-2h30min", Now - 9000)]
    [InlineData("-1d", Now - 86_400)]
    [InlineData("-1mon", Now - (30 * 86_400))]
    [InlineData("-1y", Now - (365 * 86_400))]
    [InlineData("+5s", Now + 5)]
    [InlineData("1795330000", 1_795_330_000)]
    [InlineData("0", 0)]
    [InlineData("20261122", 1_795_305_600)]
    [InlineData("midnight", 1_795_305_600)]
    [InlineData("today", 1_795_305_600)]
    [InlineData("noon yesterday", 1_795_262_400)]
    [InlineData("teatime_tomorrow", 1_795_449_600)]
    [InlineData("17:30_20261121", 1_795_282_200)]
    [InlineData("5pm", 1_795_366_800)]
    [InlineData("5:15pm", 1_795_367_700)]
    [InlineData("monday", 1_794_787_200)]
    [InlineData("sunday", 1_795_305_600)]
    [InlineData("nov 5", 1_793_836_800)]
    [InlineData("november21", 1_795_219_200)]
    [InlineData("12/25/26", 1_798_156_800)]
    [InlineData("midnight+8h", 1_795_334_400)]
    [InlineData("Today - 1 d", 1_795_219_200)]
    public void Times_are_read(string text, long time) => Assert.Equal(time, AtTime.Parse(text, Now, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("someday")]
    [InlineData("-1m")]
    [InlineData("-1x")]
    [InlineData("-h")]
    [InlineData("13/13/2026")]
    [InlineData("nov")]
    [InlineData("99999999999999")]
    public void Times_that_are_none_are_refused(string text) => Assert.Throws<GraphiteException>(() => AtTime.Parse(text, Now, TimeZoneInfo.Utc));

    [Fact]
    public void A_clock_time_that_is_skipped_is_the_first_after() =>
        Assert.Equal(1_774_746_000, AtTime.Parse("02:30_20260329", Now, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));

    [Theory]
    [InlineData("*", "a b", "a,b")]
    [InlineData("a?c", "abc ac abbc", "abc")]
    [InlineData("[a-c]x", "ax bx dx", "ax,bx")]
    [InlineData("[!a-c]x", "ax dx", "dx")]
    [InlineData("{one,two}*", "one1 two three", "one1,two")]
    [InlineData("x{a,b{1,2}}", "xa xb xb1 xb2", "xa,xb1,xb2")]
    [InlineData("a*b*c", "abc aXbYc acb", "abc,aXbYc")]
    public void Elements_match(string pattern, string names, string matched)
    {
        var element = Assert.Single(NamePattern.Parse(pattern).Elements);
        Assert.Equal(matched, string.Join(',', names.Split(' ').Where(element.Matches)));
    }

    [Theory]
    // Two series of a minute's step: a = 1 2 null 4 5, b = 10 10 10 10 0.
    [InlineData("a.x", "a.x: 1 2 - 4 5")]
    [InlineData("sumSeries(*.x)", "sumSeries(*.x): 11 12 10 14 5")]
    [InlineData("sum(a.x,b.x)", "sumSeries(a.x,b.x): 11 12 10 14 5")]
    [InlineData("averageSeries(*.x)", "averageSeries(*.x): 5.5 6 10 7 2.5")]
    [InlineData("minSeries(*.x)", "minSeries(*.x): 1 2 10 4 0")]
    [InlineData("diffSeries(b.x,a.x)", "diffSeries(b.x,a.x): 9 8 10 6 -5")]
    [InlineData("multiplySeries(*.x)", "multiplySeries(*.x): 10 20 - 40 0")]
    [InlineData("rangeOfSeries(*.x)", "rangeOfSeries(*.x): 9 8 0 6 5")]
    [InlineData("countSeries(*.x)", "countSeries(*.x): 2 2 2 2 2")]
    [InlineData("aggregate(*.x,'max')", "maxSeries(*.x): 10 10 10 10 5")]
    [InlineData("divideSeries(a.x,b.x)", "divideSeries(a.x,b.x): 0.1 0.2 - 0.4 -")]
    [InlineData("asPercent(a.x,b.x)", "asPercent(a.x,b.x): 10 20 - 40 -")]
    [InlineData("asPercent(a.x,50)", "asPercent(a.x,50): 2 4 - 8 10")]
    [InlineData("scale(a.x,10)", "scale(a.x,10): 10 20 - 40 50")]
    [InlineData("a.x|scale(0.5)|alias('half')", "half: 0.5 1 - 2 2.5")]
    [InlineData("derivative(a.x)", "derivative(a.x): - 1 - - 1")]
    [InlineData("nonNegativeDerivative(b.x)", "nonNegativeDerivative(b.x): - 0 0 0 -")]
    [InlineData("perSecond(a.x)", "perSecond(a.x): - 0.016667 - - 0.016667")]
    [InlineData("integral(a.x)", "integral(a.x): 1 3 - 7 12")]
    [InlineData("transformNull(a.x)", "transformNull(a.x,0): 1 2 0 4 5")]
    [InlineData("keepLastValue(a.x)", "keepLastValue(a.x): 1 2 2 4 5")]
    [InlineData("keepLastValue(a.x,limit=0)", "keepLastValue(a.x): 1 2 - 4 5")]
    [InlineData("aliasByNode(*.x,0)", "a: 1 2 - 4 5|b: 10 10 10 10 0")]
    [InlineData("aliasByNode(scale(a.x,1),-1,0)", "x.a: 1 2 - 4 5")]
    [InlineData("aliasSub(a.x,'(.)\\.x','$\\1')", "$a: 1 2 - 4 5")]
    [InlineData("aliasByMetric(scale(a.x,1))", "x: 1 2 - 4 5")]
    [InlineData("groupByNode(*.x,1,'sum')", "x: 11 12 10 14 5")]
    [InlineData("groupByNodes(*.x,'max',0)", "a: 1 2 - 4 5|b: 10 10 10 10 0")]
    [InlineData("sumSeriesWithWildcards(*.x,0)", "x: 11 12 10 14 5")]
    [InlineData("highestMax(*.x,1)", "b.x: 10 10 10 10 0")]
    [InlineData("lowest(*.x,1,'average')", "a.x: 1 2 - 4 5")]
    [InlineData("averageAbove(*.x,5)", "b.x: 10 10 10 10 0")]
    [InlineData("currentBelow(*.x,3)", "b.x: 10 10 10 10 0")]
    [InlineData("filterSeries(*.x,'max','>=',10)", "b.x: 10 10 10 10 0")]
    [InlineData("grep(*.x,'^a')", "a.x: 1 2 - 4 5")]
    [InlineData("exclude(*.x,'^a')", "b.x: 10 10 10 10 0")]
    [InlineData("sortByName(*.x,reverse=true)", "b.x: 10 10 10 10 0|a.x: 1 2 - 4 5")]
    [InlineData("limit(*.x,1)", "a.x: 1 2 - 4 5")]
    [InlineData("movingAverage(a.x,2)", "movingAverage(a.x,2): 1 1 1.5 2 4")]
    [InlineData("movingSum(b.x,'2min')", "movingSum(b.x,\"2min\"): 20 20 20 20 20")]
    [InlineData("summarize(a.x,'2min','sum',true)", "summarize(a.x, \"2min\", \"sum\", true): 3 4 5")]
    [InlineData("nPercentile(b.x,50)", "nPercentile(b.x, 50): 10 10 10 10 10")]
    [InlineData("percentileOfSeries(*.x,50)", "percentileOfSeries(*.x,50): 10 10 10 10 5")]
    [InlineData("removeAboveValue(a.x,4)", "removeAboveValue(a.x, 4): 1 2 - 4 -")]
    [InlineData("fallbackSeries(none.x,constantLine(3))", "3.0: 3 3 3")]
    [InlineData("absolute(offset(a.x,-3))", "absolute(offset(a.x,-3)): 2 1 - 1 2")]
    [InlineData("none.x", "")]
    public void Targets_are_computed(string target, string expected) => Assert.Equal(expected, Render(target));

    [Theory]
    [InlineData("")]
    [InlineData("sumSeries(a.x")]
    [InlineData("sumSeries(a.x))")]
    [InlineData("scale(a.x,'x')")]
    [InlineData("scale(a.x)")]
    [InlineData("nope(a.x)")]
    [InlineData("aggregate(a.x,'nope')")]
    [InlineData("a.x|b")]
    [InlineData("grep(a.x,'(')")]
    [InlineData("divideSeries(a.x,*.x)")]
    [InlineData("'text'")]
    [InlineData("{a,b")]
    public void Targets_that_cannot_be_are_refused(string target) => Assert.Throws<GraphiteException>(() => Render(target));

    [Fact]
    public void A_tower_of_functions_is_refused() => Assert.Throws<GraphiteException>(() => Render(string.Concat(Enumerable.Repeat("absolute(", 10_000)) + "a.x"));

    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.5e-7, "1.5e-07")]
    [InlineData(123456789.125, "123456789.125")]
    [InlineData(-0.0001, "-0.0001")]
    public void Numbers_are_written_as_python_does(double value, string text) => Assert.Equal(text, PyText.Repr(value));

    [Fact]
    public void Mutated_targets_are_computed_or_refused() =>
        FuzzRun.Run(
            "graphite target",
            ["sumSeries(*.x)", "aliasByNode(scale(a.x,1),-1,0)", "a.x|scale(0.5)|alias('half')", "movingSum(b.x,'2min',xFilesFactor=0.5)", "{a,b{1,2}}.[!a-c]?*"],
            static input =>
            {
                try
                {
                    Render(System.Text.Encoding.UTF8.GetString(input.Span));
                }
                catch (GraphiteException fault)
                {
                    Assert.NotEmpty(fault.Message);
                }
            },
            200_000, [.. FunctionTable.Names.Select(name => name + "("), "a.x", "*.x", "**", "'sum'", "'5min'", "1e9", "-1", "inf", "|", "{a,b}"]);

    private static string Render(string target) =>
        string.Join('|', new Evaluator(new TwoSeries(), CancellationToken.None).Evaluate(TargetParser.Parse(target), Context).Select(one =>
            $"{one.Name}: {string.Join(' ', one.Values.Select(value => double.IsNaN(value) ? "-" : value.ToString("R", CultureInfo.InvariantCulture)))}"));

    /// <summary>Whatever range is asked for, it ends with the same five values; before them all is as the first.</summary>
    private sealed class TwoSeries : ISeriesSource
    {
        public IReadOnlyList<Series> Fetch(string pattern, long from, long until)
        {
            var elements = NamePattern.Parse(pattern).Elements;
            return elements is [var name, { Exact: "x" }]
                ? [.. new[] { ("a", new[] { 1, 2, double.NaN, 4, 5 }), ("b", [10, 10, 10, 10, 0]) }.Where(one => name.Matches(one.Item1)).Select(one => Of(one.Item1 + ".x", pattern, one.Item2, from, until))]
                : [];
        }

        public IReadOnlyList<string> FindByTags(IReadOnlyList<string> expressions) => [];

        public IReadOnlyList<long> Events(IReadOnlyList<string>? tags, long from, long until) => [];

        private static Series Of(string name, string pattern, double[] last, long from, long until)
        {
            var count = (int)Math.Clamp((until - from) / 60, 5, 10_000);
            var end = until - (until % 60) + 60;
            return new Series
            {
                Name = name,
                PathExpression = pattern,
                Start = end - (count * 60L),
                End = end,
                Step = 60,
                Values = [.. Enumerable.Repeat(last[0], count - 5), .. last],
                Tags = Series.TagsOf(name),
            };
        }
    }
}
