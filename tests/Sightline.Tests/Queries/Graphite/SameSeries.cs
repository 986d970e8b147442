using System.Text.Json.Nodes;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Tests.Queries.Graphite;

/// <summary>The same points for both: whisper files for graphite-web, and here what whisper would read of them.</summary>
public sealed class SameSeries : ISeriesSource
{
    /// <summary>Sunday, 22 November 2026, 09:28:43 UTC.</summary>
    public const long Now = 1_795_339_723;

    private readonly Dictionary<string, (long Step, SortedDictionary<long, double> Points)> _series = new(StringComparer.Ordinal);

    public SameSeries(GraphiteWeb other, Random random)
    {
        foreach (var host in (string[])["web1", "web2", "db1"])
        {
            foreach (var (metric, index) in ((string[])["cpu.user", "cpu.system", "mem.used"]).Select(static (name, index) => (name, index)))
            {
                Write(other, $"servers.{host}.{metric}", 60, 2 * 1440, random, (index + host.Length) % 4);
            }
        }

        Write(other, "counters.requests", 60, 2 * 1440, random, 4);
        Write(other, "counters.slow", 300, 2 * 288, random, 4);
        Write(other, "slow.temperature", 300, 2 * 288, random, 1);
        Write(other, "slow.empty", 300, 0, random, 1);
        Write(other, "long.load", 600, 14 * 144, random, 1);
        Write(other, "disk.used;dc=east;host=a", 60, 300, random, 0);
        Write(other, "disk.used;dc=west;host=b", 60, 300, random, 1);
        Write(other, "disk.free;dc=west;host=b", 60, 300, random, 2);
    }

    public IReadOnlyList<Series> Fetch(string pattern, long from, long until)
    {
        until = Math.Min(until, Now);
        var elements = NamePattern.Parse(pattern).Elements;
        return from > until ? [] : [.. _series.Keys.Where(name => name == pattern || (!name.Contains(';', StringComparison.Ordinal) && Matches(elements, name.Split('.')))).Order(StringComparer.Ordinal).Select(name => Read(name, pattern, from, until))];
    }

    public IReadOnlyList<string> FindByTags(IReadOnlyList<string> expressions) =>
        [.. _series.Keys.Where(static name => name.Contains(';', StringComparison.Ordinal)).Where(name => expressions.All(expression =>
            Series.TagsOf(name).GetValueOrDefault(expression.Split('=')[0]) == expression.Split('=')[1])).Order(StringComparer.Ordinal)];

    public IReadOnlyList<long> Events(IReadOnlyList<string>? tags, long from, long until) => [];

    private static bool Matches(IReadOnlyList<NameElement> elements, string[] names) => elements.Count == names.Length && elements.Zip(names).All(static pair => pair.First.Matches(pair.Second));

    private Series Read(string name, string pattern, long from, long until)
    {
        var (step, points) = _series[name];
        var start = from - (from % step) + step;
        var end = until - (until % step) + step;
        end = end == start ? end + step : end;
        var values = new double[(end - start) / step];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = points.TryGetValue(start + (i * step), out var value) ? value : double.NaN;
        }

        return new Series { Name = name, PathExpression = pattern, Start = start, End = end, Step = step, Values = values, Tags = Series.TagsOf(name) };
    }

    // 0: noise, 1: a day's curve with gaps, 2: whole numbers often alike, 3: sparse, 4: a counter that begins anew.
    private void Write(GraphiteWeb other, string name, long step, int count, Random random, int kind)
    {
        var points = new SortedDictionary<long, double>();
        var total = 0.0;
        var last = Now - (Now % step);
        for (var i = count - 1; i >= 0; i--)
        {
            var time = last - (i * step);
            total = random.Next(200) == 0 ? 0 : total + random.Next(50);
            double? value = kind switch
            {
                0 => random.NextDouble() * 100,
                1 => random.Next(10) == 0 ? null : 50 + (40 * Math.Sin(time / 13_750.0)) + random.NextDouble(),
                2 => random.Next(4),
                3 => random.Next(3) == 0 ? Math.Round((random.NextDouble() * 2000) - 1000, 2) : null,
                _ => random.Next(30) == 0 ? null : total,
            };
            if (value is { } there)
            {
                points[time] = there;
            }
        }

        _series[name] = (step, points);
        var answer = other.Ask(new JsonObject
        {
            ["write"] = name,
            ["step"] = step,
            ["count"] = 40 * 86_400 / step,
            ["now"] = Now,
            ["points"] = new JsonArray([.. points.Select(static point => (JsonNode)new JsonArray(point.Key, point.Value))]),
        });
        Assert.Empty(answer);
    }
}
