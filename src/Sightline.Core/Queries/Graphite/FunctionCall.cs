using System.Globalization;

namespace Sightline.Core.Queries.Graphite;

/// <summary>A call under way: its arguments by place or name, and the range.</summary>
internal sealed class FunctionCall(Evaluator evaluator, CallTarget call, RenderContext context)
{
    public RenderContext Context => context;

    public Evaluator Evaluator => evaluator;

    public string Function => call.Function;

    public int Count => call.Arguments.Count;

    /// <summary>The series of one argument.</summary>
    public IReadOnlyList<Series> List(int index, RenderContext? over = null) =>
        index < call.Arguments.Count ? evaluator.Evaluate(call.Arguments[index], over ?? context) : throw Missing("seriesList");

    /// <summary>The series of every argument that is no literal.</summary>
    public List<Series> AllLists() =>
        [.. call.Arguments.Where(static argument => argument is not LiteralTarget).SelectMany(argument => evaluator.Evaluate(argument, context))];

    public bool Has(int index, string name) => Find(index, name) is not null;

    public object? Literal(int index, string name) => Find(index, name) is LiteralTarget literal ? literal.Value : null;

    public double Number(int index, string name, double? otherwise = null) => Find(index, name) switch
    {
        null or LiteralTarget { Value: null } when otherwise is { } value => value,
        LiteralTarget { Value: double value } => value,
        LiteralTarget { Value: string text } when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        null => throw Missing(name),
        _ => throw new GraphiteException($"Invalid \"{name}\" value: not a number"),
    };

    public string Text(int index, string name, string? otherwise = null) => Find(index, name) switch
    {
        null or LiteralTarget { Value: null } when otherwise is not null => otherwise,
        LiteralTarget { Value: string text } => text,
        LiteralTarget { Value: double number } => PyText.General(number),
        // Words without quotes are taken as they stand, as graphite-web does.
        PathTarget path => path.Pattern,
        null => throw Missing(name),
        _ => throw new GraphiteException($"Invalid \"{name}\" value: not a string"),
    };

    public bool Flag(int index, string name, bool otherwise) => Literal(index, name) switch
    {
        bool flag => flag,
        null => otherwise,
        var value => value is not (0.0 or ""),
    };

    /// <summary>Nodes: numbers of elements, or names of tags.</summary>
    public List<object> Nodes(int from) =>
        [.. call.Arguments.Skip(from).Select(argument => argument switch
        {
            LiteralTarget { Value: double number } => (object)(int)number,
            LiteralTarget { Value: string tag } => tag,
            PathTarget path => path.Pattern,
            _ => throw new GraphiteException("Invalid \"nodes\" value"),
        })];

    /// <summary>Each series of the first argument, changed.</summary>
    public IReadOnlyList<Series> Map(Func<Series, Series> change) => [.. List(0).Select(change)];

    private Target? Find(int index, string name)
    {
        foreach (var (key, value) in call.Named)
        {
            if (key == name)
            {
                return value;
            }
        }

        return index >= 0 && index < call.Arguments.Count ? call.Arguments[index] : null;
    }

    private GraphiteException Missing(string name) => new($"Missing required parameter \"{name}\" of {call.Function}");
}
