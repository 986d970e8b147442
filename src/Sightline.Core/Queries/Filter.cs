namespace Sightline.Core.Queries;

/// <summary>A condition on events, as a tree.</summary>
public abstract record Filter;

/// <summary>All of <paramref name="Parts"/> hold; none: always true.</summary>
public sealed record AndFilter(IReadOnlyList<Filter> Parts) : Filter;

/// <summary>At least one of <paramref name="Parts"/> holds.</summary>
public sealed record OrFilter(IReadOnlyList<Filter> Parts) : Filter;

public sealed record NotFilter(Filter Part) : Filter;

/// <summary>A saved filter of the project, to be put in its place before planning.</summary>
/// <param name="Id">The segment's id.</param>
/// <param name="At">Place in the query, for the error when it does not exist.</param>
public sealed record SegmentFilter(long Id, string At) : Filter;

/// <summary>The visitor did, somewhere in the range, an event that <paramref name="What"/> holds for.</summary>
public sealed record HasDoneFilter(Filter What) : Filter;

/// <summary>Compares one dimension; negative operators are written as <see cref="NotFilter"/> around their positive one.</summary>
/// <param name="Dimension">Never a time dimension.</param>
/// <param name="Operator">How.</param>
/// <param name="Values">One must fit; empty text stands for "has none". Empty for <see cref="FilterOperator.IsSet"/>.</param>
/// <param name="At">Place of the values in the query, for errors that only the engine can find.</param>
public sealed record LeafFilter(Dimension Dimension, FilterOperator Operator, IReadOnlyList<string> Values, string At) : Filter;

/// <summary>The positive operators.</summary>
public enum FilterOperator
{
    Is,
    Contains,
    StartsWith,
    EndsWith,
    /// <summary>RE2, found anywhere in the text.</summary>
    Matches,
    /// <summary>As numbers; a text that is none never fits. So for the other three.</summary>
    Gt,
    Gte,
    Lt,
    Lte,
    IsSet,
}
