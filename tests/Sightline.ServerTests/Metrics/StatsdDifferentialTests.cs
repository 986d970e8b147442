using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sightline.Core.Wire.StatsD;

namespace Sightline.ServerTests.Metrics;

/// <summary>The same random packets for npm's <c>statsd</c> 0.9.0, run unmodified under a clock of the test's, and for ours: the same series must come out.</summary>
public sealed class StatsdDifferentialTests
{
    private const int Scenarios = 24;
    private const int Flushes = 5;
    private const long Start = 1_795_330_100;

    private static readonly string[] Keys =
    [
        "gorets", "glork", "a.b.c", "a b/c%d", "multi", "tag", "caf\u00e9", "x\u00a0\u2003y", "123", "7", "0", "packets_received.mine", "t.histo", "deep.er.timer.t", "we;ird=1", "UPPER-case_1", "",
    ];

    private static readonly string[] Numbers =
    [
        "1", "2", "0", "320", "5.5", "0.1", "1e3", "-5", "+4", "-2.25", "0x10", " 7", "1e-7", "123456789.123", "", "one", "-Infinity", ".5", "5.", "0b11", "-0", "+0x1", "1.2.3", " ", "12345678901234567890",
    ];

    private static readonly string[] Types = ["c", "c", "ms", "ms", "ms", "g", "g", "s", "h", "d", "ms ", " g", "", "kv", "s\r"];

    private static readonly string[] Rates = ["", "", "", "", "", "|@0.1", "|@.5", "|@1", "|@2e-1", "|@0", "|", "|@", "|@-1", "|@x", "|@0.25|extra", "|@0x2"];

    private static readonly string[] Tags = ["", "", "", "", "", "", "|#a:b", "|#a:b,c:d", "|#env;x:prod:eu,y", "|#", "|#a:b|#c:d", "|# sp ace:v/w"];

    private static readonly double[][] Percents = [[90], [90, -10, 99.9], [50, 95, -0.5, 0.1], [100, -100, 0], [75.5]];

    [Fact]
    public async Task The_same_packets_give_the_same_series()
    {
        var random = new Random(20_261_122);
        var compared = 0;
        for (var scenario = 0; scenario < Scenarios; scenario++)
        {
            compared += await CompareAsync(scenario, random);
        }

        Assert.InRange(compared, 20_000, int.MaxValue);
    }

    private static async Task<int> CompareAsync(int scenario, Random random)
    {
        var (config, options) = Configuration(scenario, random);
        var aggregator = new StatsdAggregator(options, TimeProvider.System);
        var parser = new StatsdParser(options.KeyNameSanitize);
        var steps = new JsonArray();
        var ours = new List<Dictionary<string, double>>();
        var sent = new List<string>();
        var time = Start;
        for (var flush = 0; flush < Flushes; flush++)
        {
            for (var i = flush == 2 ? 0 : random.Next(5, 80); i > 0; i--)
            {
                var packet = Packet(random);
                sent.Add(packet);
                steps.Add(new JsonObject { ["packet"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(packet)) });
                parser.Read(Encoding.UTF8.GetBytes(packet), aggregator);
            }

            time += (options.FlushIntervalMs / 1000) + random.Next(2);
            steps.Add(new JsonObject { ["flush"] = time });
            var series = new Dictionary<string, double>();
            aggregator.Flush(time, default, (name, value) => series[name] = value);
            ours.Add(series);
        }

        var printed = JsonNode.Parse(await ClientScript.RunFileAsync("statsd-drive.cjs", new JsonObject { ["config"] = config, ["steps"] = steps }.ToJsonString()))!.AsArray();
        Assert.Equal(Flushes, printed.Count);
        var compared = 0;
        for (var flush = 0; flush < Flushes; flush++)
        {
            var theirs = new Dictionary<string, double>();
            foreach (var line in printed[flush]!.AsArray())
            {
                var words = line!.GetValue<string>().Split(' ');
                if (words.Length == 3)
                {
                    theirs[words[0]] = Number(words[1]);
                }
            }

            compared += Compare(theirs, ours[flush], $"scenario {scenario}, flush {flush}, {config.ToJsonString()}\n{string.Join('\n', sent)}");
        }

        return compared;
    }

