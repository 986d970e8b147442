namespace Sightline.Server.Features.Dashboards;

/// <summary>A part of a dashboard.</summary>
public sealed record DashboardPanel
{
    public const int LongestTitle = 200;
    public const int LongestQuery = 20_000;

    /// <summary>Number within its dashboard; never used again.</summary>
    public int Id { get; init; }

    /// <summary>Hostile text.</summary>
    public string Title { get; init; } = "";

    public PanelKind Kind { get; init; }

    /// <summary>Hostile text.</summary>
    public string Query { get; init; } = "";

    public PanelLook Look { get; init; }

    /// <summary>Sixths of the page: 2, 3, 4 or 6.</summary>
    public int Width { get; init; } = 3;

    /// <summary>Unit of its values; empty: as the query says.</summary>
    public string Unit { get; init; } = "";
}
