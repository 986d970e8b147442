using System.Globalization;

namespace Sightline.Core.Queries.Explore;

/// <summary>
/// Puts metrics into graphs: those that match, one graph for each value (or bucket) of the tags to group by, lines that differ only in tags to add up put
/// together, then the modifiers: unit, moving average.
/// </summary>
public static class ExplorePlanner
{
    /// <summary>The value of a tag by which a sum of the others is known.</summary>
    public const string Sum = "_sum_";

    private const int MaxMatches = 50_000;

    /// <summary>Names of the metrics of a catalogue that a question is about, sorted.</summary>
    /// <exception cref="ExploreException">They are too many.</exception>
    public static IReadOnlyList<string> Find(ExploreQuery query, MetricCatalogue metrics, CancellationToken cancellationToken = default)
    {
        var found = metrics.Find(query.Patterns, cancellationToken);
        return found.Count <= MaxMatches ? metrics.NamesOf(found) : throw TooMany();
    }

    /// <summary>Of these metrics, looking at each whether the question is about it.</summary>
    /// <exception cref="ExploreException">Too many metrics match.</exception>
    public static ExplorePlan Plan(ExploreQuery query, IEnumerable<string> names, MetricRules rules, CancellationToken cancellationToken = default)
    {
        var found = names.Where(name => rules.TagsOf(name) is var tags && query.Patterns.All(pattern => pattern.Matches(name, tags))).Take(MaxMatches + 1).ToList();
        return found.Count <= MaxMatches ? PlanFound(query, found, rules, cancellationToken) : throw TooMany();
    }

    /// <summary>Of these metrics, all of which the question is about.</summary>
    public static ExplorePlan PlanFound(ExploreQuery query, IReadOnlyList<string> found, MetricRules rules, CancellationToken cancellationToken = default)
    {
        var graphs = new SortedDictionary<string, (SortedDictionary<string, string> Key, List<string> Conditions, List<ExploreLine> Lines)>(StringComparer.Ordinal);
        foreach (var name in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tags = rules.TagsOf(name);
            var (key, conditions, rest) = Key(query, tags);
            var title = string.Join('\u0001', key.Select(static pair => $"{pair.Key}\u0002{pair.Value}"));
            if (!graphs.TryGetValue(title, out var graph))
            {
                graphs.Add(title, graph = (key, conditions, []));
            }

            graph.Lines.Add(new ExploreLine(ExploreExpression.Begun(name, tags, query), [name], rest, tags));
        }

        var lines = 0;
        var result = new List<ExploreGraph>();
        foreach (var (key, conditions, members) in graphs.Values)
        {
            var merged = Merge(Merge(WithoutSums(members, query), query.SumBy, "sumSeries", "sum"), query.AverageBy, "averageSeries", "average");
            var shown = merged.Take(Math.Max(0, query.Limit - lines)).ToList();
            lines += merged.Count;
            if (shown.Count > 0)
            {
                result.Add(Graph(query, key, conditions, shown));
            }
        }

        return new ExplorePlan(result, found.Count, lines);
    }

    private static ExploreException TooMany() => new($"more than {MaxMatches} metrics match: add a word or a tag");

    // A tag with buckets stays in the legend: its values share a graph.
    private static (SortedDictionary<string, string> Key, List<string> Conditions, Dictionary<string, string> Others) Key(ExploreQuery query, IReadOnlyDictionary<string, string> tags)
    {
        var key = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var conditions = new List<string>();
        var rest = new Dictionary<string, string>(tags, StringComparer.Ordinal);
        foreach (var group in query.GroupBy)
        {
            if (!tags.TryGetValue(group.Tag, out var value))
            {
                conditions.Add($"!{group.Tag}=");
            }
            else if (group.Buckets.Count == 0)
            {
                key[group.Tag] = value;
                rest.Remove(group.Tag);
                conditions.Add($"{group.Tag}={value}");
            }
            else
            {
                var bucket = group.BucketOf(value);
                key[group.Tag] = bucket.Length > 0 ? bucket : "others";
                conditions.AddRange(bucket.Length > 0
                    ? [$"{group.Tag}:{System.Text.RegularExpressions.Regex.Escape(bucket)}"]
                    : group.Buckets.Select(other => $"!{group.Tag}:{System.Text.RegularExpressions.Regex.Escape(other)}"));
            }
        }

        return (key, conditions, rest);
    }

