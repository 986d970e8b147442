namespace Sightline.Core.Wire.Graphite;

/// <summary>
/// Carbon's <c>rewrite-rules.conf</c>: rules of <c>[pre]</c> change names before they are aggregated, those of <c>[post]</c> what is passed on behind it. Lines that carbon would
/// skip are <see cref="Faults"/>.
/// </summary>
public sealed class RewriteRules
{
    private const int MostRules = 200;

    private readonly List<RewriteRule> _pre = [];
    private readonly List<RewriteRule> _post = [];
    private readonly List<ConfigFault> _faults = [];

    private RewriteRules()
    {
    }

    /// <summary>In the order of the lines.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;

    public int Count => _pre.Count + _post.Count;

    public static RewriteRules Parse(string text)
    {
        var rules = new RewriteRules();
        List<RewriteRule>? section = null;
        var number = 0;
        foreach (var whole in text.Split('\n'))
        {
            number++;
            var line = whole.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == '[' && line[^1] == ']')
            {
                section = line.ToLowerInvariant() switch { "[pre]" => rules._pre, "[post]" => rules._post, _ => null };
                if (section is null)
                {
                    rules._faults.Add(new ConfigFault(number, $"{line} is neither [pre] nor [post]"));
                }

                // A section that comes again begins anew.
                section?.Clear();
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            string? fault = null;
            if (equals < 0)
            {
                fault = "this is neither a section nor pattern = replacement";
            }
            else if (section is null)
            {
                fault = "a rule stands below [pre] or [post]";
            }
            else if (rules.Count >= MostRules)
            {
                fault = $"there are more than {MostRules} rules";
            }
            else if (RewriteRule.Parse(line[..equals].Trim(), line[(equals + 1)..].Trim(), out fault) is { } rule)
            {
                section.Add(rule);
            }

            if (fault is not null)
            {
                rules._faults.Add(new ConfigFault(number, fault));
            }
        }

        return rules;
    }

    public string Before(string name) => Apply(_pre, name);

    public string After(string name) => Apply(_post, name);

    private static string Apply(List<RewriteRule> rules, string name)
    {
        foreach (var rule in rules)
        {
            name = rule.Apply(name);
            if (name.Length > SeriesName.MaxBytes)
            {
                // No name any more: rules that double each other would go on for ever.
                break;
            }
        }

        return name;
    }
}
