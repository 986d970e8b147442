namespace Sightline.Core.Queries.Graphite;

/// <summary>Computes targets. Arguments stay parsed until a function wants them, for some want them over another range.</summary>
public sealed class Evaluator(ISeriesSource source, CancellationToken cancellationToken)
{
    private const long MaxValues = 20_000_000;

    private long _values;

    /// <summary>The series of a target.</summary>
    /// <exception cref="GraphiteException">It cannot be computed.</exception>
    public IReadOnlyList<Series> Evaluate(Target target, RenderContext context)
    {
        cancellationToken.ThrowIfCancellationRequested();
        switch (target)
        {
            case PathTarget path:
                return Counted(source.Fetch(path.Pattern, context.From, context.Until));
            case CallTarget call when FunctionTable.Find(call.Function) is { } function:
                try
                {
                    return Counted(function(new FunctionCall(this, call, context)));
                }
                catch (GraphiteException fault) when (fault.Function is null)
                {
                    throw new GraphiteException(fault.Message) { Function = call.Text };
                }

            case CallTarget call:
                throw new GraphiteException($"Received request for unknown function: {call.Function}");
            default:
                throw new GraphiteException("a target must be a path or a function");
        }
    }

    internal IReadOnlyList<string> FindByTags(IReadOnlyList<string> expressions) => source.FindByTags(expressions);

    internal IReadOnlyList<Series> Fetch(string name, RenderContext context) => Counted(source.Fetch(name, context.From, context.Until));

    private IReadOnlyList<Series> Counted(IReadOnlyList<Series> series)
    {
        foreach (var one in series)
        {
            _values += one.Values.Length;
        }

        return _values <= MaxValues ? series : throw new GraphiteException($"the request takes more than {MaxValues} values: ask for fewer series or a shorter time");
    }
}
