namespace Sightline.Core.Queries.Explore;

/// <summary>
/// The shape of names a rule is for, as a row of parts. It is matched as a regular expression of the same meaning would be (each part takes as much as it can), without one: a million names are
/// read by some thirty shapes when the Explorer is first asked.
/// </summary>
internal sealed class RuleShape
{
    private readonly IReadOnlyList<Part> _parts;
    private readonly string _begins;
    private readonly string _contains;

    private RuleShape(IReadOnlyList<Part> parts)
    {
        _parts = parts;
        var literals = parts.Where(static part => part.Kind == PartKind.Text).Select(static part => part.Text).ToList();
        _begins = parts is [{ Kind: PartKind.Text } first, ..] ? first.Text : "";
        _contains = literals.Count > 0 ? literals.MaxBy(static text => text.Length)! : "";
    }

    private enum PartKind
    {
        Text,
        Element,
        Elements,
        AnyElement,
        Words,
        Optional,
    }

    /// <exception cref="ExploreException">It is none.</exception>
    public static RuleShape Parse(string shape, string rule)
    {
        var parts = new List<Part>();
        var at = 0;
        while (at < shape.Length)
        {
            switch (shape[at])
            {
                case '{':
                    var close = shape.IndexOf('}', at);
                    parts.Add(close > at + 1 ? Tag(shape[(at + 1)..close], rule) : throw Bad(rule, "a brace is not closed, or empty"));
                    at = close + 1;
                    break;
                case '[':
                    var end = shape.IndexOf(']', at);
                    parts.Add(end > at + 1 ? new Part(PartKind.Optional, shape[(at + 1)..end]) : throw Bad(rule, "a bracket is not closed, or empty"));
                    at = end + 1;
                    break;
                case '*':
                    parts.Add(new Part(PartKind.AnyElement));
                    at++;
                    break;
                case '}' or ']':
                    throw Bad(rule, $"'{shape[at]}' closes nothing");
                default:
                    var text = shape.AsSpan(at).IndexOfAny("{}[]*") is >= 0 and var length ? shape.Substring(at, length) : shape[at..];
                    parts.Add(new Part(PartKind.Text, text));
                    at += text.Length;
                    break;
            }
        }

        return new RuleShape(parts);
    }

    /// <summary>Hands over the tags of a name; <see langword="false"/>: it has another shape.</summary>
    public bool TryTake(ReadOnlyMemory<char> name, ITagTaker tags)
    {
        var text = name.Span;
        // What most names are refused by.
        if (!text.StartsWith(_begins, StringComparison.Ordinal) || !text.Contains(_contains, StringComparison.Ordinal))
        {
            return false;
        }

        var stop = (_parts.Count + 1) * (text.Length + 1);
        Span<(int From, int To)> taken = _parts.Count <= 32 ? stackalloc (int, int)[_parts.Count] : new (int, int)[_parts.Count];
        Span<bool> failed = stop <= 4096 ? stackalloc bool[stop] : new bool[stop];
        if (!Match(text, 0, 0, taken, failed))
        {
            return false;
        }

        for (var i = 0; i < _parts.Count; i++)
        {
            if (_parts[i].Tag is { } tag && taken[i].To > taken[i].From)
            {
                tags.Take(tag.AsMemory(), name[taken[i].From..taken[i].To]);
            }
        }

        return true;
    }

    // Where it has failed once it fails again: so hostile shapes take no longer than their length times the name's squared.
    private bool Match(ReadOnlySpan<char> name, int part, int at, Span<(int From, int To)> taken, Span<bool> failed)
    {
        if (part == _parts.Count)
        {
            return at == name.Length;
        }

        ref var seen = ref failed[(part * (name.Length + 1)) + at];
        if (seen)
        {
            return false;
        }

        seen = true;
        var (kind, text, _, words) = _parts[part];
        var rest = name[at..];
        switch (kind)
        {
            case PartKind.Text:
                return rest.StartsWith(text, StringComparison.Ordinal) && Match(name, part + 1, at + text.Length, taken, failed);
            case PartKind.Optional:
                return (rest.StartsWith(text, StringComparison.Ordinal) && Match(name, part + 1, at + text.Length, taken, failed)) || Match(name, part + 1, at, taken, failed);
            case PartKind.Words:
                foreach (var word in words!)
                {
                    taken[part] = (at, at + word.Length);
                    if (rest.StartsWith(word, StringComparison.Ordinal) && Match(name, part + 1, at + word.Length, taken, failed))
                    {
                        return true;
                    }
                }

                return false;
            default:
                var most = kind == PartKind.Elements ? rest.Length : rest.IndexOf('.') is >= 0 and var dot ? dot : rest.Length;
                for (var length = most; length >= (kind == PartKind.AnyElement ? 0 : 1); length--)
                {
                    taken[part] = (at, at + length);
                    if (Match(name, part + 1, at + length, taken, failed))
                    {
                        return true;
                    }
                }

                return false;
        }
    }

    private static Part Tag(string inner, string rule)
    {
        var deep = inner.EndsWith("**", StringComparison.Ordinal);
        inner = deep ? inner[..^2] : inner;
        var colon = inner.IndexOf(':', StringComparison.Ordinal);
        var tag = colon < 0 ? inner : inner[..colon];
        if (tag.Length == 0 || !char.IsAsciiLetter(tag[0]) || !tag.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw Bad(rule, $"'{tag}' cannot be a tag's name: letters, digits and _, a letter first");
        }

        return deep ? new Part(PartKind.Elements, Tag: tag) : colon < 0 ? new Part(PartKind.Element, Tag: tag) : new Part(PartKind.Words, Tag: tag, Words: inner[(colon + 1)..].Split('|'));
    }

    private static ExploreException Bad(string rule, string why) => new($"the rule '{rule}' cannot be read: {why}");

    private sealed record Part(PartKind Kind, string Text = "", string? Tag = null, string[]? Words = null);
}
