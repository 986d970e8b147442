using System.Diagnostics.CodeAnalysis;

namespace Sightline.Core.Wire.Common;

/// <summary>
/// Parameters of one request, read as PHP reads them: a parameter is a text or an array (<c>a[b]=c</c>), the last of a name wins.
/// Text is valid UTF-16 without NUL. Meant to be reused from request to request.
/// </summary>
public sealed class FormFields
{
    /// <summary>PHP's <c>max_input_vars</c>. PHP leaves the rest out silently; readers here set <see cref="Overflowed"/>.</summary>
    public const int MaxFields = 1000;

    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    public int Count => _values.Count;

    /// <summary>There were more than <see cref="MaxFields"/> parameters; those after are not here.</summary>
    public bool Overflowed { get; internal set; }

    public IEnumerable<string> Names => _values.Keys;

    public void Clear()
    {
        _values.Clear();
        Overflowed = false;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The text of a parameter; <see langword="null"/> when it is missing or an array.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name) as string;

    /// <summary>The text of a parameter without surrounding white space; <see langword="null"/> when nothing is left.</summary>
    public string? Trimmed(string name)
    {
        var text = Text(name)?.Trim();
        return string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>A parameter meant to be JSON: text as sent, or an array (of the form, or of a surrounding JSON document) as JSON.</summary>
    public string? Json(string name) => _values.GetValueOrDefault(name) switch
    {
        string text => text,
        FormArray array => array.ToJson(),
        RawJson raw => raw.Text,
        _ => null,
    };

    public void Set(string name, string text) => _values[name] = Clean(text);

    /// <summary>Sets an array given as JSON text.</summary>
    public void SetJson(string name, string json) => _values[name] = new RawJson(json);

    /// <summary>Takes over the parameters that are not here yet: PHP's <c>$_GET + $_POST</c>.</summary>
    public void AddMissing(FormFields other)
    {
        foreach (var (name, value) in other._values)
        {
            _values.TryAdd(name, value);
        }

        Overflowed |= other.Overflowed;
    }

    internal void SetArray(string name, FormArray array) => _values[name] = array;

    internal bool TryGetArray(string name, [NotNullWhen(true)] out FormArray? array)
    {
        array = _values.GetValueOrDefault(name) as FormArray;
        return array is not null;
    }

    // A NUL would end a C string in whatever reads the value later; no client means one.
    private static string Clean(string text) => text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;

    private sealed record RawJson(string Text);
}
