using System.Text.RegularExpressions;

namespace Sightline.Core.Wire.Graphite;

/// <summary>A section of carbon's configuration that holds for names its pattern is found in.</summary>
internal sealed class NameRule
{
    private const int LongestPattern = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lazy<Regex> _regex;

    private NameRule(string section, string pattern, Regex checkedOne) => (Section, _regex) = (section, new Lazy<Regex>(() => Compile(pattern, checkedOne)));

    public string Section { get; }

    /// <returns>The rule, or <see langword="null"/> and what is wrong with the pattern.</returns>
    public static NameRule? Of(ConfigSection section, out string? fault)
    {
        fault = null;
        // An empty pattern is none, as it is to carbon.
        if (section["pattern"].Value is not { Length: > 0 } pattern)
        {
            fault = $"[{section.Name}] has no pattern";
            return null;
        }

        if (pattern.Length > LongestPattern)
        {
            fault = $"the pattern is longer than {LongestPattern} characters";
            return null;
        }

        pattern = FromPython(pattern);
        try
        {
            return new NameRule(section.Name, pattern, new Regex(pattern, RegexOptions.CultureInvariant, Patience));
        }
        catch (ArgumentException e)
        {
            fault = $"the pattern is no regular expression: {e.Message.TrimEnd('.')}";
            return null;
        }
    }

    /// <summary>Whether the pattern is found anywhere in a name; <see langword="null"/>: it goes astray on it.</summary>
    public bool? Fits(string name)
    {
        try
        {
            return _regex.Value.IsMatch(name);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>In time that grows with the name only, which few patterns do not allow. Making it takes some milliseconds.</summary>
    private static Regex Compile(string pattern, Regex checkedOne)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            // It looks around or back.
            return checkedOne;
        }
    }

    /// <summary>Named groups and the end of the text are written otherwise in Python.</summary>
    private static string FromPython(string pattern) => pattern
        .Replace("(?P<", "(?<", StringComparison.Ordinal)
        .Replace("\\Z", "\\z", StringComparison.Ordinal);
}
