namespace Sightline.Core.Wire.Graphite;

/// <summary>A section of a configuration file.</summary>
/// <param name="name">What stands in its brackets.</param>
/// <param name="line">Where, counted from 1.</param>
internal sealed class ConfigSection(string name, int line)
{
    private readonly Dictionary<string, (string Value, int Line)> _options = new(StringComparer.Ordinal);

    public string Name => name;

    public int Line => line;

    /// <summary>Names of options, in lower case.</summary>
    public IEnumerable<string> Options => _options.Keys;

    public bool Has(string option) => _options.ContainsKey(option);

    /// <summary>The option and where it stands; without it, nothing and the section's line.</summary>
    public (string? Value, int Line) this[string option] => _options.TryGetValue(option, out var found) ? found : (null, line);

    public void Set(string option, string value, int at) => _options[option] = (value, at);
}
