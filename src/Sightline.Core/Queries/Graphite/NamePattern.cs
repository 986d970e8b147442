namespace Sightline.Core.Queries.Graphite;

/// <summary>A dotted pattern of series' names, as Graphite writes them.</summary>
public sealed class NamePattern
{
    /// <summary>Braces within braces multiply: a pattern that stands for more is refused.</summary>
    private const int MaxAlternatives = 1000;

    private NamePattern(string text, IReadOnlyList<NameElement> elements) => (Text, Elements) = (text, elements);

    public string Text { get; }

    public IReadOnlyList<NameElement> Elements { get; }

    /// <exception cref="GraphiteException">Its braces stand for too many names.</exception>
    public static NamePattern Parse(string text) =>
        new(text, [.. Split(text).Select(element => new NameElement(element, Expand(element)))]);

    // At dots outside braces.
    private static IEnumerable<string> Split(string text)
    {
        int from = 0, depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '{' => 1, '}' when depth > 0 => -1, _ => 0 };
            if (text[i] == '.' && depth == 0)
            {
                yield return text[from..i];
                from = i + 1;
            }
        }

        yield return text[from..];
    }

    private static List<string> Expand(string element)
    {
        var waiting = new Stack<string>([element]);
        var done = new List<string>();
        while (waiting.TryPop(out var pattern))
        {
            if (done.Count + waiting.Count > MaxAlternatives)
            {
                throw new GraphiteException($"the pattern '{element}' stands for more than {MaxAlternatives} names");
            }

            // The innermost braces first: the last opening one before the first closing one.
            var close = pattern.IndexOf('}', StringComparison.Ordinal);
            var open = close < 0 ? -1 : pattern.LastIndexOf('{', close);
            if (open < 0)
            {
                done.Add(pattern);
                continue;
            }

            foreach (var choice in pattern[(open + 1)..close].Split(',').Reverse())
            {
                waiting.Push(pattern[..open] + choice + pattern[(close + 1)..]);
            }
        }

        return done;
    }
}
