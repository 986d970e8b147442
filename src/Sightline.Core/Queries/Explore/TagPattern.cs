using System.Text.RegularExpressions;

namespace Sightline.Core.Queries.Explore;

/// <summary>
/// One condition of a question: <c>tag=value</c>, <c>tag=</c> (it exists), <c>=value</c> (of any tag), <c>tag:regex</c>, <c>tag:</c> (a regex of names of tags),
/// <c>:regex</c> (of any value), or a word, a regex looked for in the metric's name. <c>!</c> before it turns it round.
/// </summary>
public sealed class TagPattern
{
    private readonly Func<string, bool> _tag;
    private readonly Func<string, bool>? _value;

    private TagPattern(string text, bool negated, Func<string, bool> tag, Func<string, bool>? value) => (Text, IsNegated, _tag, _value) = (text, negated, tag, value);

    public string Text { get; }

    /// <summary>The tag it is about; <see langword="null"/>: the name, or any tag.</summary>
    public string? Tag { get; private init; }

    /// <summary>The only value that passes; <see langword="null"/>: there may be several.</summary>
    public string? Value { get; private init; }

    public bool IsNegated { get; }

    /// <summary>Looked for in the metric's name; <see langword="null"/>: it is about tags.</summary>
    public Regex? Word { get; private init; }

    /// <summary>Any value passes.</summary>
    public bool IsAnyValue => _value is null;

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
            return new TagPattern(text, negated, static _ => false, null) { Word = Regex(body, text) };
        }

        var (tag, value) = (body[..at], body[(at + 1)..]);
        if (body[at] == ':')
        {
            if (tag.Length > 0 && value.Length == 0)
            {
                return new TagPattern(text, negated, Regex(tag, text).IsMatch, null);
            }

            var regex = Regex(value, text);
            return tag.Length == 0 ? new TagPattern(text, negated, static _ => true, regex.IsMatch) : new TagPattern(text, negated, name => name == tag, regex.IsMatch) { Tag = tag };
        }

        if (tag.Length == 0)
        {
            return new TagPattern(text, negated, static _ => true, found => found == value) { Value = value };
        }

        if (value.Length == 0)
        {
            return new TagPattern(text, negated, name => name == tag, null) { Tag = tag };
        }

        if (tag == "unit" && !negated)
        {
            var unit = MetricUnit.Parse(value);
            return new TagPattern(text, negated, name => name == tag, found => found == value || MetricUnit.Parse(found).To(unit) is not null) { Tag = tag, Unit = unit };
        }

        return new TagPattern(text, negated, name => name == tag, found => found == value) { Tag = tag, Value = value };
    }

    /// <summary>A metric passes.</summary>
    public bool Matches(string name, IReadOnlyDictionary<string, string> tags) =>
        (Word is { } word ? word.IsMatch(name) : tags.Any(pair => PassesTag(pair.Key) && PassesValue(pair.Value))) != IsNegated;

    /// <summary>It is about tags of that name.</summary>
    public bool PassesTag(string tag) => _tag(tag);

    /// <summary>It asks for such a value, of tags it is about.</summary>
    public bool PassesValue(string value) => _value is null || _value(value);

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
