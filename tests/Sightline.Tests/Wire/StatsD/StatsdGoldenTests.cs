using System.Globalization;
using System.Text;
using Sightline.Core.Wire.StatsD;

namespace Sightline.Tests.Wire.StatsD;

/// <summary>Flushes of a real statsd 0.9.0, recorded, and the packets that were sent to it.</summary>
public sealed class StatsdGoldenTests
{
    private static readonly string[] Packets =
    [
        "gorets:1|c", "a b/c%d:1|c", "a b/c%d:5|c", "multi:1|c:2|c", "tag:1|c|#a:b,c:d", "h:5|h", "hex:0x10|c", "t:320|ms|@0.1", "t:5|ms", "t:20|ms", "g:5|g", "g:+2|g",
        "neg:-5|g", "u:a|s", "u:b|s", "bad", "bad:x|c",
    ];

    [Fact]
    public void The_same_packets_give_the_recorded_series()
    {
        var aggregator = new StatsdAggregator(
            new StatsdOptions { FlushIntervalMs = 1000, PercentThreshold = [90, -10, 99.9], Histograms = [new StatsdHistogram("t", [10, 100.5, double.PositiveInfinity])] }, TimeProvider.System);
        var parser = new StatsdParser();
        foreach (var packet in Packets)
        {
            parser.Read(Encoding.UTF8.GetBytes(packet), aggregator);
        }

        var recorded = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Wire", "StatsD", "Samples", "graphite-flushes.txt"))
            .Split("--- flush\n", StringSplitOptions.RemoveEmptyEntries);
        foreach (var flush in recorded)
        {
            var expected = flush.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(line => line[0], line => double.Parse(line[1], CultureInfo.InvariantCulture));
            var time = long.Parse(flush.Split('\n')[0].Split(' ')[2], CultureInfo.InvariantCulture);
            var found = new Dictionary<string, double>();
            aggregator.Flush(time, default, found.Add);
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
            Assert.All(expected.Where(pair => !IsOfDelivery(pair.Key)), pair => Assert.Equal(pair.Value, found[pair.Key]));
        }
    }

    private static bool IsOfDelivery(string name) => name.Contains("graphiteStats", StringComparison.Ordinal) || name.EndsWith("processing_time", StringComparison.Ordinal);
}
