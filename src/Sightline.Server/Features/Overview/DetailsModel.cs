using Sightline.Core.Model;

namespace Sightline.Server.Features.Overview;

/// <summary>What the page of a breakdown shows.</summary>
public sealed record DetailsModel(
    Project Project, DetailsState State, string Dimension, IReadOnlyList<string> Props, OverviewWhen When, int TotalRows, IReadOnlyList<DetailsRow> Rows);

public sealed record DetailsRow(string Label, string Href, string Share, IReadOnlyList<DetailsCell> Cells);

public sealed record DetailsCell(string Text, string? Change, string Mood);
