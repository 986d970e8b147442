using System.Diagnostics;
using System.Text;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Tests.Queries.Graphite;

/// <summary>Targets that ask for more than a server has: each is answered or refused, in bounded time and memory.</summary>
public sealed class HostileTargetTests
{
    private const long Day = 86_400;

    private static readonly string[] Targets =
    [
        "randomWalk('a',1)", "timeStack(randomWalk('a',1),'1d',0,1000)", "timeStack(timeStack(randomWalk('a',60),'1d',0,900),'7d',0,900)", "timeStack(*.x,'1s',0,1000000000)",
        "movingMedian(randomWalk('a',1),500000)", "movingWindow(randomWalk('a',1),400000,'stddev')", "movingAverage(randomWalk('a',60),'1000y')", "movingSum(*.x,9223372036854775807)", "movingMin(*.x,'99999999999999d')",
        "holtWintersConfidenceBands(randomWalk('a',1),3,'60d','7d')", "holtWintersAberration(randomWalk('a',1),3,'1000y','1d')", "holtWintersForecast(*.x,'1s','1000y')", "holtWintersConfidenceArea(holtWintersForecast(holtWintersForecast(randomWalk('a',60))))",
        "hitcount(*.x,'1s')", "summarize(*.x,'1s','sum')", "smartSummarize(*.x,'1s')", "summarize(summarize(*.x,'1s'),'1s')", "hitcount(randomWalk('a',86400),'1s',true)", "integralByInterval(*.x,'1s')",
        "exponentialMovingAverage(randomWalk('a',1),100000000)", "stdev(randomWalk('a',1),1000000000)", "delay(*.x,1000000000000)", "delay(*.x,-1000000000000)", "timeShift(*.x,'100000y')", "timeSlice(*.x,'-1000y','now')",
        "aliasByNode(*.x,9223372036854775807,-9223372036854775808)", "substr(*.x,-1000000000,1000000000)", "aliasSub(alias(*.x,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'),'(a+)+$','b')", "grep(alias(*.x,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'),'(a+)+$')",
        "pow(constantLine(1e308),1e308)", "powSeries(*.x,*.x)", "linearRegression(randomWalk('a',1))", "sortByName(*.x,true)", "nPercentile(*.x,1e308)", "interpolate(*.x,1e18)", "keepLastValue(*.x,9223372036854775807)", "limit(*.x,-9223372036854775808)",
        "sin('a',1,1)", "time('a',1)", "identity('a')", "verticalLine('0','x')", "constantLine(nan)", "aggregateLine(*.x,'median',true)", "groupByNode(*.x,99999999999,'sum')", "asPercent(*.x,*.x,0,1,2,3)", "threshold(1e400)",
        "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}.x", "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b.x", "[a-z[a-z[a-z.x", "**.**.**.**.**.**.x",
        Nested("timeStack(", ",'1d',0,9)", 30), Nested("movingAverage(", ",'1d')", 60), Nested("sumSeries(", ",*.x)", 60), Nested("scale(", ",2)", 5000), new string('(', 60_000), new string('{', 60_000), Nested("template(", ",a='b')", 60),
    ];

    [Fact]
    public void Each_is_answered_or_refused_in_bounded_time_and_memory()
    {
        var refused = 0;
        foreach (var target in Targets)
        {
            foreach (var (from, until) in ((long, long)[])[(SameSeries.Now - (10 * Day), SameSeries.Now), (0, SameSeries.Now), (SameSeries.Now - 1, SameSeries.Now), (0, uint.MaxValue)])
            {
                // As a request has one: functions that go on without looking at it are found by the clock below.
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                var (allocated, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
                try
                {
                    _ = new Evaluator(new Minutes(), patience.Token).Evaluate(TargetParser.Parse(target), new RenderContext(from, until, SameSeries.Now, TimeZoneInfo.Utc)).Count;
                }
                catch (GraphiteException fault)
                {
                    refused++;
                    Assert.NotEmpty(fault.Message);
                }
                catch (OperationCanceledException)
                {
                    refused++;
                }

                var (took, bytes) = (Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - allocated);
                var shown = target[..Math.Min(80, target.Length)];
                Assert.True(took < TimeSpan.FromSeconds(20), $"{shown} over {until - from} s took {took}");
                Assert.True(bytes < 3_000_000_000, $"{shown} over {until - from} s allocated {bytes}");
            }
        }

        // Many can be answered over a second, few of them over half a century.
        Assert.InRange(refused, Targets.Length / 2, Targets.Length * 7 / 2);
    }

    private static string Nested(string open, string close, int times) =>
        new StringBuilder().Insert(0, open, times).Append("*.x").Insert(open.Length * times + 3, close, times).ToString();

    /// <summary>Fifty series of a value a minute wherever they are asked for, as long as that is not more than a server would read.</summary>
    private sealed class Minutes : ISeriesSource
    {
        public IReadOnlyList<Series> Fetch(string pattern, long from, long until)
        {
            NamePattern.Parse(pattern);
            var count = (int)Math.Clamp((until - from) / 60, 1, 20_000);
            return [.. Enumerable.Range(0, 50).Select(i => new Series
            {
                Name = $"s{i}.x", PathExpression = pattern, Start = until - (until % 60) - (count * 60), End = until - (until % 60), Step = 60, Values = [.. Enumerable.Range(0, count).Select(at => (double)((at * i) % 97))], Tags = Series.TagsOf($"s{i}.x"),
            })];
        }

        public IReadOnlyList<string> FindByTags(IReadOnlyList<string> expressions) => [];

        public IReadOnlyList<long> Events(IReadOnlyList<string>? tags, long from, long until) => [];
    }
}
