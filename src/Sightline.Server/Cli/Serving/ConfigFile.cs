namespace Sightline.Server.Cli.Serving;

/// <summary>
/// A configuration file: <c>name = value</c> a line, the names of the command line's options without dashes; repeatable options may stand
/// on several lines; <c>#</c> begins a line of comment. Values are taken as they are, to the end of the line.
/// </summary>
internal static class ConfigFile
{
    public static Dictionary<string, List<string>> Read(string path, List<string> faults)
    {
        var found = new Dictionary<string, List<string>>();
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add($"cannot read the configuration file {path}: {e.Message}");
            return found;
        }

        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? line : line[..equals].Trim();
            if (equals < 0)
            {
                faults.Add($"{path}:{i + 1}: '{line}' is not of the form name = value");
            }
            else if (ServeOptionTable.All.FirstOrDefault(o => o.Name == name) is not { } option)
            {
                faults.Add($"{path}:{i + 1}: there is no option '{name}'");
            }
            else if (found.TryGetValue(name, out var values))
            {
                if (option.Repeatable)
                {
                    values.Add(line[(equals + 1)..].Trim());
                }
                else
                {
                    faults.Add($"{path}:{i + 1}: {name} is given twice");
                }
            }
            else
            {
                found[name] = [line[(equals + 1)..].Trim()];
            }
        }

        return found;
    }
}
