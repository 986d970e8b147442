using System.Globalization;

namespace Sightline.Core.Queries.Explore;

/// <summary>
/// Reads Graph Explorer's query language: an optional <c>graph</c>, <c>lines</c>, <c>stack</c> or <c>list</c>, then in any order patterns and the clauses
/// <c>group by</c>, <c>sum by</c>, <c>avg by</c>, <c>avg over</c>, <c>min</c>, <c>max</c>, <c>from</c>, <c>to</c> and <c>limit</c>; last, behind <c>||</c>, the events to show.
/// </summary>
public static class ExploreQueryParser
{
    private const int MaxLength = 4096;
    private const int MaxPatterns = 64;
    private const int MaxLimit = 5000;

    private static readonly TagSpec[] Firm = [new("target_type", [], IsRequired: true), new("unit", [], IsRequired: true)];
    private static readonly TagSpec Soft = new("server", []);
    private static readonly (string Name, long Seconds)[] Spans = [("mo", 2_592_000), ("s", 1), ("M", 60), ("h", 3600), ("d", 86_400), ("w", 604_800)];

    /// <exception cref="ExploreException">It cannot be read.</exception>
    public static ExploreQuery Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new ExploreException($"the question is longer than {MaxLength} characters");
        }

        var bars = text.IndexOf("||", StringComparison.Ordinal);
        var events = bars < 0 ? "*" : text[(bars + 2)..].Trim();
        var words = new Queue<string>((bars < 0 ? text : text[..bars]).Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        var query = new ExploreQuery { Events = events.Length == 0 ? "*" : events, Statement = Statement(words) };
        var patterns = new List<TagPattern>();
        List<TagSpec> groups = [.. Firm, Soft];
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        while (words.TryDequeue(out var word))
        {
            switch (word)
            {
                case "GROUP" when Follows(words, "BY"):
                    groups = [.. Specs(words, "GROUP BY")];
                    chosen = [.. groups.Select(static spec => spec.Tag)];
                    break;
                case "group" when Follows(words, "by"):
                    var specs = Specs(words, "group by");
                    chosen = [.. specs.Select(static spec => spec.Tag)];
                    groups = [.. Firm.Where(firm => !chosen.Contains(firm.Tag)), .. specs];
                    break;
                case "sum" when Follows(words, "by"):
                    query = query with { SumBy = [.. query.SumBy, .. Specs(words, "sum by")] };
                    break;
                case "avg" when Follows(words, "by"):
                    query = query with { AverageBy = [.. query.AverageBy, .. Specs(words, "avg by")] };
                    break;
                case "avg" when Follows(words, "over"):
                    query = query with { AverageOver = Span(Value(words, "avg over")) };
                    break;
                case "min" when words.Count > 0:
                    query = query with { Min = Number(Value(words, word), word) };
                    break;
                case "max" when words.Count > 0:
                    query = query with { Max = Number(Value(words, word), word) };
                    break;
                case "from" when words.Count > 0:
                    query = query with { From = Value(words, word) };
                    break;
                case "to" when words.Count > 0:
                    query = query with { To = Value(words, word) };
                    break;
                case "limit" when words.Count > 0:
                    query = query with { Limit = Limit(Value(words, word)) };
                    break;
                default:
                    patterns.Add(patterns.Count < MaxPatterns ? TagPattern.Parse(word) : throw new ExploreException($"a question has at most {MaxPatterns} patterns"));
                    break;
            }
        }

        // What is added up is no reason for graphs of its own, unless it was asked for.
        groups.RemoveAll(group => !chosen.Contains(group.Tag) && query.SumBy.Concat(query.AverageBy).Any(spec => spec.Tag == group.Tag));
        patterns.AddRange(groups.Where(static group => group.IsRequired).Select(static group => TagPattern.Parse(group.Tag + "=")));
        return query with { Patterns = patterns, GroupBy = groups };
    }

    private static ExploreStatement Statement(Queue<string> words)
    {
        if (!words.TryPeek(out var first) || first is not ("graph" or "lines" or "stack" or "list"))
        {
            return ExploreStatement.Graph;
        }

        words.Dequeue();
        return first switch { "stack" => ExploreStatement.Stack, "list" => ExploreStatement.List, _ => ExploreStatement.Graph };
    }

    private static bool Follows(Queue<string> words, string word)
    {
        if (!words.TryPeek(out var next) || next != word)
        {
            return false;
        }

        words.Dequeue();
        return true;
    }

    private static string Value(Queue<string> words, string clause) => words.TryDequeue(out var value) ? value : throw new ExploreException($"'{clause}' needs something after it");

    // A comma at the end of a word means that the list goes on behind the space.
    private static IReadOnlyList<TagSpec> Specs(Queue<string> words, string clause)
    {
        var text = Value(words, clause);
        while (text.EndsWith(',') && words.TryDequeue(out var more))
        {
            text += more;
        }

        return TagSpec.ParseList(text);
    }

    private static double Number(string text, string clause) => MetricUnit.Number(text) ?? throw new ExploreException($"'{clause} {text}' needs a number, such as 100, 5k or 1Ti");

    private static long Span(string text)
    {
        foreach (var (name, seconds) in Spans)
        {
            if (text.EndsWith(name, StringComparison.Ordinal) && int.TryParse(text.AsSpan(0, text.Length - name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 10_000)
            {
                return count * seconds;
            }
        }

        throw new ExploreException($"'avg over {text}' needs a length of time, such as 30s, 10M (minutes), 2h, 1d, 1w or 1mo");
    }

    private static int Limit(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= MaxLimit
            ? limit
            : throw new ExploreException($"'limit {text}' needs a whole number from 1 to {MaxLimit}");
}