    // Where there is a sum already it is taken, unless only some of its parts are asked for.
    private static List<ExploreLine> WithoutSums(List<ExploreLine> lines, ExploreQuery query)
    {
        foreach (var spec in query.SumBy)
        {
            var asked = query.Patterns.Any(pattern => pattern.Tag == spec.Tag);
            var hasSum = lines.Exists(line => IsSum(line, spec.Tag));
            if (hasSum && lines.Exists(line => line.Tags.ContainsKey(spec.Tag) && !IsSum(line, spec.Tag)))
            {
                lines = [.. lines.Where(line => !line.Tags.ContainsKey(spec.Tag) || IsSum(line, spec.Tag) != asked)];
            }
        }

        return lines;
    }

    private static bool IsSum(ExploreLine line, string tag) => line.Tags.GetValueOrDefault(tag) == Sum;

    private static List<ExploreLine> Merge(List<ExploreLine> lines, IReadOnlyList<TagSpec> specs, string function, string name)
    {
        if (specs.Count == 0)
        {
            return lines;
        }

        var groups = new Dictionary<string, List<ExploreLine>>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var line in lines)
        {
            var key = string.Join('\u0001', line.Tags.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(pair =>
                specs.FirstOrDefault(spec => spec.Tag == pair.Key) is { } spec ? $"{pair.Key}\u0002{spec.BucketOf(pair.Value)}" : $"{pair.Key}\u0003{pair.Value}"));
            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = []);
                order.Add(key);
            }

            group.Add(line);
        }

        return [.. order.Select(key => groups[key]).Select(group => group.Count == 1 ? group[0] : Merged(group, specs, function, name))];
    }

    private static ExploreLine Merged(List<ExploreLine> group, IReadOnlyList<TagSpec> specs, string function, string name)
    {
        var tags = new Dictionary<string, string>(group[0].Tags, StringComparer.Ordinal);
        foreach (var spec in specs.Where(spec => tags.ContainsKey(spec.Tag)))
        {
            var values = group.Select(line => line.Tags[spec.Tag]).Distinct(StringComparer.Ordinal).ToList();
            var bucket = spec.BucketOf(values[0]);
            tags[spec.Tag] = values.Count == 1 ? values[0] : bucket.Length > 0 ? bucket : string.Create(CultureInfo.InvariantCulture, $"{name} of {values.Count}");
        }

        return new ExploreLine($"{function}({string.Join(',', group.Select(static line => line.Expression))})", [.. group.SelectMany(static line => line.Metrics)], tags, group[0].All);
    }

    private static ExploreGraph Graph(ExploreQuery query, SortedDictionary<string, string> key, List<string> conditions, List<ExploreLine> lines)
    {
        var common = new SortedDictionary<string, string>(key, StringComparer.Ordinal);
        foreach (var (tag, value) in lines[0].Tags)
        {
            if (!key.ContainsKey(tag) && lines.TrueForAll(line => line.Tags.GetValueOrDefault(tag) == value))
            {
                common[tag] = value;
            }
        }

        var unit = "";
        var targets = new List<ExploreTarget>();
        foreach (var line in lines)
        {
            (var expression, unit) = ExploreExpression.Finished(line, query);
            var own = line.Tags.Where(pair => !common.ContainsKey(pair.Key) || common[pair.Key] != pair.Value);
            targets.Add(new ExploreTarget(expression, line.Metrics, new SortedDictionary<string, string>(new Dictionary<string, string>(own), StringComparer.Ordinal)));
        }

        return new ExploreGraph(common, conditions, unit, targets);
    }
}
