using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.Graphite;

/// <summary>
/// Carbon's <c>storage-aggregation.conf</c>: how finer values of a series become coarser ones. Of its sections the first counts whose pattern is found in a name;
/// what it does not say, and what no section says, is whisper's own: the average, of at least half the values.
/// </summary>
public sealed class StorageAggregation
{
    private readonly List<(NameRule Rule, RollUpMethod Method, float XFilesFactor)> _rules = [];
    private readonly List<ConfigFault> _faults = [];

    private StorageAggregation()
    {
    }

    /// <summary>Whisper's own.</summary>
    public static (RollUpMethod Method, float XFilesFactor) Usual => (RollUpMethod.Average, 0.5f);

    /// <summary>In the order of the lines.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;

    public static StorageAggregation Parse(string text)
    {
        var file = ConfigFile.Parse(text);
        var aggregation = new StorageAggregation();
        aggregation._faults.AddRange(file.Faults);
        foreach (var section in file.Sections)
        {
            aggregation.Add(section);
        }

        aggregation._faults.Sort(static (a, b) => a.Line.CompareTo(b.Line));
        return aggregation;
    }

    /// <summary>How values of a series of that canonical name are put together.</summary>
    public (RollUpMethod Method, float XFilesFactor) Find(string name)
    {
        foreach (var (rule, method, factor) in _rules)
        {
            if (rule.Fits(name) == true)
            {
                return (method, factor);
            }
        }

        return Usual;
    }

    private void Add(ConfigSection section)
    {
        var rule = NameRule.Of(section, out var fault);
        if (rule is null)
        {
            _faults.Add(new ConfigFault(section["pattern"].Line, fault!));
        }

        var (method, factor) = Usual;
        var (named, methodLine) = section["aggregationmethod"];
        if (named is not null && !SeriesKeeping.TryMethod(named, out method))
        {
            _faults.Add(new ConfigFault(methodLine, $"'{named}' is no aggregationMethod: {string.Join(", ", Enum.GetValues<RollUpMethod>().Select(SeriesKeeping.NameOf))}"));
            return;
        }

        var (share, factorLine) = section["xfilesfactor"];
        if (share is not null && (!float.TryParse(share, NumberStyles.Float, CultureInfo.InvariantCulture, out factor) || factor is not (>= 0 and <= 1)))
        {
            _faults.Add(new ConfigFault(factorLine, $"'{share}' is no xFilesFactor: a number from 0 to 1"));
            return;
        }

        if (rule is not null)
        {
            _rules.Add((rule, method, factor));
        }
    }
}
