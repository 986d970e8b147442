using System.Collections;
using System.Text.RegularExpressions;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// A regular expression of a data file, tried only on text that holds one of the literals it cannot match without, made when first
/// needed, and stopped when hostile text makes it slow. (The engine without backtracking was measured on these expressions: 440 MB.)
/// </summary>
internal sealed class GuardedRegex
{
    // Far above what any of them takes, since it is wall time: a busy machine must not change what a User-Agent means.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly string _pattern;
    private readonly RegexOptions _options;
    private readonly int[] _needs;
    private Regex? _regex;

    /// <param name="pattern">The expression.</param>
    /// <param name="ignoreCase">Upper and lower case are the same.</param>
    /// <param name="needs">One of these, in lower case, is in every text that matches; empty: nothing is known.</param>
    /// <param name="index">Knows all of <paramref name="needs"/>.</param>
    public GuardedRegex(string pattern, bool ignoreCase, string[] needs, LiteralIndex index)
    {
        _pattern = pattern;
        _options = RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        var ids = Array.ConvertAll(needs, index.IdOf);
        // One literal that the index left out could hide a match: then the expression is always tried.
        _needs = Array.Exists(ids, id => id < 0) ? [] : ids;
    }

    /// <param name="text">What to search.</param>
    /// <param name="found">What <see cref="LiteralIndex.Find"/> found in its lower case.</param>
    /// <param name="timeouts">Counts searches given up; they count as no match.</param>
    public Match? Find(string text, BitArray found, ref int timeouts)
    {
        if (_needs.Length > 0 && !HasNeed(found))
        {
            return null;
        }

        _regex ??= new Regex(_pattern, _options, Limit);
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

    private bool HasNeed(BitArray found)
    {
        foreach (var need in _needs)
        {
            if (found[need])
            {
                return true;
            }
        }

        return false;
    }
}
