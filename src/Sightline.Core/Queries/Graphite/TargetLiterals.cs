using System.Globalization;

namespace Sightline.Core.Queries.Graphite;

/// <summary>What stands for itself among a call's arguments: quoted texts, numbers, <c>true</c>, <c>false</c>, <c>none</c> and <c>inf</c>.</summary>
internal static class TargetLiterals
{
    /// <param name="text">The target.</param>
    /// <param name="at">Inside it; behind the literal afterwards, when there is one.</param>
    /// <returns><see langword="null"/>: something else stands there, or a quotation that does not end.</returns>
    public static LiteralTarget? At(string text, ref int at)
    {
        if (text[at] is '"' or '\'')
        {
            var end = text.IndexOf(text[at], at + 1);
            if (end < 0)
            {
                return null;
            }

            var quoted = new LiteralTarget(text[(at + 1)..end]);
            at = end + 1;
            return quoted;
        }

        // A word is a literal only when nothing of a name follows.
        var to = at;
        while (to < text.Length && (char.IsAsciiLetterOrDigit(text[to]) || text[to] is '.' or '-' or '+' or '_'))
        {
            to++;
        }

        if ((to < text.Length && text[to] is not (',' or ')' or ' ' or '|' or '\t' or '\n')) || !TryWord(text[at..to], out var value))
        {
            return null;
        }

        at = to;
        return new LiteralTarget(value);
    }

    private static bool TryWord(string word, out object? value)
    {
        switch (word.ToLowerInvariant())
        {
            case "true" or "false":
                value = word[0] is 't' or 'T';
                return true;
            case "none":
                value = null;
                return true;
            case "inf":
                value = double.PositiveInfinity;
                return true;
        }

        value = null;
        if (word.Length == 0 || char.IsAsciiLetter(word[0]))
        {
            return false;
        }

        if (word[0] != '+' && long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            value = whole;
        }
        else if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            value = number;
        }

        return value is not null;
    }
}
