namespace Sightline.Server.Features.Dashboards;

/// <summary>What a panel's query is written in.</summary>
public enum PanelKind
{
    /// <summary>A question of the Explorer.</summary>
    Explorer,

    /// <summary>Graphite's targets, one a line.</summary>
    Graphite,

    /// <summary>Visits and events: <c>visitors</c>, <c>page_views by page:path</c>.</summary>
    Visits,

    /// <summary>Words to read.</summary>
    Text,
}
