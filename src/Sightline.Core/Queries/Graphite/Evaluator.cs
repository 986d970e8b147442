namespace Sightline.Core.Queries.Graphite;

/// <summary>Computes the targets of one request. Arguments stay parsed too, for some functions want them again over another range.</summary>
public sealed class Evaluator(ISeriesSource source, CancellationToken cancellationToken)
{
    private const int MaxCalls = 100_000;

    private readonly Dictionary<string, List<double>> _stacks = new(StringComparer.Ordinal);
    private long _values;
    private long _made;
    private long _work;
    private int _calls;
    private double? _xFilesFactor;

    /// <summary>Values for templates, which come before those the template gives.</summary>
    public IReadOnlyDictionary<string, string> Template { get; init; } = new Dictionary<string, string>();

    public RequestLimits Limits { get; init; } = RequestLimits.Most;

    /// <summary>The series of a target.</summary>
    /// <exception cref="GraphiteException">It cannot be computed.</exception>
    public IReadOnlyList<Series> Evaluate(Target target, RenderContext context) => Argument(target, context) switch
    {
        IReadOnlyList<Series> series => series,
        IReadOnlyList<IReadOnlyList<Series>> lists => [.. lists.SelectMany(static list => list)],
        _ => throw new GraphiteException("a target must be a path or a function"),
    };

    /// <summary>The share of values that must be there; <c>setXFilesFactor</c> changes it for what follows in the request.</summary>
    internal double XFilesFactor(RenderContext context) => _xFilesFactor ?? context.XFilesFactor;

    internal void SetXFilesFactor(double factor) => _xFilesFactor = factor;

    /// <summary>What is stacked already under a name, place by place.</summary>
    internal List<double> Stack(string name) => _stacks.TryGetValue(name, out var stack) ? stack : _stacks[name] = [];

    internal IEnumerable<Series> FetchByTags(IReadOnlyList<string> expressions, RenderContext context)
    {
        var names = source.FindByTags(expressions);
        source.Expect(names);
        return names.SelectMany(name => Fetch(name, context));
    }

    internal IReadOnlyList<Series> Fetch(string name, RenderContext context) =>
        Counted([.. source.Fetch(name, context.From, context.Until).Select(one => one with { XFilesFactor = XFilesFactor(context) })]);

    internal IReadOnlyList<long> Events(IReadOnlyList<string>? tags, RenderContext context) => source.Events(tags, context.From, context.Until);

    /// <summary>A function of lists, as another function calls it.</summary>
    internal IReadOnlyList<Series> Call(string name, IReadOnlyList<IReadOnlyList<Series>> lists, RenderContext context)
    {
        var function = FunctionTable.Find(name) ?? throw Unknown(name);
        return (IReadOnlyList<Series>)Run(function, null, [.. lists], [], name, context);
    }

    private object? Argument(Target target, RenderContext context, ParameterKind? wanted = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        switch (target)
        {
            case LiteralTarget literal:
                return literal.Value;
            // Words without quotes are taken as they stand where no series are wanted.
            case PathTarget path when wanted is not (null or ParameterKind.SeriesList or ParameterKind.SeriesLists or ParameterKind.Any):
                return path.Pattern;
            case PathTarget path:
                return Fetch(path.Pattern, context);
            case CallTarget { Function: "template" } template:
                return Argument(Templates.Fill(template, Template), context);
            case CallTarget call:
                return Run(call, context);
            default:
                throw new GraphiteException("a target must be a path or a function");
        }
    }

    private object Run(CallTarget call, RenderContext context)
    {
        if (++_calls > MaxCalls)
        {
            throw new GraphiteException($"the request calls functions more than {MaxCalls} times");
        }

        var function = FunctionTable.Find(call.Function) ?? throw Unknown(call.Function);
        try
        {
            var parameters = function.Parameters;
            var given = new List<object?>(call.Arguments.Count);
            for (var i = 0; i < call.Arguments.Count; i++)
            {
                given.Add(Argument(call.Arguments[i], context, i < parameters.Count ? parameters[i].Kind : parameters is [.., var last] ? last.Kind : null));
            }

            var named = call.Named.Select(pair =>
                new KeyValuePair<string, object?>(pair.Key, Argument(pair.Value, context, parameters.FirstOrDefault(parameter => parameter.Name == pair.Key)?.Kind))).ToList();
            return Run(function, call.Arguments is [var first, ..] ? first : null, given, named, call.Text, context);
        }
        catch (GraphiteException fault) when (fault.Function is null)
        {
            throw new GraphiteException(fault.Message) { Function = call.Text, Refusal = fault.Refusal };
        }
    }

    private object Run(GraphiteFunction function, Target? first, List<object?> given, List<KeyValuePair<string, object?>> named, string text, RenderContext context)
    {
        var result = function.Body(new FunctionCall(this, function, first, Arguments.Bind(function, given, named), context) { Text = text });
        return result is IReadOnlyList<Series> series ? Counted(series) : result;
    }

    /// <summary>Told before values are made that may be many more than those they are made of.</summary>
    internal void Making(long values)
    {
        _made += values;
        if (_made > Limits.Values)
        {
            throw TooMany();
        }
    }

    /// <summary>Told where a value takes many others to compute.</summary>
    internal void Working(long values)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _work += values;
        if (_work > Limits.Work)
        {
            throw new GraphiteException("the request takes too much work: ask for smaller windows, fewer series or a shorter time") { Refusal = GraphiteRefusal.TooLarge };
        }
    }

    private IReadOnlyList<Series> Counted(IReadOnlyList<Series> series)
    {
        foreach (var one in series)
        {
            _values += one.Values.Length;
        }

        return _values <= Limits.Values ? series : throw TooMany();
    }

    private GraphiteException TooMany() => new($"the request takes more than {Limits.Values} values: ask for fewer series or a shorter time") { Refusal = GraphiteRefusal.TooLarge };

    private static GraphiteException Unknown(string name) => new($"Received request for unknown function: {name}");
}
