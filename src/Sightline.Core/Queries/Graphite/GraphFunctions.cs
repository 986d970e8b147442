namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that tell how series are drawn.</summary>
internal static class GraphFunctions
{
    public static void Register(FunctionSet set)
    {
        set.Add("alpha", "seriesList! alpha:float!", "Drawn so opaque: 0 to 1.", static call => Drawn(call, drawing => drawing with { Alpha = call.Number("alpha") }));
        set.Add("color", "seriesList! theColor:string!", "Drawn in a colour.", static call => Drawn(call, drawing => drawing with { Color = call.Words("theColor") }));
        set.Add("lineWidth", "seriesList! width:float!", "Drawn so thick.", static call => Drawn(call, drawing => drawing with { LineWidth = call.Number("width") }));
        set.Add("dashed", "seriesList! dashLength:integer=5", "Drawn with dashes.", static call => call.Whole("dashLength", 5) is var length
            ? Drawn(call, drawing => drawing with { Dashed = length }).Select(one => (one with { Name = $"dashed({one.Name}, {PyText.General(length)})" }).With("dashed", length)) : []);
        set.Add("secondYAxis", "seriesList!", "Drawn with the axis on the right.", static call => Drawn(call, static drawing => drawing with { SecondYAxis = true }).Select(static one => (one with { Name = $"secondYAxis({one.Name})" }).With("secondYAxis", 1)));
        set.Add("drawAsInfinite", "seriesList!", "A line from bottom to top wherever there is a value.", static call => Drawn(call, static drawing => drawing with { Infinite = true }).Select(static one => (one with { Name = $"drawAsInfinite({one.Name})" }).With("drawAsInfinite", 1)));
        set.Add("areaBetween", "seriesList!", "The room between two series, filled.", static call => call.List() is [var lower, var upper]
            ? Between(lower, upper) : throw new GraphiteException("areaBetween series argument must reference *exactly* 2 series"));
        set.Add("stacked", "seriesList! stack:string", "Each series on top of those before, of the same stack.", Stacked);
        set.Add("threshold", "value:float! label:string color:string", "A line at a number.", static call => Threshold(call));
        set.Add("verticalLine", "ts:date! label:string color:string", "A line from bottom to top at a time.", VerticalLine);
    }

    internal static IReadOnlyList<Series> Between(Series lower, Series upper)
    {
        var name = $"areaBetween({upper.PathExpression})";
        upper = upper.With("areaBetween", 1);
        return [
            lower with { Name = name, Tags = upper.Tags, Drawing = lower.Drawing with { Stacked = true, Invisible = true } },
            upper with { Name = name, Drawing = upper.Drawing with { Stacked = true } }];
    }

    private static IEnumerable<Series> Drawn(FunctionCall call, Func<Drawing, Drawing> change) => call.Map(one => one with { Drawing = change(one.Drawing) });

    private static List<Series> Stacked(FunctionCall call)
    {
        const string unnamed = "__DEFAULT__";
        var name = call.Words("stack", unnamed);
        var stack = call.Evaluator.Stack(name);
        return [.. call.Map(one =>
        {
            var values = Rows.Nothing(one.Values.Length);
            for (var i = 0; i < values.Length; i++)
            {
                if (stack.Count <= i)
                {
                    stack.Add(0);
                }

                if (!double.IsNaN(one.Values[i]))
                {
                    values[i] = stack[i] += one.Values[i];
                }
            }

            var made = one.As(name == unnamed ? $"stacked({one.Name})" : one.Name, values) with { Drawing = one.Drawing with { Stacked = true } };
            return name == unnamed ? made.With("stacked", name) : made;
        })];
    }

    private static IReadOnlyList<Series> Threshold(FunctionCall call)
    {
        var line = LineFunctions.Constant(call, call.Number("value"), PyText.Repr(call.Number("value")));
        return [line with
        {
            Name = call.Words("label") is { Length: > 0 } label ? label : line.Name,
            Drawing = call.Words("color") is { Length: > 0 } color ? line.Drawing with { Color = color } : line.Drawing,
        }];
    }

    private static IReadOnlyList<Series> VerticalLine(FunctionCall call)
    {
        var time = AtTime.Parse(call.Words("ts"), call.Context.Now, call.Context.Zone);
        if (time < call.Context.From || time > call.Context.Until)
        {
            throw new GraphiteException($"verticalLine(): timestamp {time} exists {(time < call.Context.From ? "before start" : "after end")} of range");
        }

        return [Series.New(call.Words("label", "None"), time, time, 1, [1, 1], call.Evaluator.XFilesFactor(call.Context)) with
        {
            Drawing = Drawing.Plain with { Infinite = true, Color = call.Words("color") is { Length: > 0 } color ? color : null },
        }];
    }
}
