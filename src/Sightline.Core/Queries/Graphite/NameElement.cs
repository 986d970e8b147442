namespace Sightline.Core.Queries.Graphite;

/// <summary>
/// One element of a dotted pattern: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a]</c> and <c>{one,two}</c>; <c>**</c> alone stands for any number of elements.
/// </summary>
public sealed class NameElement
{
    private readonly IReadOnlyList<string> _alternatives;

    internal NameElement(string text, IReadOnlyList<string> alternatives)
    {
        _alternatives = alternatives;
        IsAnyDepth = text == "**";
        IsAny = alternatives is ["*"];
        Choices = alternatives.All(static one => one.AsSpan().IndexOfAny("*?[") < 0) ? [.. alternatives.Distinct(StringComparer.Ordinal)] : null;
        Exact = Choices is [var only] ? only : null;
    }

    public bool IsAnyDepth { get; }

    /// <summary>It matches every name.</summary>
    public bool IsAny { get; }

    /// <summary>The only names it matches, each once; <see langword="null"/>: there may be others.</summary>
    public IReadOnlyList<string>? Choices { get; }

    /// <summary>The only name it matches; <see langword="null"/>: there may be several.</summary>
    public string? Exact { get; }

    public bool Matches(string name)
    {
        foreach (var alternative in _alternatives)
        {
            if (Matches(alternative, name))
            {
                return true;
            }
        }

        return false;
    }

    // The usual greedy match that goes back to the last star only: linear but for a factor of the pattern's length.
    private static bool Matches(string pattern, string name)
    {
        int p = 0, n = 0, star = -1, starAt = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                starAt = n;
            }
            else if (p < pattern.Length && One(pattern, p, name[n]) is > 0 and var length)
            {
                p += length;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++starAt;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }

    /// <summary>Signs of the pattern that match this sign of the name; 0: it does not match.</summary>
    private static int One(string pattern, int at, char c)
    {
        switch (pattern[at])
        {
            case '?':
                return 1;
            case '[' when pattern.IndexOf(']', Math.Min(at + 2, pattern.Length)) is > 0 and var end:
                var set = pattern.AsSpan(at + 1, end - at - 1);
                var not = set[0] == '!';
                return Contains(not ? set[1..] : set, c) != not ? end - at + 1 : 0;
            default:
                return pattern[at] == c ? 1 : 0;
        }
    }

    private static bool Contains(ReadOnlySpan<char> set, char c)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (c >= set[i] && c <= set[i + 2])
                {
                    return true;
                }

                i += 2;
            }
            else if (set[i] == c)
            {
                return true;
            }
        }

        return false;
    }
}
