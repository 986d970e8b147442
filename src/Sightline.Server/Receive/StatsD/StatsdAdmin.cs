using System.Globalization;
using System.Text;
using Sightline.Core.Wire.StatsD;

namespace Sightline.Server.Receive.StatsD;

/// <summary>
/// statsd's administration: commands on TCP, answered in statsd 0.9's words. One for all connections; what it keeps is the health that proxies ask for.
/// </summary>
internal sealed class StatsdAdmin(StatsdIntake intake, StatsdOptions options, TimeProvider time)
{
    private readonly long _started = Seconds(time);
    private volatile bool _isDown;

    /// <summary>The answer to a command; <see langword="null"/>: goodbye.</summary>
    public string? Answer(string line)
    {
        var words = line.Trim().Split(' ');
        return words[0] switch
        {
            "help" => "Commands: stats, counters, timers, gauges, delcounters, deltimers, delgauges, health, config, quit\n\n",
            "stats" => Stats(),
            "counters" => Print(StatsdKind.Counters),
            "timers" => Print(StatsdKind.Timers),
            "gauges" => Print(StatsdKind.Gauges),
            "delcounters" => Delete(StatsdKind.Counters, words),
            "deltimers" => Delete(StatsdKind.Timers, words),
            "delgauges" => Delete(StatsdKind.Gauges, words),
            "health" => Health(words),
            "config" => Config(),
            "quit" => null,
            _ => "ERROR\n",
        };
    }

    private static long Seconds(TimeProvider time) => (time.GetUtcNow().ToUnixTimeMilliseconds() + 500) / 1000;

    private string Print(StatsdKind kind) => intake.With(aggregator => aggregator.Print(kind)) + "\nEND\n\n";

    private string Stats()
    {
        var now = Seconds(time);
        var (bad, last, flush) = intake.Told;
        return string.Create(CultureInfo.InvariantCulture, $"""
            uptime: {now - _started}
            messages.last_msg_seen: {now - (last == 0 ? _started : last)}
            messages.bad_lines_seen: {bad}
            graphite.last_flush: {now - flush.LastFlush}
            graphite.last_exception: {now - flush.LastException}
            graphite.flush_time: {flush.FlushTimeMs}
            graphite.flush_length: {flush.FlushLength}
            END


            """);
    }

    private string Delete(StatsdKind kind, string[] words)
    {
        var answer = new StringBuilder();
        foreach (var bucket in words.Skip(1))
        {
            var deleted = intake.With(aggregator => aggregator.Delete(kind, bucket));
            answer.Append(deleted.Count == 0 ? $"metric {bucket} not found\n" : string.Concat(deleted.Select(static key => $"deleted: {key}\n")));
        }

        return answer.Append("END\n\n").ToString();
    }

    private string Health(string[] words)
    {
        switch (words.ElementAtOrDefault(1)?.ToLowerInvariant())
        {
            case "up":
                _isDown = false;
                break;
            case "down":
                _isDown = true;
                break;
        }

        return _isDown ? "health: down\n" : "health: up\n";
    }

    private string Config()
    {
        var text = new StringBuilder("\n");
        Line("flushInterval", options.FlushIntervalMs);
        for (var i = 0; i < options.PercentThreshold.Count; i++)
        {
            Line($"percentThreshold > {i}", options.PercentThreshold[i]);
        }

        for (var i = 0; i < options.CalculatedTimerMetrics.Count; i++)
        {
            Line($"calculatedTimerMetrics > {i}", options.CalculatedTimerMetrics[i]);
        }

        Line("flush_counts", options.FlushCounts);
        Line("keyNameSanitize", options.KeyNameSanitize);
        Line("prefixStats", options.PrefixStats);
        Line("deleteCounters", options.DeleteCounters);
        Line("deleteTimers", options.DeleteTimers);
        Line("deleteSets", options.DeleteSets);
        Line("deleteGauges", options.DeleteGauges);
        Line("gaugesMaxTTL", options.GaugesMaxTtl);
        Line("dogstatsd", options.DogStatsd);
        Line("graphite > legacyNamespace", options.LegacyNamespace);
        Line("graphite > globalPrefix", options.GlobalPrefix);
        Line("graphite > prefixCounter", options.PrefixCounter);
        Line("graphite > prefixTimer", options.PrefixTimer);
        Line("graphite > prefixGauge", options.PrefixGauge);
        Line("graphite > prefixSet", options.PrefixSet);
        Line("graphite > globalSuffix", options.GlobalSuffix ?? "");
        return text.ToString();

        void Line(string name, object value) =>
            text.Append(CultureInfo.InvariantCulture, $"{name}: {(value is bool flag ? (flag ? "true" : "false") : value)}\n");
    }
}
