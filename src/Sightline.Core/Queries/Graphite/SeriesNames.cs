namespace Sightline.Core.Queries.Graphite;

/// <summary>Names of results: which paths they came of, and which elements or tags of a name a function asks for.</summary>
internal static class SeriesNames
{
    /// <summary>What was asked for, each once, in order.</summary>
    public static string Paths(IEnumerable<Series> series) => string.Join(',', series.Select(one => one.PathExpression).Distinct(StringComparer.Ordinal));

    /// <summary>Elements or tags of a name, joined by dots.</summary>
    public static string Key(Series series, IEnumerable<object> nodes)
    {
        var path = series.Name.EndsWith(')') ? FirstPath(series.Name) : series.Name;
        return string.Join('.', nodes.Select(node => Node(series, path, node)));
    }

    /// <summary>The first path within calls: <c>a.b</c> of <c>scale(sum(a.b),2)</c>. What is no target to its end counts up to where it is one.</summary>
    public static string FirstPath(string name)
    {
        try
        {
            var target = TargetParser.ParseBeginning(name);
            while (target is CallTarget { Arguments: [var first, ..] })
            {
                target = first;
            }

            return target is PathTarget path ? path.Pattern : name;
        }
        catch (GraphiteException)
        {
            // An alias may look like a call and be none.
            return name;
        }
    }

    /// <summary>Tags that all have alike, and by what they were put together.</summary>
    public static IReadOnlyDictionary<string, string> CommonTags(IReadOnlyList<Series> series, string name, string aggregatedBy)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (tag, value) in series[0].Tags)
        {
            if (series.All(one => one.Tags.TryGetValue(tag, out var other) && other == value))
            {
                tags[tag] = value;
            }
        }

        if (!tags.ContainsKey("name"))
        {
            tags["name"] = name;
        }

        tags["aggregatedBy"] = aggregatedBy;
        return tags;
    }

    public static IReadOnlyDictionary<string, string> With(Series series, string tag, string value) =>
        new SortedDictionary<string, string>(series.Tags.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) { [tag] = value };

    private static string Node(Series series, string path, object node)
    {
        if (node is long index)
        {
            var elements = path.Split(';')[0].Split('.');
            index = index < 0 ? index + elements.Length : index;
            if (index >= 0 && index < elements.Length)
            {
                return elements[index];
            }
        }

        return series.Tags.GetValueOrDefault(PyText.Str(node), "");
    }
}
