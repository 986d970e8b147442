using System.Text;

namespace Sightline.Core.Wire.Graphite;

/// <summary>
/// A configuration file as Python's <c>configparser</c> reads it, for that is what carbon's files are read with: sections, <c>option = value</c> or <c>option: value</c>,
/// lines indented more than the option continue its value, <c>#</c> and <c>;</c> begin a comment at a line's beginning only, names of options know no case, <c>%(option)s</c>
/// stands for another option and <c>%%</c> for a percent sign, and options of <c>[DEFAULT]</c> are in every section.
/// </summary>
internal sealed class ConfigFile
{
    private const string Defaults = "DEFAULT";
    private const int MostSteps = 10;

    private readonly List<ConfigSection> _sections = [];
    private readonly List<ConfigFault> _faults = [];
    private ConfigSection _defaults = new(Defaults, 0);

    private ConfigFile()
    {
    }

    /// <summary>In the order of the file, without <c>[DEFAULT]</c>; values are complete.</summary>
    public IReadOnlyList<ConfigSection> Sections => _sections;

    /// <summary>Lines that cannot be read; the rest is.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;

    public static ConfigFile Parse(string text)
    {
        var file = new ConfigFile();
        file.Read(text);
        for (var i = 0; i < file._sections.Count; i++)
        {
            file._sections[i] = file.Complete(file._sections[i]);
        }

        return file;
    }

    private void Read(string text)
    {
        ConfigSection? section = null;
        var (option, value, optionLine, indent) = ("", new StringBuilder(), 0, 0);

        void EndOption()
        {
            if (option.Length > 0)
            {
                section!.Set(option, value.ToString().TrimEnd(), optionLine);
            }

            option = "";
            value.Clear();
        }

        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var said = line.Trim();
            if (said.Length > 0 && said[0] is '#' or ';')
            {
                continue;
            }

            var depth = line.Length - line.TrimStart().Length;
            if (option.Length > 0 && (said.Length == 0 || depth > indent))
            {
                value.Append('\n').Append(said);
                continue;
            }

            if (said.Length == 0)
            {
                continue;
            }

            indent = depth;
            EndOption();
            if (said[0] == '[')
            {
                section = Begin(said, number);
            }
            else if (section is null)
            {
                _faults.Add(new ConfigFault(number, "a [section] must come first"));
            }
            else if (Split(said, number, section) is { } found)
            {
                (option, optionLine) = (found.Option, number);
                value.Append(found.Value);
            }
        }

        EndOption();
    }

    private ConfigSection Begin(string said, int number)
    {
        var name = said.EndsWith(']') ? said[1..^1] : "";
        var section = new ConfigSection(name, number);
        if (name.Length == 0)
        {
            _faults.Add(new ConfigFault(number, "a section's name stands alone in [brackets]"));
        }
        else if (name == Defaults)
        {
            _defaults = section;
        }
        else if (_sections.Exists(other => other.Name == name))
        {
            _faults.Add(new ConfigFault(number, $"the section [{name}] is there twice"));
        }
        else
        {
            _sections.Add(section);
        }

        return section;
    }

    private (string Option, string Value)? Split(string said, int number, ConfigSection section)
    {
        var at = said.AsSpan().IndexOfAny('=', ':');
        var option = at <= 0 ? "" : said[..at].TrimEnd().ToLowerInvariant();
        if (option.Length == 0)
        {
            _faults.Add(new ConfigFault(number, "this is neither a [section] nor an 'option = value'"));
            return null;
        }

        if (section.Has(option))
        {
            _faults.Add(new ConfigFault(number, $"'{option}' is there twice in [{section.Name}]"));
        }

        return (option, said[(at + 1)..].Trim());
    }

    private ConfigSection Complete(ConfigSection section)
    {
        var complete = new ConfigSection(section.Name, section.Line);
        foreach (var option in _defaults.Options.Union(section.Options))
        {
            var (value, line) = section.Has(option) ? section[option] : _defaults[option];
            var text = new StringBuilder();
            if (Interpolate(value!, section, text, MostSteps) is { } fault)
            {
                _faults.Add(new ConfigFault(line, fault));
            }
            else
            {
                complete.Set(option, text.ToString(), line);
            }
        }

        return complete;
    }

    private string? Interpolate(string value, ConfigSection section, StringBuilder into, int steps)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                into.Append(value[i]);
                continue;
            }

            if (i + 1 < value.Length && value[i + 1] == '%')
            {
                into.Append('%');
                i++;
                continue;
            }

            var end = i + 1 < value.Length && value[i + 1] == '(' ? value.IndexOf(")s", i, StringComparison.Ordinal) : -1;
            if (end < 0)
            {
                return "a percent sign is written %%";
            }

            var option = value[(i + 2)..end].ToLowerInvariant();
            var other = section.Has(option) ? section[option].Value : _defaults[option].Value;
            // What stands for something can stand for much: two options that double each other are cut off.
            if (other is null || steps == 0 || into.Length > 1 << 16)
            {
                return other is null ? $"%({option})s: there is no such option" : $"%({option})s goes round in a circle";
            }

            if (Interpolate(other, section, into, steps - 1) is { } fault)
            {
                return fault;
            }

            i = end + 1;
        }

        return null;
    }
}
