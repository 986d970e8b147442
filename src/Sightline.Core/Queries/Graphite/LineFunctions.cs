namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that give lines: a value of each series, or the line that fits it best.</summary>
internal static class LineFunctions
{
    public static void Register(FunctionSet set)
    {
        set.Add("nPercentile", "seriesList! n:float!", "The n-th percentile of each series, as a line.", NPercentile);
        set.Add("aggregateLine", "seriesList! func:aggFunc=average keepStep:boolean=false", "A value of each series, as a line.", AggregateLine);
        set.Add("linearRegression", "seriesList! startSourceAt:date endSourceAt:date", "The straight line that fits each series best, or its values of another time.", Regression);
    }

    /// <summary>Three values from one end of the range to the other.</summary>
    internal static Series Constant(FunctionCall call, double value, string name)
    {
        var step = Math.Max(1, (call.Context.Until - call.Context.From) / 2);
        return Series.New(name, call.Context.From, call.Context.Until, step, [value, value, value], call.Evaluator.XFilesFactor(call.Context)) with { PathExpression = $"constantLine({name})" };
    }

    private static IEnumerable<Series> NPercentile(FunctionCall call)
    {
        var n = call.Number("n");
        if (n <= 0)
        {
            throw new GraphiteException("The requested percent is required to be greater than 0");
        }

        return call.List().Select(one => (One: one, Value: CombineFunctions.Percentile(one.Values, n, interpolate: false))).Where(static pair => !double.IsNaN(pair.Value)).Select(pair =>
        {
            var values = new double[Math.Max(0, (pair.One.End - pair.One.Start) / pair.One.Step)];
            Array.Fill(values, pair.Value);
            return pair.One.As($"nPercentile({pair.One.Name}, {PyText.General(n)})", values).With("nPercentile", n);
        });
    }

    private static IEnumerable<Series> AggregateLine(FunctionCall call)
    {
        var function = call.Words("func", "average");
        return call.Map(one =>
        {
            var value = Aggregates.Of(function, one.Values);
            var name = $"aggregateLine({one.Name}, {(double.IsNaN(value) ? "None" : PyText.General(value))})";
            if (!call.Flag("keepStep"))
            {
                return Constant(call, value, Aggregates.Require(function) == "count" ? PyText.Str((long)value) : PyText.Str(value)).As(name);
            }

            var values = new double[one.Values.Length];
            Array.Fill(values, value);
            return one.As(name, values);
        });
    }

    private static IEnumerable<Series> Regression(FunctionCall call)
    {
        long At(string name, long otherwise) => call.Has(name) ? AtTime.Parse(call.Words(name), call.Context.Now, call.Context.Zone) : otherwise;
        var over = call.Context with { From = At("startSourceAt", call.Context.From), Until = At("endSourceAt", call.Context.Until) };
        return call.Again(over).Zip(call.List()).Select(pair => (pair.Second, Line: Fit(pair.First))).Where(static pair => pair.Line is not null).Select(pair =>
        {
            var (one, (factor, offset)) = (pair.Second, pair.Line!.Value);
            var values = new double[one.Values.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = offset + ((one.Start + (i * one.Step)) * factor);
            }

            var range = $"{PyText.Str(over.From)}, {PyText.Str(over.Until)}";
            return Series.New($"linearRegression({one.Name}, {range})", one.Start, one.End, one.Step, values, one.XFilesFactor, one.With("linearRegressions", range).Tags);
        });
    }

    private static (double Factor, double Offset)? Fit(Series one)
    {
        long count = 0, places = 0, squares = 0;
        double sum = 0, products = 0;
        for (var i = 0; i < one.Values.Length; i++)
        {
            if (!double.IsNaN(one.Values[i]))
            {
                count++;
                places += i;
                squares += (long)i * i;
                sum += one.Values[i];
                products += i * one.Values[i];
            }
        }

        var denominator = (double)(((Int128)count * squares) - ((Int128)places * places));
        if (denominator == 0)
        {
            return null;
        }

        var factor = ((count * products) - (places * sum)) / denominator / one.Step;
        return (factor, (((squares * sum) - (products * places)) / denominator) - (factor * one.Start));
    }
}
