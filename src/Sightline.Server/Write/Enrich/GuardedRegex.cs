using System.Text.RegularExpressions;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// A regular expression of a data file, tried only on text that holds one of the literals it cannot match without, made when first
/// needed, and stopped when hostile text makes it slow. (The engine without backtracking was measured on these expressions: 440 MB.)
/// </summary>
internal sealed class GuardedRegex(string pattern, bool ignoreCase, string[] needs)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    private Regex? _regex;

    /// <param name="text">What to search.</param>
    /// <param name="lower">The same in lower case.</param>
    /// <param name="timeouts">Counts searches given up; they count as no match.</param>
    public Match? Find(string text, string lower, ref int timeouts)
    {
        if (needs.Length > 0 && !HasNeed(lower))
        {
            return null;
        }

        _regex ??= new Regex(pattern, RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), Limit);
        try
        {
            return _regex.Match(text) is { Success: true } match ? match : null;
        }
        catch (RegexMatchTimeoutException)
        {
            timeouts++;
            return null;
        }
    }

    private bool HasNeed(string lower)
    {
        foreach (var need in needs)
        {
            if (lower.Contains(need, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
