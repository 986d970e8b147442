namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions about how values are put together, about series that are not there, and about tags and events.</summary>
internal static class SpecialFunctions
{
    private const int MostSeconds = 20_000_000;

    public static void Register(FunctionSet set)
    {
        set.Add("consolidateBy", "seriesList! consolidationFunc:string![average|avg|avg_zero|first|last|max|min|sum]", "How values are put together where there are more than can be shown.",
            static call => Consolidate(call, call.Words("consolidationFunc")));
        set.Add("cumulative", "seriesList!", "Values are added where there are more than can be shown.", static call => Consolidate(call, "sum"));
        set.Add("setXFilesFactor/xFilesFactor", "seriesList! xFilesFactor:float!", "The share of values that must be there where some are put together, from here on.", static call =>
        {
            var factor = call.Number("xFilesFactor");
            call.Evaluator.SetXFilesFactor(factor);
            return call.Map(one => (one with { XFilesFactor = factor }).With("xFilesFactor", factor));
        });
        set.Add("changed", "seriesList!", "1 where the value is another than before, else 0.", static call => call.Map(static one => one.As($"changed({one.Name})", Changed(one.Values))));
        set.Add("fallbackSeries", "seriesList! fallback!", "Other series where there are none.", static call => call.List() is { Count: > 0 } found ? found : call.List("fallback"));
        set.Add("seriesByTag", "tagExpressions:string!*", "Series with such tags: name=cpu, dc!=a, host=~web.*", SeriesByTag);
        set.Add("events", "tags:string!*", "How many events with such tags each second had; * is all.", Events);
    }

    private static IEnumerable<Series> Consolidate(FunctionCall call, string function) =>
        call.Map(one => (one with { Consolidation = Aggregates.Require(function) }).As($"consolidateBy({one.Name},\"{function}\")").With("consolidateBy", function));

    private static double[] Changed(double[] values)
    {
        var result = new double[values.Length];
        var before = double.NaN;
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]))
            {
                result[i] = !double.IsNaN(before) && values[i] != before ? 1 : 0;
                before = values[i];
            }
        }

        return result;
    }

    private static IReadOnlyList<Series> SeriesByTag(FunctionCall call)
    {
        var expressions = call.Nodes("tagExpressions").Select(PyText.Str).ToList();
        return [.. call.Evaluator.FetchByTags(expressions, call.Context).Select(one => one with { PathExpression = call.Text })];
    }

    private static IReadOnlyList<Series> Events(FunctionCall call)
    {
        var tags = call.Nodes("tags").Select(PyText.Str).ToList();
        var (from, until) = (call.Context.From, call.Context.Until);
        if (until - from > MostSeconds)
        {
            throw new GraphiteException($"events() takes at most {MostSeconds} seconds");
        }

        var values = Rows.Nothing((int)(until - from));
        foreach (var time in call.Evaluator.Events(tags is ["*"] ? null : tags, call.Context))
        {
            if (time >= from && time < until)
            {
                values[time - from] = double.IsNaN(values[time - from]) ? 1 : values[time - from] + 1;
            }
        }

        return [Series.New($"events(\"{string.Join("\", \"", tags)}\")", from, until, 1, values, call.Evaluator.XFilesFactor(call.Context)) with { Consolidation = "sum" }];
    }
}
