namespace Sightline.Core.Wire.Graphite;

/// <summary>Carbon's <c>aggregation-rules.conf</c>. A line that carbon could not read would keep it from starting: those are <see cref="Faults"/>.</summary>
public sealed class AggregationRules
{
    private const int MostRules = 200;

    private readonly List<AggregationRule> _rules = [];
    private readonly List<ConfigFault> _faults = [];

    private AggregationRules()
    {
    }

    /// <summary>In the order of the lines.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;

    public int Count => _rules.Count;

    internal IReadOnlyList<AggregationRule> All => _rules;

    public static AggregationRules Parse(string text)
    {
        var rules = new AggregationRules();
        var number = 0;
        foreach (var whole in text.Split('\n'))
        {
            number++;
            var line = whole.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string? fault = $"there are more than {MostRules} rules";
            if (rules.Count < MostRules && AggregationRule.Parse(line, out fault) is { } rule)
            {
                rules._rules.Add(rule);
            }
            else
            {
                rules._faults.Add(new ConfigFault(number, fault!));
            }
        }

        return rules;
    }
}
