using Sightline.Server.Receive.Lines;
using Sightline.Server.Receive.StatsD;

namespace Sightline.Tests.Receive;

public sealed class StatsdConfigFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void A_file_of_statsd_is_read_as_it_stands()
    {
        File.WriteAllText(_file, """
            // our statsd
            { port: 8125, mgmt_port: 8126, address: "127.0.0.1", flushInterval: 1000 /* ms */, backends: ["./backends/graphite"],
              percentThreshold: [90, -10, 99.9], histogram: [{metric: 't', bins: [10, 100.5, 'inf']}, ],
              deleteIdleStats: true, deleteGauges: false, gaugesMaxTTL: 3, prefixStats: 'own',
              graphite: { legacyNamespace: false, globalPrefix: '', globalSuffix: 'host1' }, debug: false }
            """);
        var options = StatsdConfigFile.Read(_file);
        Assert.Equal((1000, 3, "own", false, "", "host1"), (options.FlushIntervalMs, options.GaugesMaxTtl, options.PrefixStats, options.LegacyNamespace, options.GlobalPrefix, options.GlobalSuffix));
        Assert.Equal([90, -10, 99.9], options.PercentThreshold);
        Assert.Equal((true, true, true, false), (options.DeleteCounters, options.DeleteTimers, options.DeleteSets, options.DeleteGauges));
        var histogram = Assert.Single(options.Histograms);
        Assert.Equal("t", histogram.Metric);
        Assert.Equal([10, 100.5, double.PositiveInfinity], histogram.Bins);
    }

    [Theory]
    [InlineData("{ port: require('x') }")]
    [InlineData("{ a: 1")]
    [InlineData("{ a: 'x }")]
    [InlineData("module.exports = {}")]
    [InlineData("{ percentThreshold: 'many' }")]
    public void What_is_more_than_literals_is_refused(string text)
    {
        File.WriteAllText(_file, text);
        Assert.Throws<FormatException>(() => StatsdConfigFile.Read(_file));
    }

    [Theory]
    [InlineData("8125", "127.0.0.1:8125")]
    [InlineData(":8125", "127.0.0.1:8125")]
    [InlineData("localhost:1", "127.0.0.1:1")]
    [InlineData("10.0.0.1:2003", "10.0.0.1:2003")]
    [InlineData("[::1]:2003", "[::1]:2003")]
    [InlineData("*:2003", "[::]:2003")]
    public void Addresses_are_loopback_unless_told_otherwise(string text, string address) => Assert.Equal(address, LineAddress.Parse(text).ToString());

    [Theory]
    [InlineData("host")]
    [InlineData("host:1")]
    [InlineData("1.2.3.4:70000")]
    [InlineData("")]
    public void Addresses_that_are_none_are_refused(string text) => Assert.Throws<FormatException>(() => LineAddress.Parse(text));

    public void Dispose() => File.Delete(_file);
}
