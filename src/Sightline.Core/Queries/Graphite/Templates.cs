using System.Globalization;
using System.Text.RegularExpressions;

namespace Sightline.Core.Queries.Graphite;

/// <summary><c>template(hosts.$host.$1, "cpu", host="a")</c>: a target with words put in.</summary>
internal static partial class Templates
{
    /// <param name="template">The call.</param>
    /// <param name="given">Words of the request; they come before those of the call.</param>
    /// <exception cref="GraphiteException">What is put in is neither text nor number.</exception>
    public static Target Fill(CallTarget template, IReadOnlyDictionary<string, string> given)
    {
        if (template.Arguments is not [CallTarget or PathTarget, ..] || (template.Arguments.Count > 1 && template.Named.Count > 0) || template.Arguments.Skip(1).Concat(template.Named.Select(static pair => pair.Value)).Any(static value => value is not LiteralTarget { Value: string or long or double }))
        {
            throw new GraphiteException("invalid template() syntax, only string/numeric arguments are allowed");
        }

        // In graphite-web's order: names are put in one after the other.
        var words = new List<KeyValuePair<string, object>>();
        void Set(string name, object value)
        {
            var at = words.FindIndex(pair => pair.Key == name);
            var pair = new KeyValuePair<string, object>(name, value);
            if (at < 0)
            {
                words.Add(pair);
            }
            else
            {
                words[at] = pair;
            }
        }

        foreach (var (name, value) in template.Named)
        {
            Set(name, ((LiteralTarget)value).Value!);
        }

        for (var i = 1; i < template.Arguments.Count; i++)
        {
            Set(i.ToString(CultureInfo.InvariantCulture), ((LiteralTarget)template.Arguments[i]).Value!);
        }

        foreach (var (name, value) in given)
        {
            Set(name, value);
        }

        return Fill(template.Arguments[0], words);
    }

    private static Target Fill(Target target, List<KeyValuePair<string, object>> words) => target switch
    {
        PathTarget path => Fill(path.Pattern, words),
        CallTarget { Function: not ("seriesByTag" or "template") } call => call with
        {
            Arguments = [.. call.Arguments.Select(argument => Fill(argument, words))],
            Named = [.. call.Named.Select(pair => new KeyValuePair<string, Target>(pair.Key, Fill(pair.Value, words)))],
        },
        _ => target,
    };

    private static Target Fill(string path, List<KeyValuePair<string, object>> words)
    {
        foreach (var (name, value) in words)
        {
            if (path == "$" + name)
            {
                return new LiteralTarget(value is string text && Number().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : value);
            }

            path = path.Replace("$" + name, PyText.Str(value), StringComparison.Ordinal);
        }

        return new PathTarget(path);
    }

    [GeneratedRegex(@"^-?[\d.]+$")]
    private static partial Regex Number();
}
