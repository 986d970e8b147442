using System.Text.RegularExpressions;

namespace Sightline.Server.Features.Explorer;

/// <summary>Changes the text of questions.</summary>
internal static partial class ExplorerQuestion
{
    /// <summary>Over another range; times as Graphite writes them.</summary>
    public static string Over(string question, string from, string? to) => With(With(question, FromClause(), $"from {from}"), ToClause(), to is null ? "" : $"to {to}");

    /// <summary>With further patterns, before the events.</summary>
    public static string And(string question, IEnumerable<string> patterns)
    {
        var (head, events) = Split(question);
        var known = head.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Join([head, .. patterns.Where(pattern => !known.Contains(pattern, StringComparer.Ordinal) && !pattern.Contains(' ', StringComparison.Ordinal))], events);
    }

    private static string With(string question, Regex clause, string words)
    {
        var (head, events) = Split(question);
        return Join([clause.Replace(head, " ").Trim(), words], events);
    }

    private static (string Head, string Events) Split(string question)
    {
        var bars = question.IndexOf("||", StringComparison.Ordinal);
        return bars < 0 ? (question.Trim(), "") : (question[..bars].Trim(), question[bars..].Trim());
    }

    private static string Join(IEnumerable<string> parts, string events) => string.Join(' ', parts.Append(events).Where(static part => part.Length > 0));

    [GeneratedRegex(@"(?<!\S)from\s+\S+")]
    private static partial Regex FromClause();

    [GeneratedRegex(@"(?<!\S)to\s+\S+")]
    private static partial Regex ToClause();
}
