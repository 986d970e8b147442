using System.Text.RegularExpressions;

namespace Sightline.Core.Queries.Explore;

/// <summary>
/// One condition of a question: <c>tag=value</c>, <c>tag=</c> (it exists), <c>=value</c> (of any tag), <c>tag:regex</c>, <c>tag:</c> (a regex of names of tags),
/// <c>:regex</c> (of any value), or a word, a regex looked for in the metric's name. <c>!</c> before it turns it round.
/// </summary>
public sealed class TagPattern
{
    private readonly Func<string, IReadOnlyDictionary<string, string>, bool> _matches;

    private TagPattern(string text, string? tag, bool negated, Func<string, IReadOnlyDictionary<string, string>, bool> matches) =>
        (Text, Tag, IsNegated, _matches) = (text, tag, negated, matches);

    public string Text { get; }

    /// <summary>The tag it is about; <see langword="null"/>: the name, or any tag.</summary>
    public string? Tag { get; }

    public bool IsNegated { get; }

    /// <summary>Looks at the name only, so that it can be asked before tags are made.</summary>
    public bool IsWord { get; private init; }

    /// <summary>The unit asked for; units that can be converted to it match too.</summary>
    public MetricUnit? Unit { get; private init; }

    /// <exception cref="ExploreException">It is none.</exception>
    public static TagPattern Parse(string text)
    {
        var negated = text.StartsWith('!');
        var body = negated ? text[1..] : text;
        var at = body.AsSpan().IndexOfAny('=', ':');
        if (body.Length == 0 || body is "=" or ":")
        {
            throw new ExploreException($"'{text}' looks for nothing");
        }

        if (at < 0)
        {
            var word = Regex(body, text);
            return new TagPattern(text, null, negated, (name, _) => word.IsMatch(name)) { IsWord = true };
        }

        var (tag, value) = (body[..at], body[(at + 1)..]);
        if (body[at] == ':')
        {
            if (tag.Length == 0)
            {
                var any = Regex(value, text);
                return new TagPattern(text, null, negated, (_, tags) => tags.Values.Any(any.IsMatch));
            }

            if (value.Length == 0)
            {
                var names = Regex(tag, text);
                return new TagPattern(text, null, negated, (_, tags) => tags.Keys.Any(names.IsMatch));
            }

            var regex = Regex(value, text);
            return new TagPattern(text, tag, negated, (_, tags) => tags.TryGetValue(tag, out var found) && regex.IsMatch(found));
        }

        if (tag.Length == 0)
        {
            return new TagPattern(text, null, negated, (_, tags) => tags.Values.Contains(value, StringComparer.Ordinal));
        }

        if (value.Length == 0)
        {
            return new TagPattern(text, tag, negated, (_, tags) => tags.ContainsKey(tag));
        }

        if (tag == "unit" && !negated)
        {
            var unit = MetricUnit.Parse(value);
            return new TagPattern(text, tag, negated, (_, tags) => tags.TryGetValue(tag, out var found) && (found == value || MetricUnit.Parse(found).To(unit) is not null)) { Unit = unit };
        }

        return new TagPattern(text, tag, negated, (_, tags) => tags.TryGetValue(tag, out var found) && found == value);
    }

    public bool Matches(string name, IReadOnlyDictionary<string, string> tags) => _matches(name, tags) != IsNegated;

    // Capital letters are meant; without any, their size does not matter. Never backtracks, so hostile ones cost no more than others.
    private static Regex Regex(string regex, string whole)
    {
        try
        {
            var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
            return new Regex(regex, regex.Any(char.IsUpper) ? options : options | RegexOptions.IgnoreCase);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new ExploreException($"'{whole}' has a regular expression that cannot be read: {regex}");
        }
    }
}
