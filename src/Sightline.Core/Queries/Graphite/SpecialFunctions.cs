namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that make series of nothing, choose how values are put together, or only concern pictures.</summary>
internal static class SpecialFunctions
{
    public static void Register(Dictionary<string, Func<FunctionCall, IReadOnlyList<Series>>> table)
    {
        table["constantLine"] = call => ConstantLine(call, call.Number(0, "value"));
        table["threshold"] = call => ConstantLine(call, call.Number(0, "value")) is var line && call.Has(1, "label") ? [line[0] with { Name = call.Text(1, "label") }] : line;
        table["consolidateBy"] = call => call.Text(1, "consolidationFunc") is var function
            ? call.Map(one => one with { Name = $"consolidateBy({one.Name},\"{function}\")", Consolidation = Aggregates.Require(function), Tags = SeriesNames.With(one, "consolidateBy", function) })
            : [];
        table["cumulative"] = call => call.Map(static one => one with { Name = $"consolidateBy({one.Name},\"sum\")", Consolidation = "sum", Tags = SeriesNames.With(one, "consolidateBy", "sum") });
        table["setXFilesFactor"] = table["xFilesFactor"] = call => call.Number(1, "xFilesFactor") is var factor
            ? call.Map(one => one with { XFilesFactor = factor, Tags = SeriesNames.With(one, "xFilesFactor", PyText.Repr(factor)) }) : [];
        table["seriesByTag"] = SeriesByTag;
        foreach (var drawing in (string[])["color", "alpha", "lineWidth"])
        {
            table[drawing] = static call => call.List(0);
        }

        foreach (var drawing in (string[])["secondYAxis", "drawAsInfinite"])
        {
            table[drawing] = call => call.Map(one => one with { Name = $"{drawing}({one.Name})" });
        }
    }

    /// <summary>Three values from one end of the range to the other.</summary>
    internal static IReadOnlyList<Series> ConstantLine(FunctionCall call, double value)
    {
        var name = value == Math.Floor(value) && Math.Abs(value) < 1e15 ? PyText.General(value) : PyText.Repr(value);
        var step = Math.Max(1, (call.Context.Until - call.Context.From) / 2);
        return [new Series
        {
            Name = name, PathExpression = name, Start = call.Context.From, End = call.Context.Until, Step = step, Values = [value, value, value],
            Tags = new Dictionary<string, string> { ["name"] = "constantLine" },
        }];
    }

    private static IReadOnlyList<Series> SeriesByTag(FunctionCall call)
    {
        var expressions = call.Nodes(0).Select(node => node.ToString()!).ToList();
        var path = $"seriesByTag({string.Join(',', expressions.Select(expression => $"'{expression}'"))})";
        return [.. call.Evaluator.FindByTags(expressions).SelectMany(name => call.Evaluator.Fetch(name, call.Context)).Select(one => one with { PathExpression = path })];
    }
}
