namespace Sightline.Core.Queries.Graphite;

/// <summary>A target, parsed.</summary>
public abstract record Target
{
    /// <summary>Patterns it names, at any depth; words without quotes are among them.</summary>
    public IEnumerable<string> Paths() => this switch
    {
        PathTarget path => [path.Pattern],
        CallTarget call => call.Arguments.Concat(call.Named.Select(static pair => pair.Value)).SelectMany(static argument => argument.Paths()),
        _ => [],
    };
}

/// <summary>A pattern of names.</summary>
public sealed record PathTarget(string Pattern) : Target;

/// <summary>A function's call.</summary>
public sealed record CallTarget(string Function, IReadOnlyList<Target> Arguments, IReadOnlyList<KeyValuePair<string, Target>> Named) : Target
{
    /// <summary>As it was written, for messages.</summary>
    public required string Text { get; init; }
}

/// <summary>A number, text, truth value or nothing.</summary>
/// <param name="Value"><see cref="long"/>, <see cref="double"/>, <see cref="string"/>, <see cref="bool"/> or <see langword="null"/>.</param>
public sealed record LiteralTarget(object? Value) : Target;
