using System.Globalization;

namespace Sightline.Server.Features.Dashboards;

/// <summary>How a dashboard is looked at; all of it is in the address.</summary>
/// <param name="Project">Its project.</param>
/// <param name="Id">Its number.</param>
/// <param name="From">Begin of the range, as Graphite writes it.</param>
/// <param name="To">Its end.</param>
/// <param name="Values">Chosen values of variables.</param>
/// <param name="Only">The only panel to show; 0: all.</param>
/// <param name="Edits">Panels have their forms.</param>
public sealed record DashboardState(uint Project, long Id, string From, string To, IReadOnlyDictionary<string, string> Values, int Only = 0, bool Edits = false)
{
    /// <summary>Names of variables in an address begin with it.</summary>
    public const string VariablePrefix = "v.";

    public string Path => string.Create(CultureInfo.InvariantCulture, $"/projects/{Project}/dashboards/{Id}");

    public string Url => Path + "?" + string.Join('&', Fields().Select(static one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"));

    /// <summary>What forms of the view carry.</summary>
    public IEnumerable<(string Name, string Value)> Fields()
    {
        yield return ("from", From);
        yield return ("to", To);
        foreach (var (name, value) in Values.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            yield return (VariablePrefix + name, value);
        }

        if (Only > 0)
        {
            yield return ("panel", Only.ToString(CultureInfo.InvariantCulture));
        }

        if (Edits)
        {
            yield return ("edit", "1");
        }
    }

    public static DashboardState Read(uint project, long id, Dashboard dashboard, IQueryCollection query) => new(
        project,
        id,
        query["from"].ToString() is { Length: > 0 } from ? from : dashboard.From,
        query["to"].ToString() is { Length: > 0 } to ? to : dashboard.To,
        dashboard.Variables.Where(variable => query[VariablePrefix + variable.Name].ToString().Length > 0).ToDictionary(variable => variable.Name, variable => query[VariablePrefix + variable.Name].ToString()),
        int.TryParse(query["panel"], NumberStyles.None, CultureInfo.InvariantCulture, out var only) ? only : 0,
        query["edit"] == "1");
}
