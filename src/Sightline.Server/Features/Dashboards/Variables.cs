using System.Text.RegularExpressions;

namespace Sightline.Server.Features.Dashboards;

/// <summary>Puts the chosen values of variables into queries.</summary>
internal static partial class Variables
{
    /// <summary>Chosen, it stands for all values.</summary>
    public const string All = "*";

    /// <summary>A query with its words replaced. In a question of the Explorer <c>tag=$name</c> becomes "the tag is there" where all values are chosen.</summary>
    public static string Into(string query, PanelKind kind, IReadOnlyList<VariableChoice> variables) => Word().Replace(query, match =>
    {
        var name = match.Groups["a"].Value + match.Groups["b"].Value;
        if (variables.FirstOrDefault(variable => variable.Name == name) is not { } variable)
        {
            return match.Value;
        }

        var sign = match.Groups["sign"].Value;
        return kind == PanelKind.Explorer && variable.Chosen == All ? sign switch { "=" => "=", ":" => ":.", _ => ".*" } : sign + variable.Chosen;
    });

    [GeneratedRegex(@"(?<sign>[=:]?)\$(?:\{(?<a>[A-Za-z0-9_]+)\}|(?<b>[A-Za-z0-9_]+))")]
    private static partial Regex Word();
}