    private static int Compare(Dictionary<string, double> theirs, Dictionary<string, double> ours, string where)
    {
        // NaN is dropped by carbon and by us; whether it is said at all makes no difference. A name with a blank is no line of Graphite's.
        var expected = theirs.Where(pair => !double.IsNaN(pair.Value)).ToDictionary();
        var found = ours.Where(pair => !double.IsNaN(pair.Value) && !pair.Key.Any(char.IsWhiteSpace)).ToDictionary();
        Assert.True(expected.Keys.ToHashSet().SetEquals(found.Keys), $"only theirs: {string.Join(", ", expected.Keys.Except(found.Keys))}; only ours: {string.Join(", ", found.Keys.Except(expected.Keys))}; {where}");
        foreach (var (name, value) in expected)
        {
            Assert.True(IsOfDelivery(name) || value.Equals(found[name]), $"{name}: {value:R} is ours {found[name]:R}; {where}");
        }

        return expected.Count;
    }

    private static (JsonObject Config, StatsdOptions Options) Configuration(int scenario, Random random)
    {
        var percents = Percents[scenario % Percents.Length];
        var options = new StatsdOptions
        {
            FlushIntervalMs = scenario % 3 == 0 ? 10_000 : 1000,
            PercentThreshold = percents,
            LegacyNamespace = scenario % 2 == 0,
            FlushCounts = scenario % 5 != 4,
            KeyNameSanitize = scenario % 7 != 6,
            PrefixStats = scenario % 4 == 3 ? "own" : "statsd",
            GlobalPrefix = scenario % 6 == 1 ? "" : "stats",
            PrefixCounter = scenario % 6 == 3 ? "" : "counters",
            PrefixTimer = scenario % 6 == 5 ? "time" : "timers",
            GlobalSuffix = scenario % 4 == 1 ? "host1" : null,
            DeleteCounters = random.Next(2) == 0,
            DeleteTimers = random.Next(2) == 0,
            DeleteSets = random.Next(2) == 0,
            DeleteGauges = random.Next(2) == 0,
            GaugesMaxTtl = random.Next(1, 4),
            Histograms = scenario % 2 == 1 ? [new StatsdHistogram("histo", [1, 10, 100.5]), new StatsdHistogram("t", [5, double.PositiveInfinity])] : [],
            CalculatedTimerMetrics = scenario % 8 == 7 ? ["count", "mean_percent", "upper", "sum_squares_percent", "histogram"] : [],
        };
        var config = new JsonObject
        {
            ["flushInterval"] = options.FlushIntervalMs,
            ["percentThreshold"] = new JsonArray([.. percents.Select(percent => (JsonNode)percent)]),
            ["flush_counts"] = options.FlushCounts,
            ["keyNameSanitize"] = options.KeyNameSanitize,
            ["prefixStats"] = options.PrefixStats,
            ["deleteCounters"] = options.DeleteCounters,
            ["deleteTimers"] = options.DeleteTimers,
            ["deleteSets"] = options.DeleteSets,
            ["deleteGauges"] = options.DeleteGauges,
            ["gaugesMaxTTL"] = options.GaugesMaxTtl,
            ["histogram"] = new JsonArray([.. options.Histograms.Select(histogram => new JsonObject
            {
                ["metric"] = histogram.Metric,
                ["bins"] = new JsonArray([.. histogram.Bins.Select(bin => double.IsInfinity(bin) ? (JsonNode)"inf" : bin)]),
            })]),
            ["calculatedTimerMetrics"] = new JsonArray([.. options.CalculatedTimerMetrics.Select(metric => (JsonNode)metric)]),
            ["graphite"] = new JsonObject
            {
                ["legacyNamespace"] = options.LegacyNamespace,
                ["globalPrefix"] = options.GlobalPrefix,
                ["prefixCounter"] = options.PrefixCounter,
                ["prefixTimer"] = options.PrefixTimer,
            },
        };
        if (options.GlobalSuffix is { } suffix)
        {
            config["graphite"]!["globalSuffix"] = suffix;
        }

        return (config, options);
    }

    private static string Packet(Random random)
    {
        var lines = new List<string>();
        for (var i = random.Next(10) == 0 ? 4 : 1; i > 0; i--)
        {
            var line = new StringBuilder(Pick(Keys));
            for (var values = random.Next(8) == 0 ? 3 : 1; values > 0; values--)
            {
                line.Append(':').Append(Pick(Numbers));
                if (random.Next(20) > 0)
                {
                    line.Append('|').Append(Pick(Types)).Append(Pick(Rates));
                }
            }

            lines.Add(line.Append(Pick(Tags)).ToString());
        }

        return string.Join('\n', lines) + (random.Next(3) == 0 ? "\n" : "");

        string Pick(string[] from) => from[random.Next(from.Length)];
    }

    private static double Number(string text) => text switch
    {
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static bool IsOfDelivery(string name) => name.Contains("graphiteStats", StringComparison.Ordinal) || name.Contains("processing_time", StringComparison.Ordinal);
}
