namespace Sightline.Core.Queries.Graphite;

/// <summary>A call under way: its arguments by name, and the range.</summary>
internal sealed class FunctionCall(Evaluator evaluator, GraphiteFunction function, Target? first, Dictionary<string, object?> arguments, RenderContext context)
{
    public RenderContext Context => context;

    public Evaluator Evaluator => evaluator;

    public string Name => function.Name;

    /// <summary>The call as it was written; of a call made by another function, its name.</summary>
    public required string Text { get; init; }

    /// <summary>The series of the first argument.</summary>
    public IReadOnlyList<Series> List() => List(function.Parameters[0].Name);

    public IReadOnlyList<Series> List(string name) => arguments.GetValueOrDefault(name) as IReadOnlyList<Series> ?? [];

    public IReadOnlyList<IReadOnlyList<Series>> Lists(string name) => arguments.GetValueOrDefault(name) switch
    {
        IReadOnlyList<IReadOnlyList<Series>> lists => lists,
        List<object?> several => [.. several.OfType<IReadOnlyList<Series>>()],
        _ => [],
    };

    /// <summary>The series of all lists, one after the other.</summary>
    public List<Series> AllLists() => [.. Lists(function.Parameters[0].Name).SelectMany(static list => list)];

    /// <summary>The first argument again, over another range.</summary>
    public IReadOnlyList<Series> Again(RenderContext over) => first is null ? List() : evaluator.Evaluate(first, over);

    public object? Value(string name) => arguments.GetValueOrDefault(name);

    public bool Has(string name) => arguments.GetValueOrDefault(name) is not null;

    public double Number(string name, double otherwise = double.NaN) => Value(name) switch { double value => value, long value => value, _ => otherwise };

    public long Whole(string name, long otherwise = 0) => Value(name) switch { long value => value, double value when Math.Abs(value) < long.MaxValue => (long)value, _ => otherwise };

    public bool Flag(string name, bool otherwise = false) => Value(name) as bool? ?? otherwise;

    public string Words(string name, string otherwise = "") => Value(name) is { } value ? PyText.Str(value) : otherwise;

    /// <summary>Of a parameter that takes several: places (<see langword="long"/>) and tags.</summary>
    public List<object> Nodes(string name) => Value(name) switch
    {
        List<object?> several => [.. several.OfType<object>()],
        { } one => [one],
        _ => [],
    };

    /// <summary>Seconds of a length of time that must be more than none.</summary>
    public long Interval(string name)
    {
        long seconds;
        try
        {
            seconds = AtTime.Interval(Words(name));
        }
        catch (GraphiteException)
        {
            seconds = 0;
        }

        return seconds > 0 ? seconds : throw new GraphiteException($"Invalid \"interval\" value specified for function \"{Name}\" parameter \"{name}\": {PyText.Quoted(Value(name))}");
    }

    /// <summary>Each series of the first argument, changed.</summary>
    public IEnumerable<Series> Map(Func<Series, Series> change) => List().Select(change);
}
