namespace Sightline.Core.Queries.Explore;

/// <summary>Finds the tags of metrics: those in their names, and those that rules read from dotted names.</summary>
public sealed class MetricRules
{
    /// <summary>For what StatsD, collectd, Diamond and carbon write.</summary>
    private const string Usual = """
        stats.timers.{service**}.count_ps unit=Event/s target_type=rate stat=count_ps
        stats.timers.{service**}.{stat:count|count_90|count_95|count_99} unit=Event target_type=gauge
        stats.timers.{service**}.histogram.{stat} unit=Event target_type=gauge
        stats.timers.{service**}.{stat} unit=ms target_type=gauge
        stats.counters.{service**}.count unit=Event target_type=count
        stats.counters.{service**}.rate unit=Event/s target_type=rate
        stats.gauges.{service**} unit=unknown target_type=gauge
        stats.sets.{service**}.count unit=Item target_type=gauge
        stats_counts.{service**} unit=Event target_type=count
        statsd.{service**} unit=unknown target_type=gauge
        stats.{service**} unit=Event/s target_type=rate
        carbon.agents.{server}.{what**} unit=unknown target_type=gauge service=carbon
        [collectd.]{server}.cpu-average.cpu-{state} unit=Jiff/s target_type=gauge_pct what=cpu core=_sum_
        [collectd.]{server}.cpu-{core}.cpu-{state} unit=Jiff/s target_type=gauge_pct what=cpu
        [collectd.]{server}.memory.memory-{type} unit=B target_type=gauge what=memory
        [collectd.]{server}.swap.swap-{type} unit=B target_type=gauge what=swap
        [collectd.]{server}.load.load.{type} unit=Load target_type=gauge what=load
        [collectd.]{server}.interface-{device}.if_octets.{direction:rx|tx} unit=B/s target_type=rate what=network
        [collectd.]{server}.interface-{device}.if_packets.{direction:rx|tx} unit=Pckt/s target_type=rate what=network
        [collectd.]{server}.interface-{device}.if_{type}.{direction:rx|tx} unit=Err/s target_type=rate what=network
        [collectd.]{server}.df-{mountpoint}.df_complex-{type} unit=B target_type=gauge what=diskspace
        [collectd.]{server}.disk-{device}.disk_octets.{direction:read|write} unit=B/s target_type=rate what=disk
        [collectd.]{server}.disk-{device}.disk_ops.{direction:read|write} unit=Op/s target_type=rate what=disk
        [collectd.]{server}.processes.ps_state-{state} unit=Process target_type=gauge what=processes
        servers.{server}.cpu.{core}.{state} unit=Jiff/s target_type=gauge_pct what=cpu
        servers.{server}.memory.{type} unit=B target_type=gauge what=memory
        servers.{server}.loadavg.{type} unit=Load target_type=gauge what=load
        servers.{server}.network.{device}.{direction:rx|tx}_byte unit=B/s target_type=rate what=network
        servers.{server}.network.{device}.{direction:rx|tx}_{type} unit=Pckt/s target_type=rate what=network
        servers.{server}.diskspace.{mountpoint}.byte_{type} unit=B target_type=gauge what=diskspace
        servers.{server}.diskspace.{mountpoint}.inodes_{type} unit=Inode target_type=gauge what=diskspace
        servers.{server}.{what}.{type**} unit=unknown target_type=gauge
        """;

    private const int MaxRules = 500;
    private const int MaxElements = 32;

    private static readonly IReadOnlyList<MetricRule> UsualRules = Read(Usual);

    private readonly IReadOnlyList<MetricRule> _rules;

    private MetricRules(IReadOnlyList<MetricRule> own) => (Own, _rules) = (own, [.. own, .. UsualRules]);

    /// <summary>Those that a project has added; they come before the usual ones.</summary>
    public IReadOnlyList<MetricRule> Own { get; }

    /// <summary>The usual ones, as they are written.</summary>
    public static IReadOnlyList<string> UsualTexts { get; } = [.. UsualRules.Select(static rule => rule.Text)];

    /// <param name="own">A rule a line; lines that are empty or begin with # say nothing.</param>
    /// <exception cref="ExploreException">A line cannot be read.</exception>
    public static MetricRules Parse(string own) => new(Read(own));

    /// <summary>
    /// Tags of a metric. First those a name of <c>tag=value</c> or <c>tag_is_value</c> elements says itself, or the first rule that fits; else its elements are
    /// <c>n1</c>, <c>n2</c> and so on, with an unknown unit. Tags behind the name (<c>name;tag=value</c>) win over all.
    /// </summary>
    public IReadOnlyDictionary<string, string> TagsOf(string name)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var semicolon = name.IndexOf(';', StringComparison.Ordinal);
        var path = semicolon < 0 ? name : name[..semicolon];
        if (!AddSaid(path, tags) && !_rules.Any(rule => rule.TryAdd(path, tags)))
        {
            AddPlaces(path.Split('.', MaxElements), tags);
        }

        foreach (var part in semicolon < 0 ? [] : name[(semicolon + 1)..].Split(';'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                tags[part[..equals]] = part[(equals + 1)..];
            }
        }

        tags.TryAdd("unit", "unknown");
        tags.TryAdd("target_type", "gauge");
        return tags;
    }

    private static bool AddSaid(string path, SortedDictionary<string, string> tags)
    {
        if (!path.Contains('=', StringComparison.Ordinal) && !path.Contains("_is_", StringComparison.Ordinal))
        {
            return false;
        }

        var elements = path.Split('.', MaxElements);
        for (var i = 0; i < elements.Length; i++)
        {
            var element = elements[i];
            var (at, length) = element.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals ? (equals, 1) : (element.IndexOf("_is_", StringComparison.Ordinal), 4);
            if (at > 0 && at + length < element.Length)
            {
                tags[element[..at]] = element[(at + length)..];
            }
            else
            {
                tags[$"n{i + 1}"] = element;
            }
        }

        return true;
    }

    private static void AddPlaces(string[] elements, SortedDictionary<string, string> tags)
    {
        for (var i = 0; i < elements.Length; i++)
        {
            tags[$"n{i + 1}"] = elements[i];
        }
    }

    private static List<MetricRule> Read(string text)
    {
        var rules = text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#').Select(MetricRule.Parse).ToList();
        return rules.Count <= MaxRules ? rules : throw new ExploreException($"there are more than {MaxRules} rules");
    }
}
