using Sightline.Core.Model;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Overview;

/// <summary>Everything the page shows.</summary>
public sealed record OverviewModel(
    Project Project, OverviewState State, string Snippet, bool HasAnything, IReadOnlyList<OverviewTile> Tiles, IReadOnlyList<ChartPoint> Series,
    IReadOnlyList<OverviewTable> Tables);

/// <summary>A number at the top, with what it was before.</summary>
public sealed record OverviewTile(OverviewMetric Metric, double? Now, double? Before, double? Change);

/// <summary>A breakdown.</summary>
public sealed record OverviewTable(string Title, string Column, IReadOnlyList<BarRow> Rows);

/// <summary>A line of the list of projects.</summary>
public sealed record ProjectLine(Project Project, double? Visitors, double? PageViews);
