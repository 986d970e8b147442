using Sightline.Core.Model;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Overview;

/// <summary>Everything the page shows.</summary>
public sealed record OverviewModel
{
    public required Project Project { get; init; }

    public required OverviewState State { get; init; }

    public required string Snippet { get; init; }

    public required bool HasAnything { get; init; }

    public required IReadOnlyList<OverviewTile> Tiles { get; init; }

    /// <summary><see langword="null"/>: the range has no time that is over or running.</summary>
    public required GraphModel? Graph { get; init; }

    public required IReadOnlyList<OverviewTable> Tables { get; init; }

    public required OverviewWhen When { get; init; }

    public IReadOnlyList<SavedView> Views { get; init; } = [];

    /// <summary>Names of properties, where they are shown.</summary>
    public IReadOnlyList<string> Props { get; init; } = [];

    public bool MayWrite { get; init; }
}

/// <summary>A number at the top, with what it was before.</summary>
public sealed record OverviewTile(OverviewMetric Metric, double? Now, double? Before, double? Change, IReadOnlyList<double?> Course);

/// <summary>A panel as it is shown.</summary>
public sealed record OverviewTable(OverviewPanel Panel, OverviewTab Tab, string Dimension, string? Search, IReadOnlyList<BarRow> Rows);

/// <summary>What the range is in words, and the ranges beside it.</summary>
/// <param name="Text"><c>24 Oct – 22 Nov 2026</c>.</param>
/// <param name="CompareText">The same of the comparison; <see langword="null"/>: there is none.</param>
/// <param name="Back">The range before; <see langword="null"/>: none can be named.</param>
/// <param name="Forward">The range after; <see langword="null"/>: it has not begun.</param>
/// <param name="From">First day, for the form.</param>
/// <param name="To">Last day.</param>
/// <param name="Today">In the project's time zone.</param>
public sealed record OverviewWhen(string Text, string? CompareText, OverviewState? Back, OverviewState? Forward, string? From, string? To, DateOnly Today);

/// <summary>A line of the list of projects.</summary>
public sealed record ProjectLine(Project Project, double? Visitors, double? PageViews, IReadOnlyList<double?> Course);
