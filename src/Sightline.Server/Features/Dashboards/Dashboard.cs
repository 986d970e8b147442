using System.Text.Json;
using System.Text.Json.Serialization;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Dashboards;

/// <summary>What a dashboard shows; written as JSON, the same that is exported and imported.</summary>
public sealed record Dashboard
{
    private const int MostPanels = 100;
    private const int MostVariables = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Of the document.</summary>
    public int Version { get; init; } = 1;

    /// <summary>In the order they are shown.</summary>
    public IReadOnlyList<DashboardPanel> Panels { get; init; } = [];

    public IReadOnlyList<DashboardVariable> Variables { get; init; } = [];

    /// <summary>Begin of the range, as Graphite writes it.</summary>
    public string From { get; init; } = "-24hours";

    /// <summary>End of the range.</summary>
    public string To { get; init; } = "now";

    /// <summary>Seconds after which an open dashboard shows new values; 0: it stays as it is.</summary>
    public int RefreshSeconds { get; init; } = 60;

    /// <exception cref="InvalidSettingException">It is no dashboard.</exception>
    public static Dashboard Parse(string json)
    {
        try
        {
            return (JsonSerializer.Deserialize<Dashboard>(json, Json) ?? throw new InvalidSettingException("a dashboard is a JSON object")).Checked();
        }
        catch (JsonException fault)
        {
            throw new InvalidSettingException($"this is no dashboard: {fault.Path ?? "$"}, line {fault.LineNumber + 1}");
        }
    }

    public string Write() => JsonSerializer.Serialize(this, Json);

    /// <summary>With a panel more, at the end.</summary>
    public Dashboard Add(DashboardPanel panel) => (this with { Panels = [.. Panels, panel with { Id = Panels.Select(static known => known.Id).DefaultIfEmpty(0).Max() + 1 }] }).Checked();

    /// <exception cref="InvalidSettingException">There is no such panel.</exception>
    public Dashboard Change(int id, Func<DashboardPanel, DashboardPanel> change) =>
        (this with { Panels = [.. Panels.Select(panel => panel.Id == id ? change(panel) with { Id = id } : panel)] }).Has(id).Checked();

    public Dashboard Remove(int id) => this with { Panels = [.. Panels.Where(panel => panel.Id != id)] };

    /// <summary>With a panel in another place among the others, counted from 0.</summary>
    /// <exception cref="InvalidSettingException">There is no such panel.</exception>
    public Dashboard Move(int id, int place)
    {
        Has(id);
        var panels = Panels.Where(panel => panel.Id != id).ToList();
        panels.Insert(Math.Clamp(place, 0, panels.Count), Panels.Single(panel => panel.Id == id));
        return this with { Panels = panels };
    }

    /// <exception cref="InvalidSettingException">Something of it cannot be.</exception>
    public Dashboard Checked()
    {
        Require(Version == 1, "this dashboard is of a later version");
        Require(Panels is not null && Variables is not null && From is not null && To is not null && Panels.All(static panel => panel is { Title: not null, Query: not null, Unit: not null }) && Variables.All(static one => one is { Name: not null, Source: not null }), "a part of the dashboard is null");
        Require(Panels!.Count <= MostPanels, $"a dashboard has at most {MostPanels} panels");
        Require(Variables!.Count <= MostVariables, $"a dashboard has at most {MostVariables} variables");
        Require(Panels.Select(static panel => panel.Id).Distinct().Count() == Panels.Count, "two panels have the same number");
        Require(Panels.All(static panel => panel.Width is 2 or 3 or 4 or 6), "a panel's width is 2, 3, 4 or 6 sixths");
        Require(Panels.All(static panel => panel.Title.Length <= DashboardPanel.LongestTitle && panel.Query.Length <= DashboardPanel.LongestQuery && panel.Unit.Length <= 20), "a panel's title, query or unit is too long");
        Require(Variables.All(static one => one.Name.Length is > 0 and <= 40 && one.Name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_')), "a variable's name has 1 to 40 letters, digits and _");
        Require(Variables.Select(static one => one.Name).Distinct(StringComparer.Ordinal).Count() == Variables.Count, "two variables have the same name");
        Require(Variables.All(static one => one.Source.Length is > 0 and <= 2000), "a variable needs values: a list, a pattern or tag:name");
        Require(RefreshSeconds is 0 or (>= 5 and <= 86_400), "a dashboard shows new values every 5 seconds to a day, or never (0)");
        Require(From!.Length <= 60 && To!.Length <= 60, "begin and end of the range are too long");
        return this;
    }

    private Dashboard Has(int id) => Panels.Any(panel => panel.Id == id) ? this : throw new InvalidSettingException("this panel is gone");

    private static void Require(bool right, string why)
    {
        if (!right)
        {
            throw new InvalidSettingException(why);
        }
    }
}
