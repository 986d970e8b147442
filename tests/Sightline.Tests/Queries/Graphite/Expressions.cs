namespace Sightline.Tests.Queries.Graphite;

/// <summary>Targets by chance: for every function ways to call it, filled with series, other functions, numbers and times.</summary>
public sealed class Expressions(Random random)
{
    // S: series; R: stored series; W: series without gaps; C: a counter; I: an interval; A: a function of values; N: a node; P: percent; V: a number; K: a small number.
    private static readonly string[] Templates =
    [
        "absolute(S)", "add(S,V)", "aggregate(S,'A')", "aggregate(S,'A',0.5)", "aggregateLine(S)", "aggregateLine(S,'A')", "aggregateLine(S,'A',true)", "aggregateLine(S,func='A',keepStep=true)",
        "aggregateSeriesLists(servers.*.cpu.user,servers.*.cpu.system,'A')", "aggregateSeriesLists(servers.*.cpu.user,servers.*.cpu.system,'A',0.7)", "aggregateWithWildcards(servers.*.*.*,'A',N)",
        "aggregateWithWildcards(servers.*.cpu.*,'A',1,3)", "alias(S,'a name')", "aliasByMetric(S)", "aliasByNode(S,N)", "aliasByNode(S,N,-1)", "aliasByNode(seriesByTag('dc=west'),'dc','name')",
        "aliasByTags(seriesByTag('dc=west'),'host','name')", "aliasByTags(S,'name')", "aliasQuery(servers.*.cpu.user,'user','system','system %d')", "aliasQuery(servers.web1.cpu.user,'web1','web2','now %.3f')",
        "aliasSub(S,'web(\\d)','host\\1')", "aliasSub(S,'[aeiou]','')", "alpha(S,0.5)", "applyByNode(servers.*.cpu.*,1,'sumSeries(%.cpu.*)')", "applyByNode(servers.*.cpu.*,1,'asPercent(%.cpu.user,%.mem.used)','% share')",
        "areaBetween(servers.web{1,2}.cpu.user)", "asPercent(S)", "asPercent(S,V)", "asPercent(S,K)", "asPercent(S,servers.web1.cpu.user)", "asPercent(servers.*.cpu.user,servers.*.cpu.system)",
        "asPercent(servers.*.cpu.*,servers.*.mem.used,1)", "asPercent(servers.*.cpu.*,None,1)", "asPercent(servers.web1.cpu.*,servers.*.mem.used,1)", "asPercent(servers.*.*.*,None,1,2)",
        "averageAbove(S,V)", "averageBelow(S,V)", "averageOutsidePercentile(W,P)", "averageSeries(S,S)", "averageSeriesWithWildcards(servers.*.*.*,N)", "avg(S)", "cactiStyle(S)", "cactiStyle(S,'si')", "cactiStyle(S,'binary','b')", "cactiStyle(S,units='b')",
        "changed(S)", "color(S,'red')", "consolidateBy(S,'G')", "constantLine(V)", "countSeries(S)", "countSeries(S,S)", "countSeries()", "cumulative(S)", "currentAbove(S,V)", "currentBelow(S,V)", "dashed(S)", "dashed(S,K)", "delay(S,K)", "delay(S,-3)",
        "derivative(C)", "derivative(S)", "diffSeries(S,S)", "diffSeriesLists(servers.*.cpu.user,servers.*.cpu.system)", "divideSeries(S,servers.web1.mem.used)", "divideSeries(S,nothing.here)", "divideSeriesLists(servers.*.cpu.user,servers.*.mem.used)",
        "drawAsInfinite(S)", "events('*')", "exclude(S,'w[a-e]b1')", "exp(scale(S,0.01))", "exponentialMovingAverage(S,K)", "exponentialMovingAverage(S,'I')", "fallbackSeries(S,constantLine(1))", "fallbackSeries(nothing.here,S)",
        "filterSeries(S,'A','O',V)", "grep(S,'cpu|slow')", "group(S,S)", "groupByNode(servers.*.*.*,N)", "groupByNode(servers.*.*.*,N,'A')", "groupByNode(servers.*.*.*,N,'F')", "groupByNodes(servers.*.*.*,'A',N,3)", "groupByNodes(servers.*.*.*,'F',N,-1)",
        "groupByTags(seriesByTag('name=disk.used'),'A','dc')", "groupByTags(seriesByTag('dc=west'),'F','host')", "groupByTags(seriesByTag('dc=west'),'sum','name','host')", "highest(S,K)", "highest(S,K,'A')", "highestAverage(S,K)", "highestCurrent(S,K)", "highestMax(S,K)",
        "hitcount(S,'J')", "hitcount(S,'J',true)", "hitcount(C,'1h',alignToInterval=true)", "holtWintersAberration(servers.web1.cpu.system,3,'1d','6h')", "holtWintersAberration(H,K,'12h','1h')", "holtWintersConfidenceArea(servers.web1.cpu.system,K,'1d','6h')",
        "holtWintersConfidenceBands(H,K,'1d','6h')", "holtWintersConfidenceBands(H,bootstrapInterval='1d')", "holtWintersForecast(H)", "holtWintersForecast(H,'1d','2h')", "holtWintersForecast(long.load,'7d','1d')", "identity('time')", "integral(S)", "integralByInterval(S,'J')", "interpolate(S)", "interpolate(S,K)",
        "invert(S)", "isNonNull(S)", "keepLastValue(S)", "keepLastValue(S,K)", "keepLastValue(S,limit=K)", "legendValue(R,'A')", "legendValue(R,'A','A')", "legendValue(R,'A','si')", "legendValue(R,'A','binary')", "limit(S,K)", "lineWidth(S,2)",
        "linearRegression(S)", "linearRegression(S,'1795240000','1795300000')", "log(S)", "log(S,2)", "logit(scale(S,0.01))", "lowest(S,K)", "lowest(S,K,'A')", "lowestAverage(S,K)", "lowestCurrent(S,K)", "maxSeries(S,S)", "maximumAbove(S,V)", "maximumBelow(S,V)", "minMax(S)",
        "minSeries(S)", "minimumAbove(S,V)", "minimumBelow(S,V)", "mostDeviant(S,K)", "movingAverage(S,K)", "movingAverage(S,'I')", "movingAverage(S,K,0.7)", "movingMax(S,K)", "movingMax(S,'I')", "movingMedian(S,K)", "movingMin(S,'I',xFilesFactor=0.5)", "movingMin(S,K)", "movingSum(S,K)", "movingMedian(S,'I')",
        "movingSum(S,'I')", "movingWindow(S,K,'A')", "movingWindow(S,'I',func='A')", "multiplySeries(S)", "multiplySeries(servers.web1.cpu.user,servers.web2.cpu.user)", "multiplySeriesLists(servers.*.cpu.user,servers.*.cpu.system)", "multiplySeriesWithWildcards(servers.*.cpu.*,N)", "nPercentile(S,P)",
        "nonNegativeDerivative(C)", "nonNegativeDerivative(W,50)", "nonNegativeDerivative(W,maxValue=60,minValue=5)", "nonNegativeDerivative(W,minValue=2)", "offset(S,V)", "offsetToZero(S)", "pct(S)", "perSecond(C)", "perSecond(W,80)", "percentileOfSeries(S,P)", "percentileOfSeries(S,P,true)", "pow(S,V)", "pow(S,2)",
        "powSeries(servers.web1.mem.used,servers.web2.mem.used)", "powSeries(S)", "randomWalk('walk')", "randomWalkFunction('walk',300)", "rangeOfSeries(S)", "reduceSeries(mapSeries(servers.*.cpu.*,1),'asPercent',3,'user','system')", "reduce(map(servers.*.cpu.*,1),'diffSeries',3,'system','user')",
        "reduceSeries(map(servers.*.*.*,1,2),'sumSeries',3,'used')", "removeAbovePercentile(S,P)", "removeAboveValue(S,V)", "removeBelowPercentile(S,P)", "removeBelowValue(S,V)", "removeBetweenPercentile(W,P)", "removeEmptySeries(S)", "removeEmptySeries(S,0.95)", "round(S)", "round(S,K)", "round(S,-1)", "scale(S,V)",
        "scaleToSeconds(S,1)", "scaleToSeconds(S,V)", "secondYAxis(S)", "seriesByTag('name=disk.used')", "setXFilesFactor(S,0.5)", "sumSeries(xFilesFactor(S,0.9))", "sigmoid(scale(S,0.01))", "sin('s')", "sin('s',3,300)", "sinFunction('s',step=600)", "smartSummarize(S,'J')", "smartSummarize(S,'J','A')",
        "smartSummarize(S,'J','A','hours')", "smartSummarize(S,'J','A','days')", "smartSummarize(S,'1d','sum','weeks')", "smartSummarize(S,'J','avg','minutes')", "sortBy(S,'A')", "sortBy(S,'A',true)", "sortByMaxima(S)", "sortByMinima(S)", "sortByName(S)", "sortByName(S,true)", "sortByName(S,reverse=true)",
        "sortByTotal(S)", "squareRoot(S)", "stacked(S)", "stacked(S,'pile')", "stddevSeries(S,S)", "stdev(S,K)", "stdev(S,7,0.5)", "substr(S,1)", "substr(S,1,3)", "substr(S,N,-1)", "sum(S,S)", "sumSeries(S)", "sumSeriesLists(servers.*.cpu.user,servers.*.cpu.system)", "sumSeriesWithWildcards(servers.*.*.*,N)",
        "summarize(S,'J')", "summarize(S,'J','A')", "summarize(S,'J','A',true)", "summarize(S,'30s')", "threshold(V)", "threshold(V,'limit')", "threshold(V,'limit','red')", "time('t')", "time('t',300)", "timeFunction('t')", "timeShift(S,'I')", "timeShift(S,'1d',false)", "timeShift(S,'-2h')", "timeShift(S,'+1h',true,true)",
        "timeSlice(S,'1795320000','1795330000')", "timeSlice(S,'1795250000','1795300000')", "timeStack(S,'1h',0,3)", "timeStack(S,'6h',1,2)", "transformNull(S)", "transformNull(S,V)", "transformNull(servers.*.mem.used,-1,servers.db1.cpu.user)", "unique(S,S)", "useSeriesAbove(W,V,'web1','web2')", "verticalLine('T','deploy')",
        "verticalLine('T','deploy','blue')", "weightedAverage(servers.*.cpu.user,servers.*.mem.used,1)", "weightedAverage(servers.*.cpu.user,servers.*.cpu.system,1,2)", "mapSeries(servers.web1.cpu.user,1)|reduceSeries('sumSeries',1,'web1')",
        "S|scale(V)", "S|sumSeries()|alias('x')", "template(servers.$host.cpu.$metric,host='web1',metric='user')", "template(servers.$host.cpu.*,host='web2')", "template(scale(servers.$1.cpu.user,$2),'db1',3)",
        // What both refuse.
        "scale(S)", "scale(S,'x')", "summarize(S,'nope')", "summarize(S,'1h','nope')", "sortBy(S,1)", "aggregate(S,'nope')", "percentileOfSeries(S,0)", "divideSeries(servers.web1.cpu.user,servers.*.cpu.user)", "consolidateBy(S,'median')", "filterSeries(S,'max','~',1)", "limit(S,1.5)",
        "nosuch(S)", "absolute(S,1)", "absolute(3)", "weightedAverage(servers.*.cpu.user,servers.web1.mem.used,1)", "sumSeriesLists(servers.*.cpu.user,servers.web1.cpu.user)", "asPercent(servers.*.cpu.user,servers.web*.cpu.user)", "verticalLine('1700000000','old')", "aliasQuery(servers.web1.cpu.user,'web1','web7','now %d')",
        "movingWindow(S,5,'nope')", "keepLastValue(S,1.5)", "scale(S,V,V)", "scale(S,wrong=1)", "template(servers.$host.cpu.$1,'user',host='web1')",
    ];

