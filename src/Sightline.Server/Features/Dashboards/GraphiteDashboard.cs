using System.Globalization;
using System.Text.Json.Nodes;

namespace Sightline.Server.Features.Dashboards;

/// <summary>Graphite's saved dashboards: a list of graphs, each with its targets and parameters, and one range for all.</summary>
internal static class GraphiteDashboard
{
    public static ImportedDashboard Read(JsonObject root)
    {
        List<DashboardPanel> panels = [];
        List<string> skipped = [];
        foreach (var graph in (root["graphs"] as JsonArray ?? []).OfType<JsonArray>())
        {
            // [targets, parameters, address of the picture]
            var targets = (graph.ElementAtOrDefault(0) as JsonArray ?? []).Select(DashboardImport.Text).OfType<string>().ToList();
            var parameters = graph.ElementAtOrDefault(1) as JsonObject ?? [];
            var title = DashboardImport.Short(DashboardImport.Text(parameters["title"]), DashboardPanel.LongestTitle);
            var query = string.Join('\n', targets);
            if (targets.Count == 0 || query.Length > DashboardPanel.LongestQuery)
            {
                skipped.Add($"graph \"{title}\": no targets");
                continue;
            }

            panels.Add(new DashboardPanel
            {
                Id = panels.Count + 1,
                Title = title,
                Kind = PanelKind.Graphite,
                Query = query,
                Look = DashboardImport.Text(parameters["areaMode"]) == "stacked" ? PanelLook.Stack : PanelLook.Lines,
            });
        }

        var time = root["timeConfig"];
        var relative = DashboardImport.Text(time?["type"]) != "absolute";
        return new ImportedDashboard(
            DashboardImport.Short(DashboardImport.Text(root["name"]), Sightline.Store.Settings.DashboardStore.LongestName) is { Length: > 0 } name ? name : "Imported",
            new Dashboard { Panels = panels, From = relative ? Relative(time) : "-24hours", RefreshSeconds = Refresh(root["refreshConfig"]) }.Checked(),
            skipped);
    }

    private static string Relative(JsonNode? time)
    {
        var quantity = time?["relativeStartQuantity"] is JsonValue value ? value.ToString() : "";
        var unit = DashboardImport.Text(time?["relativeStartUnits"]) ?? "";
        return int.TryParse(quantity, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && unit is "minutes" or "hours" or "days" or "weeks" or "months" or "years"
            ? $"-{quantity}{unit}"
            : "-24hours";
    }

    private static int Refresh(JsonNode? config) =>
        config?["enabled"] is JsonValue enabled && enabled.TryGetValue<bool>(out var on) && on && config["interval"] is JsonValue interval && int.TryParse(interval.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
            ? Math.Clamp(ms / 1000, 5, 86_400)
            : 0;
}
