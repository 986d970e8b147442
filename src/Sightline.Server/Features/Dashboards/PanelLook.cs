namespace Sightline.Server.Features.Dashboards;

/// <summary>How a panel shows what its query finds.</summary>
public enum PanelLook
{
    Lines,

    /// <summary>Areas on each other.</summary>
    Stack,

    /// <summary>The last value of each line, large.</summary>
    Number,
}
