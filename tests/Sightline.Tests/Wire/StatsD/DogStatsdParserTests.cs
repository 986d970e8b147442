using System.Text;
using Sightline.Core.Wire.StatsD;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.StatsD;

public sealed class DogStatsdParserTests
{
    [Theory]
    [InlineData("hits:1:2:3|c", "c hits 1;c hits 2;c hits 3")]
    [InlineData("hits:1:2|c|@0.5|#env:prod", "c hits,env=prod 2;c hits,env=prod 4")]
    [InlineData("lat:1:2|ms|@0.5", "ms lat 1 x2;ms lat 2 x2")]
    [InlineData("size:3|h|#a:b", "ms size,a=b 3 x1")]
    [InlineData("size:-3.5|d", "ms size -3.5 x1")]
    [InlineData("depth:5:6|g", "g depth 5;g depth 6")]
    [InlineData("users:a:b|s|#x:y", "s users,x=y a:b")]
    [InlineData("hits:7|c|T1656581400", "c hits 7 at 1656581400")]
    [InlineData("depth:7|g|#a:b|T1656581400", "g depth,a=b 7 at 1656581400")]
    [InlineData("lat:7|ms|T1656581400", "ms lat 7 x1")]
    [InlineData("hits:1|c|#a:b|c:83c0a99c0a54c0c187f461c7980e9b57f3f6a8b0c918c8d93df19a9de6f3fe1d", "c hits,a=b 1")]
    [InlineData("hits:1|c|e:it-false,cn-nginx,pu-75a2b6d5|card:low", "c hits 1")]
    [InlineData("hits:1|c|#urgent,,a:,:b,c:d", "c hits,urgent=true,c=d 1")]
    [InlineData("hits:1|c|card:none|#a:b|@0.1", "c hits,a=b 10")]
    // Statsd's own ways stay as they are.
    [InlineData("a:1|c:2|c", "c a 1;c a 2")]
    [InlineData("a:1|c|@0.1:2|c", "c a 10;c a 2")]
    [InlineData("a:1|typo", "c a 1")]
    [InlineData("g:-5|g", "g g -5 signed")]
    [InlineData("_sc|app.up|2|d:1656581400|h:web1|#env:prod|m:no | answer\\nfor 5 s", "check app.up,env=prod,host=web1 2 at 1656581400 no | answer\nfor 5 s")]
    [InlineData("_sc|app.up|0", "check app.up 0 at 0 ")]
    [InlineData("_e{5,4}:title|text", "event title|text|0|")]
    [InlineData("_e{7,3}:d\u00e9ploy|a|b|d:1656581400|h:web 1|k:dep|p:low|s:jenkins|t:error|#env:prod,urgent", "event d\u00e9ploy|a|b|1656581400|host:web_1 key:dep priority:low source:jenkins alert:error env:prod urgent")]
    // The lengths as hot-shots gives them: characters of JavaScript.
    [InlineData("_e{6,2}:d\u00e9ploy|\ud83d\ude80|t:info", "event d\u00e9ploy|\ud83d\ude80|0|alert:info")]
    [InlineData("_e{2,0}:ab|", "event ab||0|")]
    public void Parses(string line, string told) =>
        Assert.Equal(told.Split(';'), StatsdRecorder.Read(line, dogStatsd: true).Select(static one => one.StartsWith("event", StringComparison.Ordinal) ? one : one.Replace(';', ',')));

    [Theory]
    [InlineData("hits:1:x|c", "c hits 1;bad")]
    [InlineData("hits:1|c|T0", "bad")]
    [InlineData("hits:1|c|Tnow", "bad")]
    [InlineData("hits:1|c|b", "bad")]
    [InlineData("hits:1|c|#a:b|@x", "bad")]
    [InlineData("lat:-1|ms|#a:b", "bad")]
    [InlineData("hits:|h", "bad")]
    [InlineData("_sc|app", "bad")]
    [InlineData("_sc|app|4", "bad")]
    [InlineData("_sc||1", "bad")]
    [InlineData("_sc|app|1|d:then", "bad")]
    [InlineData("_e{5,4}title|text", "bad")]
    [InlineData("_e{5,400}:title|text", "bad")]
    [InlineData("_e{0,4}:|text", "bad")]
    [InlineData("_e{2147483647,2147483647}:title|text", "bad")]
    [InlineData("_e{-1,2}:title|text", "bad")]
    public void Rejects(string line, string told) => Assert.Equal(told.Split(';'), StatsdRecorder.Read(line, dogStatsd: true));

    [Fact]
    public void What_has_its_own_time_is_written_then_and_not_aggregated()
    {
        var aggregator = new StatsdAggregator(new StatsdOptions { DogStatsd = true }, TimeProvider.System);
        new StatsdParser(dogStatsd: true).Read("hits:20|c|T100\nhits:30|c|T110\ndepth:5|g|T105\nup:2|x\n_sc|app|1|d:120|m:slow\n_sc|app|1\n_sc|app|0|m:well again"u8, aggregator);
        var told = new List<string>();
        aggregator.FlushTimed(200, (name, time, value) => told.Add($"{name} {value} {time}"));
        Assert.Equal(["stats.hits 2 100", "stats_counts.hits 20 100", "stats.hits 3 110", "stats_counts.hits 30 110", "stats.gauges.depth 5 105", "app 1 120", "app 1 200", "app 0 200"], told);
        Assert.Equal(["app: warning slow 120", "app: ok well again 0"], aggregator.TakeEvents().Select(one => $"{one.Title} {one.Text} {one.Time}"));
        Assert.Empty(aggregator.TakeEvents());
        aggregator.Flush(200, default, (name, _) => Assert.DoesNotContain("hits", name, StringComparison.Ordinal));
        aggregator.FlushTimed(210, (_, _, _) => Assert.Fail("told twice"));
    }

    [Fact]
    public void Mutated_lines_are_read_and_counted()
    {
        string[] seeds =
        [
            "a:1:2|c|@0.1|#k:v,w|c:id|T1656581400\nb:1|h|e:x|card:low", "_e{5,4}:title|text|d:1656581400|h:x|#a:b\n_sc|n|1|d:1|h:h|#t|m:msg",
        ];
        FuzzRun.Run("dogstatsd", seeds, Look, FuzzRun.DefaultIterations, "|T", "|#", "|@", "|c:", "_e{", "_sc|", "}:", ",", ":", "|m:", "\u00e9", "\ud83d\ude80");

        static void Look(ReadOnlyMemory<byte> input)
        {
            var aggregator = new StatsdAggregator(new StatsdOptions { DogStatsd = true }, TimeProvider.System);
            new StatsdParser(dogStatsd: true).Read(input.Span, aggregator);
            aggregator.Flush(1, default, static (_, _) => { });
            aggregator.FlushTimed(1, static (_, time, _) => Assert.True(time > 0));
            Assert.All(aggregator.TakeEvents(), static one => Assert.True(one.Title.Length > 0 && !one.Tags.Any(static tag => tag.Contains(' ', StringComparison.Ordinal))));
            Assert.True(aggregator.Values + aggregator.BadLines + aggregator.OverLimit <= input.Length, Encoding.UTF8.GetString(input.Span));
        }
    }
}
