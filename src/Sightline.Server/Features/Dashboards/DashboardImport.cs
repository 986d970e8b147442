using System.Text.Json;
using System.Text.Json.Nodes;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Dashboards;

/// <summary>A dashboard read from a file, and what of it was not taken.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dashboard">What was taken.</param>
/// <param name="Skipped">What was not, in words.</param>
internal sealed record ImportedDashboard(string Name, Dashboard Dashboard, IReadOnlyList<string> Skipped);

/// <summary>Reads dashboards of Grafana that ask Graphite, Graphite's own saved dashboards, and ours.</summary>
internal static class DashboardImport
{
    private const int LargestFile = 4 * 1024 * 1024;

    /// <exception cref="InvalidSettingException">It is none of them.</exception>
    public static ImportedDashboard Read(string json)
    {
        if (json.Length > LargestFile)
        {
            throw new InvalidSettingException("this file is too large for a dashboard");
        }

        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException fault)
        {
            throw new InvalidSettingException($"this is no JSON: line {fault.LineNumber + 1}");
        }

        try
        {
            var root = node as JsonObject ?? throw new InvalidSettingException("a dashboard is a JSON object");
            // Grafana's API wraps it, Graphite's puts it into "state".
            root = root["dashboard"] as JsonObject ?? root["state"] as JsonObject ?? root;
            return root["graphs"] is JsonArray ? GraphiteDashboard.Read(root)
                : root["panels"] is JsonArray panels && panels.FirstOrDefault() is JsonObject first && first["kind"] is not null ? new ImportedDashboard(Text(root["name"]) ?? "Imported", Dashboard.Parse(root.ToJsonString()), [])
                : root["panels"] is JsonArray or null && root["title"] is not null ? GrafanaDashboard.Read(root)
                : throw new InvalidSettingException("this is no dashboard of Grafana, Graphite or ours");
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException)
        {
            // A value of another kind than the format has there.
            throw new InvalidSettingException("this is no dashboard: a value is of the wrong kind");
        }
    }

    /// <summary>Text, or nothing of another kind.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>As long as may be.</summary>
    public static string Short(string? text, int most) => text is null ? "" : text.Length <= most ? text : text[..most];
}
