namespace Sightline.Core.Queries.Explore;

/// <summary>
/// Turns one shape of dotted names into tags: <c>servers.{server}.cpu.{core}.{state} unit=Jiff/s target_type=gauge_pct</c>. In the shape, <c>{tag}</c> stands
/// for a name's element or a part of one, <c>{tag**}</c> for one or more elements, <c>{tag:a|b}</c> for one of some words, <c>*</c> for any element without
/// a tag, and <c>[text]</c> for what may be missing. Behind it are tags that all such metrics have.
/// </summary>
public sealed class MetricRule
{
    private readonly RuleShape _shape;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _given;

    private MetricRule(string text, RuleShape shape, IReadOnlyList<KeyValuePair<string, string>> given) => (Text, _shape, _given) = (text, shape, given);

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

        return new MetricRule(text, RuleShape.Parse(words[0], text), given);
    }

    /// <summary>Hands over the tags of a name; <see langword="false"/>: it has another shape.</summary>
    internal bool TryTake(ReadOnlyMemory<char> name, ITagTaker tags)
    {
        if (!_shape.TryTake(name, tags))
        {
            return false;
        }

        foreach (var (tag, value) in _given)
        {
            tags.Take(tag.AsMemory(), value.AsMemory());
        }

        return true;
    }
}
