using System.Text.RegularExpressions;

namespace Sightline.Core.Queries.Graphite;

/// <summary>A condition on a tag as Graphite writes them: <c>name=cpu</c>, <c>dc!=a</c>, <c>host=~web.*</c>, <c>host!=~db</c>. A tag that a series has not is empty.</summary>
public sealed class TagExpression
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly Func<string, bool> _passes;

    private TagExpression(string tag, Func<string, bool> passes) => (Tag, _passes) = (tag, passes);

    public string Tag { get; }

    /// <summary>The only value that passes; <see langword="null"/>: there may be several.</summary>
    public string? Value { get; private init; }

    /// <exception cref="GraphiteException">It is none.</exception>
    public static TagExpression Parse(string expression)
    {
        var at = expression.AsSpan().IndexOfAny('=', '!');
        var rest = at <= 0 ? "" : expression[at..];
        var not = rest.StartsWith('!');
        rest = not ? rest[1..] : rest;
        if (!rest.StartsWith('='))
        {
            throw new GraphiteException($"Invalid tagspec {expression}");
        }

        var tag = expression[..at];
        if (!rest.StartsWith("=~", StringComparison.Ordinal))
        {
            var value = rest[1..];
            return new TagExpression(tag, found => found == value != not) { Value = not ? null : value };
        }

        var regex = Regex(rest[2..], expression);
        return new TagExpression(tag, found => regex.IsMatch(found) != not);
    }

    /// <exception cref="GraphiteException">Its regular expression takes too long.</exception>
    public bool Passes(string value)
    {
        try
        {
            return _passes(value);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new GraphiteException("a regular expression of the tags takes too long");
        }
    }

    // From the beginning of the value, as Python's match is. What looks around or back is matched as ever, with a limit.
    private static Regex Regex(string text, string expression)
    {
        try
        {
            try
            {
                return new Regex($"^(?:{text})", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            }
            catch (NotSupportedException)
            {
                return new Regex($"^(?:{text})", RegexOptions.CultureInvariant, Patience);
            }
        }
        catch (ArgumentException)
        {
            throw new GraphiteException($"Invalid regular expression in {expression}");
        }
    }
}
