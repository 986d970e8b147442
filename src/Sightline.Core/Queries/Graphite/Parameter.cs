namespace Sightline.Core.Queries.Graphite;

/// <summary>What an argument may be.</summary>
public enum ParameterKind
{
    /// <summary>One or several series.</summary>
    SeriesList,

    /// <summary>Several lists of series.</summary>
    SeriesLists,

    /// <summary>Whatever is given.</summary>
    Any,

    /// <summary>A function that makes one value of several.</summary>
    AggFunc,

    /// <summary>The same, or a function that makes one series of several.</summary>
    AggOrSeriesFunc,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A time.</summary>
    Date,

    /// <summary>A number.</summary>
    Float,

    /// <summary>A whole number, or infinity.</summary>
    IntOrInf,

    /// <summary>A whole number, or a length of time.</summary>
    IntOrInterval,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A length of time.</summary>
    Interval,

    /// <summary>The place of a name's element.</summary>
    Node,

    /// <summary>The place of a name's element, or a tag.</summary>
    NodeOrTag,

    /// <summary>Any text.</summary>
    String,

    /// <summary>A tag.</summary>
    Tag,
}

/// <summary>A parameter of a function.</summary>
/// <param name="Name">By which it can be given.</param>
/// <param name="Kind">What it may be.</param>
public sealed record Parameter(string Name, ParameterKind Kind)
{
    /// <summary>There must be an argument.</summary>
    public bool Required { get; init; }

    /// <summary>All further arguments are its own.</summary>
    public bool Multiple { get; init; }

    /// <summary>What it is when there is no argument: a truth value, <see langword="long"/>, <see langword="double"/> or text.</summary>
    public object? Default { get; init; }

    /// <summary>All it may be; empty: anything of its kind.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>What an editor offers.</summary>
    public IReadOnlyList<object> Suggestions { get; init; } = [];

    /// <summary>The kind as graphite-web names it.</summary>
    public string KindName => char.ToLowerInvariant(Kind.ToString()[0]) + Kind.ToString()[1..];
}
