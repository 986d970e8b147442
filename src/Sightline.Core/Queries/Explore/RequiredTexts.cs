using System.Text;

namespace Sightline.Core.Queries.Explore;

/// <summary>What every text must hold that a regular expression matches, as far as it is told by looking at it: looked for first, it spares the expression most names.</summary>
/// <param name="Texts">One of these, in small ASCII letters.</param>
/// <param name="IsAll">Holding it is enough.</param>
internal sealed record RequiredTexts(IReadOnlyList<string> Texts, bool IsAll)
{
    /// <param name="regex">In .NET's grammar.</param>
    /// <returns><see langword="null"/>: nothing can be told.</returns>
    public static RequiredTexts? Of(string regex)
    {
        // Options and conditions within could change what letters mean.
        if (regex.Contains("(?", StringComparison.Ordinal) || !Ascii.IsValid(regex))
        {
            return null;
        }

        var (inner, ofCase) = (regex, regex.Any(char.IsAsciiLetterUpper));
        while (inner is ['(', ..] && Close(inner, 0) == inner.Length - 1)
        {
            inner = inner[1..^1];
        }

        var found = new List<RequiredTexts?>();
        var from = 0;
        for (var at = 0; at <= inner.Length; at = at < inner.Length ? Behind(inner, at) : at + 1)
        {
            if (at == inner.Length || inner[at] == '|')
            {
                found.Add(OfOne(inner[from..at]));
                from = at + 1;
            }
        }

        return found.Contains(null) ? null : new RequiredTexts([.. found.SelectMany(static one => one!.Texts)], !ofCase && found.TrueForAll(static one => one!.IsAll));
    }

    private static RequiredTexts? OfOne(string regex)
    {
        var (longest, run, isAll) = ("", new StringBuilder(), true);
        void End(bool without)
        {
            run.Length -= without && run.Length > 0 ? 1 : 0;
            longest = run.Length > longest.Length ? run.ToString() : longest;
            run.Clear();
            isAll = false;
        }

        for (var at = 0; at < regex.Length; at = Behind(regex, at))
        {
            switch (regex[at])
            {
                case '\\' when at + 1 < regex.Length && !char.IsAsciiLetterOrDigit(regex[at + 1]):
                    run.Append(regex[at + 1]);
                    break;
                // Of those that take nothing behind them.
                case '\\' when at + 1 < regex.Length && "dDwWsSbB".Contains(regex[at + 1], StringComparison.Ordinal):
                    End(without: false);
                    break;
                case '\\':
                    return null;
                case '*' or '?' or '{':
                    End(without: true);
                    break;
                case '+' or '.' or '^' or '$' or '(' or '[':
                    End(without: false);
                    break;
                default:
                    run.Append(char.ToLowerInvariant(regex[at]));
                    break;
            }
        }

        var all = isAll;
        End(without: false);
        return longest.Length > 0 ? new RequiredTexts([longest], all) : null;
    }

    /// <summary>Where the next part begins: behind a sign, an escape, a group, a class or a count.</summary>
    private static int Behind(string regex, int at) => regex[at] switch
    {
        '\\' => Math.Min(at + 2, regex.Length),
        '(' => Close(regex, at) + 1,
        '[' => CloseClass(regex, at) + 1,
        '{' => (regex.IndexOf('}', at) is >= 0 and var end ? end : regex.Length - 1) + 1,
        _ => at + 1,
    };

    private static int Close(string regex, int open)
    {
        var depth = 0;
        for (var at = open; at < regex.Length; at++)
        {
            switch (regex[at])
            {
                case '\\':
                    at++;
                    break;
                case '[':
                    at = CloseClass(regex, at);
                    break;
                case '(':
                    depth++;
                    break;
                case ')' when --depth == 0:
                    return at;
            }
        }

        return regex.Length - 1;
    }

    // A bracket right behind the opening one, or behind its ^, is a sign as others.
    private static int CloseClass(string regex, int open)
    {
        var at = open + 1;
        at += at < regex.Length && regex[at] == '^' ? 1 : 0;
        at += at < regex.Length && regex[at] == ']' ? 1 : 0;
        for (; at < regex.Length && regex[at] != ']'; at++)
        {
            at += regex[at] == '\\' ? 1 : 0;
        }

        return Math.Min(at, regex.Length - 1);
    }
}
