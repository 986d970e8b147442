namespace Sightline.Core.Queries;

/// <summary>The query cannot be understood or asks for something that does not exist.</summary>
/// <param name="message">For the caller, one sentence.</param>
/// <param name="at">The place in the query, as <c>filters[1][2]</c>; empty: the query as a whole.</param>
public sealed class InvalidQueryException(string message, string at) : Exception(message)
{
    public string At { get; } = at;
}