    private static readonly string[] Series =
    [
        "servers.*.cpu.user", "servers.{web1,db1}.cpu.*", "servers.web1.*.*", "servers.web?.mem.used", "servers.[!w]*.*.*", "counters.*", "slow.*", "slow.temperature", "slow.empty", "long.load", "nothing.here", "servers.*.cpu.user", "servers.*.*.*",
        "group(servers.web1.cpu.user,slow.temperature)", "servers.db1.cpu.user", "seriesByTag('dc=west')", "*.*",
    ];

    // Not those that read earlier history with pipes: graphite-web loses the pipes then.
    private static readonly string[] Inner =
    [
        "scale(S,V)", "sumSeries(S)", "derivative(C)", "perSecond(C)", "movingAverage(S,K)", "summarize(S,'J','A')", "aliasByNode(S,N)", "alias(S,'other')", "timeShift(S,'1h')", "offset(S,V)", "averageSeries(S)", "keepLastValue(S)", "consolidateBy(S,'G')", "transformNull(S,V)", "groupByNode(servers.*.*.*,N,'A')",
        "removeAboveValue(S,V)", "isNonNull(S)", "integral(S)", "highestMax(S,K)", "sortByName(S)", "asPercent(S)", "smartSummarize(S,'J')", "hitcount(S,'J')", "interpolate(S)", "stdev(S,K)",
    ];

