namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that make series of nothing.</summary>
internal static class GeneratedFunctions
{
    public static void Register(FunctionSet transform, FunctionSet calculate, FunctionSet special)
    {
        special.Add("constantLine", "value:float!", "A line at a number.", static call => [LineFunctions.Constant(call, call.Number("value"), PyText.Repr(call.Number("value")))]);
        special.Add("randomWalk/randomWalkFunction", "name:string! step:integer=60", "Numbers by chance, each near the one before.", RandomWalk);
        calculate.Add("identity", "name:string!", "The time itself, Unix seconds.", static call => [Made(call, 60, static time => time) with { PathExpression = $"identity(\"{call.Words("name")}\")" }]);
        transform.Add("time/timeFunction", "name:string! step:integer=60", "The time itself, Unix seconds.", static call => [Made(call, call.Whole("step", 60), static time => time)]);
        transform.Add("sin/sinFunction", "name:string! amplitude:integer=1 step:integer=60", "The sine of the time.",
            static call => call.Whole("amplitude", 1) is var amplitude ? [Made(call, call.Whole("step", 60), time => Math.Sin(time) * amplitude)] : []);
    }

    private static IReadOnlyList<Series> RandomWalk(FunctionCall call)
    {
        var value = 0.0;
        // The same picture whenever it is asked for.
        var random = new Random(unchecked((int)call.Context.From));
        return [Made(call, call.Whole("step", 60), _ =>
        {
            var now = value;
#pragma warning disable CA5394 // Nobody relies on it being unpredictable.
            value += random.NextDouble() - 0.5;
#pragma warning restore CA5394
            return now;
        })];
    }

    private static Series Made(FunctionCall call, long step, Func<long, double> value)
    {
        if (step <= 0)
        {
            throw new GraphiteException("step must be greater than 0");
        }

        var (from, until) = (call.Context.From, call.Context.Until);
        var count = (until - from + step - 1) / step;
        if (count > 10_000_000)
        {
            throw new GraphiteException("too many values: ask for a longer step or a shorter time");
        }

        var values = new double[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(from + (i * step));
        }

        return Series.New(call.Words("name"), from, until, step, values, call.Evaluator.XFilesFactor(call.Context));
    }
}
