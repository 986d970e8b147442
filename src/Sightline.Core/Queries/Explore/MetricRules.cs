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

    private static readonly ReadOnlyMemory<char>[] Places = [.. Enumerable.Range(1, MaxElements).Select(static place => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"n{place}").AsMemory())];
    private static readonly ReadOnlyMemory<char> UnitTag = "unit".AsMemory();
    private static readonly ReadOnlyMemory<char> TypeTag = "target_type".AsMemory();
    private static readonly ReadOnlyMemory<char> Unknown = "unknown".AsMemory();
    private static readonly ReadOnlyMemory<char> Gauge = "gauge".AsMemory();

    private readonly IReadOnlyList<MetricRule> _rules;

    private MetricRules(string text, IReadOnlyList<MetricRule> own) => (Text, Own, _rules) = (text, own, [.. own, .. UsualRules]);

    /// <summary>As they were written.</summary>
    public string Text { get; }

    /// <summary>Those that a project has added; they come before the usual ones.</summary>
    public IReadOnlyList<MetricRule> Own { get; }

    /// <summary>The usual ones, as they are written.</summary>
    public static IReadOnlyList<string> UsualTexts { get; } = [.. UsualRules.Select(static rule => rule.Text)];

    /// <param name="own">A rule a line; lines that are empty or begin with # say nothing.</param>
    /// <exception cref="ExploreException">A line cannot be read.</exception>
    public static MetricRules Parse(string own) => new(own, Read(own));

    /// <summary>
    /// Tags of a metric. First those a name of <c>tag=value</c> or <c>tag_is_value</c> elements says itself, or the first rule that fits; else its elements are
    /// <c>n1</c>, <c>n2</c> and so on, with an unknown unit. Tags behind the name (<c>name;tag=value</c>) win over all.
    /// </summary>
    public IReadOnlyDictionary<string, string> TagsOf(string name)
    {
        var tags = new TagsByName();
        Take(name.AsMemory(), tags);
        return tags.Found;
    }

    /// <summary>Hands over the tags of a metric.</summary>
    internal void Take(ReadOnlyMemory<char> name, ITagTaker tags)
    {
        tags.Take(UnitTag, Unknown);
        tags.Take(TypeTag, Gauge);
        var semicolon = name.Span.IndexOf(';');
        var path = semicolon < 0 ? name : name[..semicolon];
        if (!TakeSaid(path, tags) && !TakeByRule(path, tags))
        {
            TakePlaces(path, tags);
        }

        while (semicolon >= 0)
        {
            name = name[(semicolon + 1)..];
            semicolon = name.Span.IndexOf(';');
            var part = semicolon < 0 ? name : name[..semicolon];
            if (part.Span.IndexOf('=') is > 0 and var equals)
            {
                tags.Take(part[..equals], part[(equals + 1)..]);
            }
        }
    }

    private bool TakeByRule(ReadOnlyMemory<char> path, ITagTaker tags)
    {
        foreach (var rule in _rules)
        {
            if (rule.TryTake(path, tags))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TakeSaid(ReadOnlyMemory<char> path, ITagTaker tags)
    {
        if (!path.Span.Contains('=') && !path.Span.Contains("_is_", StringComparison.Ordinal))
        {
            return false;
        }

        for (var place = 0; ; place++)
        {
            var element = NextElement(ref path, place, out var isLast);
            var span = element.Span;
            var (at, length) = span.IndexOf('=') is > 0 and var equals ? (equals, 1) : (span.IndexOf("_is_", StringComparison.Ordinal), 4);
            if (at > 0 && at + length < element.Length)
            {
                tags.Take(element[..at], element[(at + length)..]);
            }
            else
            {
                tags.Take(Places[place], element);
            }

            if (isLast)
            {
                return true;
            }
        }
    }

    private static void TakePlaces(ReadOnlyMemory<char> path, ITagTaker tags)
    {
        var isLast = false;
        for (var place = 0; !isLast; place++)
        {
            tags.Take(Places[place], NextElement(ref path, place, out isLast));
        }
    }

    // The last place takes all that is left.
    private static ReadOnlyMemory<char> NextElement(ref ReadOnlyMemory<char> path, int place, out bool isLast)
    {
        var dot = path.Span.IndexOf('.');
        isLast = dot < 0 || place == MaxElements - 1;
        var element = isLast ? path : path[..dot];
        path = isLast ? default : path[(dot + 1)..];
        return element;
    }

    private static List<MetricRule> Read(string text)
    {
        var rules = text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#').Select(MetricRule.Parse).ToList();
        return rules.Count <= MaxRules ? rules : throw new ExploreException($"there are more than {MaxRules} rules");
    }

    private sealed class TagsByName : ITagTaker
    {
        public SortedDictionary<string, string> Found { get; } = new(StringComparer.Ordinal);

        public void Take(ReadOnlyMemory<char> tag, ReadOnlyMemory<char> value) => Found[tag.ToString()] = value.ToString();
    }
}