    private static readonly string[] Aggregations = ["average", "avg", "avg_zero", "count", "current", "diff", "last", "max", "median", "min", "multiply", "range", "rangeOf", "stddev", "sum", "total"];

    /// <summary>How many ways there are.</summary>
    public static int Ways => Templates.Length;

    /// <summary>The function that a way is about.</summary>
    public static string FunctionOf(int way) => Templates[way].IndexOf('(', StringComparison.Ordinal) is > 0 and var open ? Templates[way][..open] : "";

    /// <summary>One by a way of calling.</summary>
    public string Next(int way) => Filled(Templates[way], 1 + random.Next(2));

    public string Interval() => Of("1min", "5min", "90s", "1h", "3h", "20min", "2h30min");

    public T Of<T>(params T[] choices) => choices[random.Next(choices.Length)];

    private string Filled(string template, int depth)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            var alone = (i == 0 || !char.IsAsciiLetterOrDigit(template[i - 1])) && (i + 1 == template.Length || !char.IsAsciiLetterOrDigit(template[i + 1]));
            text.Append(alone ? template[i] switch
            {
                'S' => depth > 1 && random.Next(2) == 0 ? Filled(Of(Inner), depth - 1) : Of(Series),
                'R' => Of(Series),
                'W' => Of("servers.web*.cpu.user", "servers.web1.mem.used", "servers.web*.{cpu,mem}.use*", "servers.db1.cpu.system"),
                'C' => Of("counters.requests", "counters.*"),
                'H' => Of("servers.web1.cpu.system", "servers.web*.cpu.*", "slow.temperature"),
                'I' => Interval(),
                'J' => Of("5min", "10min", "1h", "7min", "3h", "1d", "90min"),
                'A' => Of(Aggregations),
                'F' => Of("sum", "averageSeries", "countSeries", "sumSeries", "maxSeries", "diffSeries", "avg", "asPercent", "powSeries"),
                'G' => Of("sum", "average", "avg", "avg_zero", "min", "max", "first", "last"),
                'N' => Of("0", "1", "2", "-1"),
                'O' => Of("=", "!=", ">", ">=", "<", "<="),
                'P' => Of("5", "50", "95", "99.9", "33.3"),
                'V' => Of("0", "1", "-5", "2.5", "100", "0.001", "1000000", "1e3", "1234567.891"),
                'K' => Of("1", "2", "3", "5", "10"),
                'T' => Of("1795330000", "1795300000"),
                _ => template[i].ToString(),
            } : template[i].ToString());
        }

        return text.ToString();
    }
}
