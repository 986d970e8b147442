using Sightline.Core.Model;

namespace Sightline.Core.Wire.Graphite;

/// <summary>
/// Carbon's <c>storage-schemas.conf</c>: at which steps, and for how long, series are kept. Of its sections the first counts whose pattern is found in a name.
/// Sections that carbon would skip or that would keep it from starting are <see cref="Faults"/>.
/// </summary>
public sealed class StorageSchemas
{
    private readonly List<(NameRule Rule, IReadOnlyList<SeriesArchive> Archives)> _rules = [];
    private readonly List<ConfigFault> _faults = [];

    private StorageSchemas()
    {
    }

    /// <summary>In the order of the lines.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;

    /// <summary>How many sections hold.</summary>
    public int Count => _rules.Count;

    public static StorageSchemas Parse(string text)
    {
        var file = ConfigFile.Parse(text);
        var schemas = new StorageSchemas();
        schemas._faults.AddRange(file.Faults);
        foreach (var section in file.Sections)
        {
            schemas.Add(section);
        }

        schemas._faults.Sort(static (a, b) => a.Line.CompareTo(b.Line));
        return schemas;
    }

    /// <summary>The archives of a series of that canonical name, and the section that says so; <see langword="null"/>: no section does, or a pattern before goes astray.</summary>
    public (string Section, IReadOnlyList<SeriesArchive> Archives)? Find(string name)
    {
        foreach (var (rule, archives) in _rules)
        {
            var fits = rule.Fits(name);
            if (fits == true)
            {
                return (rule.Section, archives);
            }

            if (fits is null)
            {
                // Nobody knows what carbon would have found: nothing is removed on a guess.
                return null;
            }
        }

        return null;
    }

    private void Add(ConfigSection section)
    {
        var rule = NameRule.Of(section, out var fault);
        if (rule is null)
        {
            _faults.Add(new ConfigFault(section["pattern"].Line, fault!));
        }

        var (retentions, line) = section["retentions"];
        var (archives, wrong) = retentions is null ? ([], $"[{section.Name}] has no retentions") : Retentions.Parse(retentions);
        if (wrong is not null)
        {
            _faults.Add(new ConfigFault(line, wrong));
        }
        else if (rule is not null)
        {
            _rules.Add((rule, archives));
        }
    }
}
