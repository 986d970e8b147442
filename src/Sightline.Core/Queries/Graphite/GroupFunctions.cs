namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that put series together by elements of their names or by tags.</summary>
internal static class GroupFunctions
{
    public static void Register(FunctionSet set)
    {
        set.Add("groupByNode", "seriesList! nodeNum:nodeOrTag! callback:aggOrSeriesFunc=average", "One series of each group whose names have the same element there.",
            static call => By(call, call.Nodes("nodeNum"), call.Words("callback", "average")));
        set.Add("groupByNodes", "seriesList! callback:aggOrSeriesFunc! nodes:nodeOrTag*", "One series of each group whose names have the same elements there.",
            static call => By(call, call.Nodes("nodes"), call.Words("callback")));
        set.Add("groupByTags", "seriesList! callback:aggOrSeriesFunc! tags:tag!*", "One series of each group with the same tags.", ByTags);
        set.AddLists("map/mapSeries", "seriesList! mapNodes:nodeOrTag!*", "A list of each group whose names have the same elements there, for reduceSeries.",
            static call => CombineFunctions.Groups(call.List(), one => SeriesNames.Key(one, call.Nodes("mapNodes"))).Select(static group => (IReadOnlyList<Series>)[.. group]).ToList());
        set.Add("reduce/reduceSeries", "seriesLists:seriesLists! reduceFunction:string! reduceNode:node! reduceMatchers:string!*",
            "A function's result for each list of mapSeries; the matchers tell by an element of the name which series is which argument.", Reduce);
        set.Add("applyByNode", "seriesList! nodeNum:node! templateFunction:string! newName:string",
            "Computes a target for each different beginning of the names, which stands for % in it.", ApplyByNode);
    }

    private static List<Series> By(FunctionCall call, List<object> nodes, string function) =>
        [.. CombineFunctions.Groups(call.List(), one => SeriesNames.Key(one, nodes)).Select(group => One(call, [.. group], function) with { Name = group.Key })];

    private static Series One(FunctionCall call, IReadOnlyList<Series> group, string function)
    {
        var made = FunctionTable.Find(function) is not null ? call.Evaluator.Call(function, [group], call.Context) : CombineFunctions.Aggregate(call, group, function);
        return made is [var first, ..] ? first : throw new GraphiteException($"{function} gives nothing for a group");
    }

    private static List<Series> ByTags(FunctionCall call)
    {
        var series = call.List();
        var function = call.Words("callback");
        var tags = call.Nodes("tags").Select(PyText.Str).ToList();
        var byName = tags.Contains("name");
        var names = series.Select(static one => one.Tags.GetValueOrDefault("name", "")).Distinct().ToList();
        var name = names.Count == 1 ? names[0] : function;
        string Key(Series one) => string.Join(';', tags.Where(static tag => tag != "name").Select(tag => $"{tag}={one.Tags.GetValueOrDefault(tag, "")}").Order(StringComparer.Ordinal)
            .Prepend(byName ? one.Tags.GetValueOrDefault("name", "") : name));
        return [.. CombineFunctions.Groups(series, Key).Select(group => One(call, [.. group], function).As(group.Key) with { Tags = Series.TagsOf(group.Key) })];
    }

    private static List<Series> Reduce(FunctionCall call)
    {
        var function = call.Words("reduceFunction");
        var node = call.Whole("reduceNode");
        var matchers = call.Nodes("reduceMatchers").Select(PyText.Str).ToList();
        var order = new List<string>();
        var found = new Dictionary<string, Series?[]>(StringComparer.Ordinal);
        foreach (var one in call.Lists("seriesLists").SelectMany(static list => list))
        {
            var elements = one.Name.Split('.');
            var index = node < 0 ? node + elements.Length : node;
            if (index < 0 || index >= elements.Length || matchers.IndexOf(elements[index]) is not (>= 0 and var place))
            {
                continue;
            }

            var key = $"{string.Join('.', elements.Take((int)index))}.reduce.{function}";
            if (!found.TryGetValue(key, out var places))
            {
                order.Add(key);
                places = found[key] = new Series?[matchers.Count];
            }

            places[place] = one;
        }

        return [.. order.Select(key =>
        {
            if (Array.IndexOf(found[key], null) >= 0)
            {
                throw new GraphiteException($"reduceSeries: {key} lacks a series for every matcher");
            }

            var made = call.Evaluator.Call(function, [.. found[key].Select(static one => (IReadOnlyList<Series>)[one!])], call.Context);
            return (made is [var first, ..] ? first : throw new GraphiteException($"{function} gives nothing for {key}")) with { Name = key };
        })];
    }

    private static List<Series> ApplyByNode(FunctionCall call)
    {
        var series = call.List();
        var node = call.Whole("nodeNum");
        var template = call.Words("templateFunction");
        var newName = call.Has("newName") ? call.Words("newName") : null;
        var prefixes = series.Select(one => string.Join('.', FilterFunctions.Slice(one.Name.Split('.'), 0, node + 1))).Distinct().Order(StringComparer.Ordinal);
        return [.. prefixes.SelectMany(prefix => call.Evaluator.Evaluate(TargetParser.Parse(template.Replace("%", prefix, StringComparison.Ordinal)), call.Context).Select(one => one with
        {
            Name = newName?.Replace("%", prefix, StringComparison.Ordinal) ?? one.Name,
            PathExpression = prefix,
            Start = series[^1].Start,
            End = series[^1].End,
        }))];
    }
}
