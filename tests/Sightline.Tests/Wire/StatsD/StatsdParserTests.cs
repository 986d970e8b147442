using System.Text;
using Sightline.Core.Wire.StatsD;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.StatsD;

public sealed class StatsdParserTests
{
    [Theory]
    [InlineData("gorets:1|c", "c gorets 1")]
    [InlineData("gorets:1|c|@0.1", "c gorets 10")]
    [InlineData("glork:320|ms|@0.1", "ms glork 320 x10")]
    [InlineData("gaugor:333|g", "g gaugor 333")]
    [InlineData("gaugor:-10|g", "g gaugor -10 signed")]
    [InlineData("gaugor:+4|g", "g gaugor 4 signed")]
    [InlineData("uniques:765|s", "s uniques 765")]
    [InlineData("uniques:|s", "s uniques 0")]
    [InlineData("uniques:ada@x|s|@0.5", "s uniques ada@x")]
    [InlineData("multi:1|c:2|ms:3|g", "c multi 1,ms multi 2 x1,g multi 3")]
    [InlineData("multi:1|c:oops:3|g", "c multi 1,bad,g multi 3")]
    [InlineData("a b/c%d\u00e9:1|c", "c a_b-cd 1")]
    [InlineData("a \t\u00a0b:1|c", "c a_b 1")]
    [InlineData("tag:1|c|#a:b,c:d", "c tag;a=b;c=d 1")]
    [InlineData("tag:1|c|@0.5|#a:b:c;d", "c tag;a=bc_d 2")]
    [InlineData("tag:1|c|#", "c tag 1")]
    [InlineData("h:5|h", "c h 5")]
    [InlineData("d:5|d", "c d 5")]
    [InlineData("typo:5|counter", "c typo 5")]
    [InlineData("hex:0x10|c", "c hex 16")]
    [InlineData("octal:0o17|c", "c octal 15")]
    [InlineData("binary:0b101|c", "c binary 5")]
    [InlineData("exp:1e3|c", "c exp 1000")]
    [InlineData("blank: |c", "c blank 0")]
    [InlineData("big:-Infinity|c", "c big -Infinity")]
    [InlineData("rate:2|c|@2e-1", "c rate 1")]
    [InlineData("zero:2|c|@0", "c zero Infinity")]
    [InlineData("late:-5|ms ", "ms late -5 x1")]
    [InlineData("crlf:1|c\r\ncrlf:2|g\r\n", "c crlf 1,g crlf 2")]
    [InlineData(":1|c", "c  1")]
    [InlineData("a:1|c\n\nb:2|c", "c a 1,c b 2")]
    public void Parses(string packet, string told) => Assert.Equal(told.Split(','), StatsdRecorder.Read(packet));

    [Theory]
    [InlineData("nothing")]
    [InlineData("no.type:1")]
    [InlineData("empty:|c")]
    [InlineData("word:one|c")]
    [InlineData("two:1.2.3|g")]
    [InlineData("negative:-1|ms")]
    [InlineData("rate:1|c|")]
    [InlineData("rate:1|c|b")]
    [InlineData("rate:1|c|@")]
    [InlineData("rate:1|c|@blah")]
    [InlineData("rate:1|c|@.")]
    [InlineData("rate:1|c|@.1.")]
    [InlineData("rate:1|c|@-1.0")]
    [InlineData("rate:1|c|@+1")]
    [InlineData("comma:1,5|c")]
    [InlineData("hex:0xZZ|c")]
    public void Rejects(string packet) => Assert.Equal(["bad"], StatsdRecorder.Read(packet));

    [Fact]
    public void Without_sanitising_a_key_stays_as_it_is() => Assert.Equal(["c a b/c\u00e9 1"], StatsdRecorder.Read("a b/c\u00e9:1|c", sanitize: false));

    [Fact]
    public void Lines_and_packets_are_counted_but_not_empty_lines()
    {
        var recorder = new StatsdRecorder();
        new StatsdParser().Read("a:1|c\n\nb:1|c\n"u8, recorder);
        Assert.Equal((1, 2), (recorder.Packets, recorder.Lines));
    }

    [Fact]
    public void A_gauge_is_changed_by_a_sign_only_when_it_has_a_value_other_than_zero()
    {
        Assert.Equal(-5, Gauge("g:-5|g"));
        Assert.Equal(7, Gauge("g:5|g\ng:+4|g\ng:-2|g"));
        Assert.Equal(-3, Gauge("g:5|g\ng:-5|g\ng:-3|g"));

        static double Gauge(string packet) => Series(packet)["stats.gauges.g"];
    }

    [Fact]
    public void What_a_limit_keeps_out_is_counted()
    {
        var aggregator = new StatsdAggregator(new StatsdOptions { MaxKeys = 5, MaxSamples = 2 }, TimeProvider.System);
        new StatsdParser().Read("a:1|c\nb:1|ms\nb:2|ms\nb:3|ms\nc:1|c\na:1|c"u8, aggregator);
        Assert.Equal((5, 2, 4), (aggregator.Keys, aggregator.OverLimit, aggregator.Values));
    }

    [Fact]
    public void Mutated_packets_are_read_and_every_series_has_a_name()
    {
        string[] seeds =
        [
            "gorets:1|c|@0.1\nglork:320|ms\ngaugor:-10|g\nuniques:765|s", "multi:1|c:2|ms:3|g|#a:b,c:d", "a b/c%d:0x1F|c\r\nx: 1e3 |g \n", "t:1|ms|@2e-1|#env:prod;x,y",
        ];
        FuzzRun.Run("statsd", seeds, Look, FuzzRun.DefaultIterations, "|@", "|#", "|c", "|ms", "|g", "|s", ":", "0x", "Infinity", "\u00a0", "\ufeff", ";");

        static void Look(ReadOnlyMemory<byte> input)
        {
            var aggregator = new StatsdAggregator(new StatsdOptions { Histograms = [new StatsdHistogram("", [1, double.PositiveInfinity])] }, TimeProvider.System);
            new StatsdParser().Read(input.Span, aggregator);
            aggregator.Flush(1, default, static (name, _) => Assert.True(System.Text.Ascii.IsValid(name) && name.Length > 0 && !name.Contains(' ', StringComparison.Ordinal)));
            Assert.True(aggregator.Values + aggregator.BadLines + aggregator.OverLimit <= input.Length);
        }
    }

    private static Dictionary<string, double> Series(string packet)
    {
        var aggregator = new StatsdAggregator(new StatsdOptions(), TimeProvider.System);
        new StatsdParser().Read(Encoding.UTF8.GetBytes(packet), aggregator);
        var series = new Dictionary<string, double>();
        aggregator.Flush(10, default, (name, value) => series[name] = value);
        return series;
    }
}
