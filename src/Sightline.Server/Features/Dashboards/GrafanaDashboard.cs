using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sightline.Server.Features.Dashboards;

/// <summary>Grafana's JSON: panels with Graphite targets, rows, text, variables made of Graphite patterns, the range and how often it is refreshed.</summary>
internal static partial class GrafanaDashboard
{
    private const int GridColumns = 24;

    public static ImportedDashboard Read(JsonObject root)
    {
        List<string> skipped = [];
        List<DashboardPanel> panels = [];
        foreach (var panel in Panels(root))
        {
            var title = DashboardImport.Short(DashboardImport.Text(panel["title"]), DashboardPanel.LongestTitle);
            if (Panel(panel, title) is { } taken)
            {
                panels.Add(taken with { Id = panels.Count + 1 });
            }
            else
            {
                skipped.Add($"panel \"{title}\" ({DashboardImport.Text(panel["type"]) ?? "no type"}): no targets of Graphite");
            }
        }

        var variables = Variables(root, skipped);
        return new ImportedDashboard(
            DashboardImport.Short(DashboardImport.Text(root["title"]), Sightline.Store.Settings.DashboardStore.LongestName) is { Length: > 0 } name ? name : "Imported",
            new Dashboard
            {
                Panels = panels,
                Variables = variables,
                From = Time(root["time"]?["from"]) ?? "-24hours",
                To = Time(root["time"]?["to"]) ?? "now",
                RefreshSeconds = Seconds(DashboardImport.Text(root["refresh"])),
            }.Checked(),
            skipped);
    }

    // Older ones keep panels in rows, newer ones rows among panels, which hold theirs when they are folded.
    private static IEnumerable<JsonObject> Panels(JsonObject root) =>
        (root["rows"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(static row => row["panels"] as JsonArray ?? [])
        .Concat(root["panels"] as JsonArray ?? [])
        .OfType<JsonObject>()
        .SelectMany(static panel => DashboardImport.Text(panel["type"]) == "row" ? (panel["panels"] as JsonArray ?? []).OfType<JsonObject>() : [panel]);

    private static DashboardPanel? Panel(JsonObject panel, string title)
    {
        var type = DashboardImport.Text(panel["type"]);
        var width = Width(panel);
        if (type == "text")
        {
            return new DashboardPanel { Title = title, Kind = PanelKind.Text, Width = width, Query = DashboardImport.Short(DashboardImport.Text(panel["options"]?["content"]) ?? DashboardImport.Text(panel["content"]), DashboardPanel.LongestQuery) };
        }

        var targets = (panel["targets"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var byLetter = targets.Where(static target => DashboardImport.Text(target["refId"]) is not null).ToLookup(static target => DashboardImport.Text(target["refId"])!, static target => DashboardImport.Text(target["targetFull"]) ?? DashboardImport.Text(target["target"]) ?? "");
        var shown = targets.Where(static target => target["hide"] is not JsonValue hide || !hide.TryGetValue<bool>(out var hidden) || !hidden)
            .Select(target => Inlined(DashboardImport.Text(target["target"]) ?? "", byLetter, 0)).Where(static target => target.Length > 0).ToList();
        var query = string.Join('\n', shown.Select(static target => target.Replace('\n', ' ')));
        return shown.Count == 0 || query.Length > DashboardPanel.LongestQuery ? null : new DashboardPanel
        {
            Title = title,
            Kind = PanelKind.Graphite,
            Query = query,
            Width = width,
            Look = type is "stat" or "singlestat" or "gauge" or "bargauge" ? PanelLook.Number : IsStacked(panel) ? PanelLook.Stack : PanelLook.Lines,
        };
    }

    // "#A" stands for the query with that letter.
    private static string Inlined(string target, ILookup<string, string> byLetter, int depth) => depth > 8 ? target
        : Letter().Replace(target, match => byLetter[match.Groups[1].Value].FirstOrDefault() is { } other ? Inlined(other, byLetter, depth + 1) : match.Value);

    private static bool IsStacked(JsonObject panel) =>
        (panel["stack"] is JsonValue stack && stack.TryGetValue<bool>(out var stacked) && stacked)
        || DashboardImport.Text(panel["fieldConfig"]?["defaults"]?["custom"]?["stacking"]?["mode"]) is "normal" or "percent";

    private static int Width(JsonObject panel)
    {
        var columns = panel["gridPos"]?["w"] is JsonValue w && w.TryGetValue<int>(out var wide) ? wide : panel["span"] is JsonValue span && span.TryGetValue<int>(out var twelfths) ? twelfths * 2 : GridColumns / 2;
        return columns >= 20 ? 6 : columns >= 14 ? 4 : columns >= 10 ? 3 : 2;
    }

    private static List<DashboardVariable> Variables(JsonObject root, List<string> skipped)
    {
        List<DashboardVariable> variables = [];
        foreach (var one in (root["templating"]?["list"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var name = DashboardImport.Text(one["name"]) ?? "";
            var query = DashboardImport.Text(one["query"]) ?? DashboardImport.Text(one["query"]?["target"]) ?? DashboardImport.Text(one["query"]?["query"]) ?? "";
            if (DashboardImport.Text(one["type"]) is "query" or "custom" && query.Length > 0 && !query.Contains('$', StringComparison.Ordinal) && name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                variables.Add(new DashboardVariable(name, query));
            }
            else
            {
                skipped.Add($"variable \"{name}\": its values are not a list or a pattern of Graphite");
            }
        }

        return variables;
    }

    // "now-6h" is "-6h" for Graphite; "now/d" it cannot say.
    private static string? Time(JsonNode? node) => DashboardImport.Text(node) switch
    {
        "now" => "now",
        { } text when Relative().Match(text) is { Success: true } match => "-" + match.Groups[1].Value + match.Groups[2].Value switch { "m" => "min", "M" => "mon", var unit => unit },
        _ => null,
    };

    private static int Seconds(string? refresh) =>
        refresh is not null && Every().Match(refresh) is { Success: true } match && int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? (int)Math.Clamp(count * (match.Groups[2].Value switch { "s" => 1L, "m" => 60, "h" => 3600, _ => 86_400 }), 5, 86_400)
            : 0;

    [GeneratedRegex("#([A-Z])(?![A-Za-z0-9])")]
    private static partial Regex Letter();

    [GeneratedRegex("^now-([0-9]{1,6})([smhdwMy])$")]
    private static partial Regex Relative();

    [GeneratedRegex("^([0-9]{1,5})([smhd])$")]
    private static partial Regex Every();
}
