using System.Text;
using System.Text.RegularExpressions;

namespace Sightline.Core.Wire.Graphite;

/// <summary>A line of carbon's <c>rewrite-rules.conf</c>: wherever the pattern is found in a name, the replacement takes its place.</summary>
internal sealed class RewriteRule
{
    private readonly Regex _pattern;
    private readonly List<(string Text, int Group)> _parts;

    private RewriteRule(Regex pattern, List<(string Text, int Group)> parts) => (_pattern, _parts) = (pattern, parts);

    public static RewriteRule? Parse(string pattern, string replacement, out string? fault)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        if (LinePattern.Compile(Numbered(pattern, names), out fault) is not { } regex)
        {
            return null;
        }

        var parts = Parts(replacement, regex, names, out fault);
        return parts is null ? null : new RewriteRule(regex, parts);
    }

    /// <summary>The pattern with its named groups as numbered ones: Python counts both together, .NET the named ones last.</summary>
    private static string Numbered(string pattern, Dictionary<string, int> names)
    {
        var text = new StringBuilder();
        var (count, inClass) = (0, false);
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            text.Append(c);
            if (c == '\\' && i + 1 < pattern.Length)
            {
                text.Append(pattern[++i]);
            }
            else if (c == '[' && !inClass)
            {
                inClass = true;
                // A bracket that comes first is a character of the class.
                while (i + 1 < pattern.Length && (pattern[i + 1] == ']' || (pattern[i + 1] == '^' && pattern[i] == '[')))
                {
                    text.Append(pattern[++i]);
                }
            }
            else if (c == ']')
            {
                inClass = false;
            }
            else if (c == '(' && !inClass)
            {
                var end = pattern.AsSpan(i).StartsWith("(?P<", StringComparison.Ordinal) ? pattern.IndexOf('>', i) : -1;
                if (end > 0)
                {
                    names[pattern[(i + 4)..end]] = ++count;
                    i = end;
                }
                else if (i + 1 >= pattern.Length || pattern[i + 1] != '?')
                {
                    count++;
                }
            }
        }

        return text.ToString();
    }

    public string Apply(string name)
    {
        try
        {
            return _pattern.Replace(name, Replacement);
        }
        catch (RegexMatchTimeoutException)
        {
            return name;
        }
    }

    private string Replacement(Match match)
    {
        var text = new StringBuilder();
        foreach (var (literal, group) in _parts)
        {
            text.Append(literal);
            if (group >= 0)
            {
                text.Append(match.Groups[group].Value);
            }
        }

        return text.ToString();
    }

    /// <summary>Python's template: <c>\1</c>, <c>\g&lt;1&gt;</c>, <c>\g&lt;name&gt;</c>, and escapes of characters; other letters behind a backslash are faults there, too.</summary>
    private static List<(string Text, int Group)>? Parts(string template, Regex regex, Dictionary<string, int> names, out string? fault)
    {
        fault = null;
        var parts = new List<(string, int)>();
        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '\\')
            {
                text.Append(template[i]);
                continue;
            }

            var next = i + 1 < template.Length ? template[++i] : '\0';
            if (next is >= '1' and <= '9')
            {
                // Two digits are one number. Three octal digits would be a character, and no name has those.
                var number = next - '0';
                if (i + 1 < template.Length && char.IsAsciiDigit(template[i + 1]))
                {
                    number = (number * 10) + (template[++i] - '0');
                }

                if (!AddGroup(number.ToString(System.Globalization.CultureInfo.InvariantCulture), out fault))
                {
                    return null;
                }
            }
            else if (next == 'g' && i + 1 < template.Length && template[i + 1] == '<' && template.IndexOf('>', i) is var end and > 0)
            {
                var name = template[(i + 2)..end];
                i = end;
                if (!AddGroup(name, out fault))
                {
                    return null;
                }
            }
            else if (next == '\\')
            {
                text.Append('\\');
            }
            else if (next == '\0' || char.IsAsciiLetterOrDigit(next))
            {
                fault = next == '\0' ? "the replacement ends with a backslash" : $"the replacement has \\{next}, which means nothing in a name";
                return null;
            }
            else
            {
                // Python leaves the backslash before other characters.
                text.Append('\\').Append(next);
            }
        }

        parts.Add((text.ToString(), -1));
        return parts;

        bool AddGroup(string name, out string? wrong)
        {
            var group = names.TryGetValue(name, out var number) ? number : regex.GroupNumberFromName(name);
            wrong = group < 0 ? $"the pattern has no group {name}" : null;
            parts.Add((text.ToString(), group));
            text.Clear();
            return group >= 0;
        }
    }
}
