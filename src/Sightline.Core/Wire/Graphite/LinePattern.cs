using System.Text.RegularExpressions;

namespace Sightline.Core.Wire.Graphite;

/// <summary>A regular expression of Python's that somebody typed, to be tried on names that anybody sends: in time that grows with the name, wherever it allows that.</summary>
internal static partial class LinePattern
{
    private const int LongestPattern = 1000;

    /// <summary>Of a pattern that looks around or back, on one name; it then does not fit.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    public static Regex? Compile(string pattern, out string? fault)
    {
        fault = null;
        if (pattern.Length > LongestPattern)
        {
            fault = $"the pattern is longer than {LongestPattern} characters";
            return null;
        }

        var text = pattern.Replace("(?P<", "(?<", StringComparison.Ordinal).Replace("\\Z", "\\z", StringComparison.Ordinal);
        text = NamedReference().Replace(text, "\\k<$1>");
        try
        {
            return new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(text, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException e)
        {
            fault = $"the pattern is no regular expression: {e.Message.TrimEnd('.')}";
            return null;
        }
    }

    [GeneratedRegex(@"\(\?P=([A-Za-z_]\w*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex NamedReference();
}
