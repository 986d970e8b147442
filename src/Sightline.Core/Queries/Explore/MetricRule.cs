using System.Text;
using System.Text.RegularExpressions;

namespace Sightline.Core.Queries.Explore;

/// <summary>
/// Turns one shape of dotted names into tags: <c>servers.{server}.cpu.{core}.{state} unit=Jiff/s target_type=gauge_pct</c>. In the shape, <c>{tag}</c> stands
/// for a name's element or a part of one, <c>{tag**}</c> for one or more elements, <c>{tag:a|b}</c> for one of some words, <c>*</c> for any element without
/// a tag, and <c>[text]</c> for what may be missing. Behind it are tags that all such metrics have.
/// </summary>
public sealed class MetricRule
{
    private readonly Regex _shape;
    private readonly string[] _named;
    private readonly string _begins;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _given;

    private MetricRule(string text, Regex shape, string begins, IReadOnlyList<KeyValuePair<string, string>> given)
    {
        (Text, _shape, _begins, _given) = (text, shape, begins, given);
        _named = [.. shape.GetGroupNames().Where(static name => !char.IsAsciiDigit(name[0]))];
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <exception cref="ExploreException">It is no rule.</exception>
    public static MetricRule Parse(string text)
    {
        var words = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            throw new ExploreException("a rule is empty");
        }

        var given = new List<KeyValuePair<string, string>>();
        foreach (var word in words.Skip(1))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            given.Add(equals > 0 && equals < word.Length - 1
                ? new(word[..equals], word[(equals + 1)..])
                : throw new ExploreException($"in the rule '{text}', '{word}' is not tag=value"));
        }

        return new MetricRule(text, Shape(words[0], text), Literal(words[0]), given);
    }

    /// <summary>Adds the tags of a name; <see langword="false"/>: it has another shape.</summary>
    public bool TryAdd(string name, IDictionary<string, string> tags)
    {
        if (!name.StartsWith(_begins, StringComparison.Ordinal))
        {
            return false;
        }

        var match = _shape.Match(name);
        if (!match.Success)
        {
            return false;
        }

        foreach (var tag in _named)
        {
            if (match.Groups[tag] is { Success: true, Length: > 0 } group)
            {
                tags[tag] = group.Value;
            }
        }

        foreach (var (tag, value) in _given)
        {
            tags[tag] = value;
        }

        return true;
    }

    private static Regex Shape(string shape, string whole)
    {
        var regex = new StringBuilder("^");
        var at = 0;
        while (at < shape.Length)
        {
            switch (shape[at])
            {
                case '{':
                    var close = shape.IndexOf('}', at);
                    regex.Append(close > at + 1 ? Tag(shape[(at + 1)..close], whole) : throw Bad(whole, "a brace is not closed, or empty"));
                    at = close + 1;
                    break;
                case '[':
                    var end = shape.IndexOf(']', at);
                    regex.Append(end > at + 1 ? $"(?:{Regex.Escape(shape[(at + 1)..end])})?" : throw Bad(whole, "a bracket is not closed, or empty"));
                    at = end + 1;
                    break;
                case '*':
                    regex.Append("[^.]*");
                    at++;
                    break;
                case '}' or ']':
                    throw Bad(whole, $"'{shape[at]}' closes nothing");
                default:
                    regex.Append(Regex.Escape(shape[at].ToString()));
                    at++;
                    break;
            }
        }

        try
        {
            return new Regex(regex.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException)
        {
            throw Bad(whole, "its shape cannot be read");
        }
    }

    private static string Tag(string inner, string whole)
    {
        var deep = inner.EndsWith("**", StringComparison.Ordinal);
        inner = deep ? inner[..^2] : inner;
        var colon = inner.IndexOf(':', StringComparison.Ordinal);
        var tag = colon < 0 ? inner : inner[..colon];
        if (tag.Length == 0 || !char.IsAsciiLetter(tag[0]) || !tag.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw Bad(whole, $"'{tag}' cannot be a tag's name: letters, digits and _, a letter first");
        }

        var value = deep ? ".+" : colon < 0 ? "[^.]+" : string.Join('|', inner[(colon + 1)..].Split('|').Select(Regex.Escape));
        return $"(?<{tag}>{value})";
    }

    // What every name of this shape begins with, looked at before the rest.
    private static string Literal(string shape)
    {
        var end = shape.AsSpan().IndexOfAny("{[*");
        return end < 0 ? shape : shape[..end];
    }

    private static ExploreException Bad(string rule, string why) => new($"the rule '{rule}' cannot be read: {why}");
}
